// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.io;

import dev.malachite.disk.ScatterList;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * What was read of parents lately, for small reads through long chains: one bounded cache for all
 * disks of the process, in which those that have the same parent find what the others read.
 *
 * <p>The cache is {@link #WAYS} clusters in each of a number of sets; a cluster of a parent has its
 * place in one set. Reads take no lock when they hit: they copy, then look whether the set has been
 * changed meanwhile. Memory is taken when a set is first used. Nothing is allocated afterwards.
 *
 * <p>Parents don't change while they are open. Their identity here is the file with the identifier
 * of its contents, so one that was opened again after a change is another.
 */
final class ParentCache {
  /** Bytes in a cluster; longer reads are better off with the host's own cache. */
  static final int CLUSTER = 16 << 10;

  static final int WAYS = 8;

  /** Most memory of the process's cache, in bytes. */
  static final int DEFAULT_SIZE = 64 << 20;

  private static final int CLUSTER_SHIFT = Integer.numberOfTrailingZeros(CLUSTER);
  private static final int LONGEST = 2 * CLUSTER;

  /** A tag is a parent's number above, its cluster below; a disk has less than 2^36 of them. */
  private static final int NUMBER_SHIFT = 36;

  private static final int MAX_NUMBER = (1 << 27) - 1;
  private static final long EMPTY = -1;

  private static final ParentCache SHARED = new ParentCache(DEFAULT_SIZE);

  private final Set[] sets;
  private final Map<Object, Contents> known = new HashMap<>();
  private int lastNumber;

  /** Makes a cache of its own; sizes are powers of two from {@code CLUSTER * WAYS} on. */
  ParentCache(int size) {
    sets = new Set[size / (CLUSTER * WAYS)];
    for (int i = 0; i < sets.length; i++) {
      sets[i] = new Set();
    }
  }

  /** The cache of the process. */
  static ParentCache shared() {
    return SHARED;
  }

  /** What several openings of one parent have in common. */
  private static final class Contents {
    final long number;
    int users;

    Contents(int number) {
      this.number = (long) number << NUMBER_SHIFT;
    }
  }

  private record Key(Object file, UUID contents) {}

  /**
   * Puts the cache before a parent; closing what is returned closes the parent.
   *
   * @param file what tells the parent's file from others
   * @param contents changes whenever the file's contents do
   */
  DiskParent before(DiskParent parent, Object file, UUID contents) {
    Key key = new Key(file, contents);
    synchronized (known) {
      Contents found = known.get(key);
      if (found == null) {
        if (lastNumber == MAX_NUMBER) {
          return parent;
        }
        found = new Contents(lastNumber++);
        known.put(key, found);
      }
      found.users++;
      return new Cached(parent, key, found);
    }
  }

  private void release(Key key, Contents contents) {
    synchronized (known) {
      if (--contents.users == 0) {
        known.remove(key);
        if (known.isEmpty()) {
          for (Set set : sets) {
            set.clear();
          }
        }
      }
    }
  }

  private Set set(long tag) {
    long hash = tag * 0x9E37_79B9_7F4A_7C15L;
    return sets[(int) (hash >>> 40) & (sets.length - 1)];
  }

  /** How many bytes of memory the cache holds. */
  long used() {
    long used = 0;
    for (Set set : sets) {
      used += set.memory == null ? 0 : CLUSTER * WAYS;
    }
    return used;
  }

  /** Some clusters, guarded by a lock that hits don't take. */
  private static final class Set {
    final StampedLock lock = new StampedLock();
    final long[] tags = new long[WAYS];
    final boolean[] used = new boolean[WAYS];
    final ScatterList list = new ScatterList();
    volatile @Nullable MemorySegment memory;
    int hand;

    Set() {
      Arrays.fill(tags, EMPTY);
    }

    private int find(long tag) {
      for (int way = 0; way < WAYS; way++) {
        if (tags[way] == tag) {
          return way;
        }
      }
      return -1;
    }

    /** Copies a part of a cluster if it is here. */
    boolean copy(long tag, int within, ScatterList target, long to, int length) {
      MemorySegment clusters = memory;
      if (clusters == null) {
        return false;
      }
      long stamp = lock.tryOptimisticRead();
      int way = find(tag);
      if (stamp == 0 || way < 0) {
        return false;
      }
      target.copyFrom(to, clusters, (long) way * CLUSTER + within, length);
      if (!lock.validate(stamp)) {
        return false;
      }
      used[way] = true;
      return true;
    }

    /** Reads a cluster if it still isn't here, and copies a part of it. */
    void fill(
        DiskParent parent,
        long tag,
        long position,
        int within,
        ScatterList target,
        long to,
        int length)
        throws IOException {
      long stamp = lock.writeLock();
      try {
        MemorySegment clusters = memory;
        if (clusters == null) {
          clusters = Arena.ofAuto().allocate((long) CLUSTER * WAYS, 4096);
          memory = clusters;
        }
        int way = find(tag);
        if (way < 0) {
          way = victim();
          tags[way] = EMPTY;
          list.clear();
          list.add(clusters, (long) way * CLUSTER, CLUSTER);
          parent.read(position, list, 0, Math.min(CLUSTER, parent.size() - position));
          tags[way] = tag;
        }
        target.copyFrom(to, clusters, (long) way * CLUSTER + within, length);
      } finally {
        lock.unlockWrite(stamp);
      }
    }

    /** A way that was not used since the hand last came by. */
    private int victim() {
      for (int i = 0; i < WAYS; i++) {
        int way = (hand + i) & (WAYS - 1);
        if (!used[way]) {
          hand = way + 1;
          return way;
        }
        used[way] = false;
      }
      return hand++ & (WAYS - 1);
    }

    void clear() {
      long stamp = lock.writeLock();
      Arrays.fill(tags, EMPTY);
      list.clear();
      memory = null;
      lock.unlockWrite(stamp);
    }
  }

  /** A parent behind the cache. */
  private final class Cached implements DiskParent {
    private final DiskParent parent;
    private final Key key;
    private final Contents contents;
    private boolean closed;

    Cached(DiskParent parent, Key key, Contents contents) {
      this.parent = parent;
      this.key = key;
      this.contents = contents;
    }

    @Override
    public long size() {
      return parent.size();
    }

    @Override
    public void read(long offset, ScatterList memory, long from, long length) throws IOException {
      if (length > LONGEST) {
        parent.read(offset, memory, from, length);
        return;
      }
      long done = 0;
      while (done < length) {
        long position = offset + done;
        int within = (int) (position & (CLUSTER - 1));
        int part = (int) Math.min(length - done, CLUSTER - within);
        long tag = contents.number | position >>> CLUSTER_SHIFT;
        Set set = set(tag);
        if (!set.copy(tag, within, memory, from + done, part)) {
          set.fill(parent, tag, position - within, within, memory, from + done, part);
        }
        done += part;
      }
    }

    @Override
    public long nextData(long offset) throws IOException {
      return parent.nextData(offset);
    }

    @Override
    public long nextHole(long offset) throws IOException {
      return parent.nextHole(offset);
    }

    @Override
    public void close() throws IOException {
      synchronized (this) {
        if (closed) {
          return;
        }
        closed = true;
      }
      release(key, contents);
      parent.close();
    }
  }
}
