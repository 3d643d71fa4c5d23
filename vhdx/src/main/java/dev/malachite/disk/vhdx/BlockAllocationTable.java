// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import dev.malachite.disk.ScatterList;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.LittleEndian;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The block allocation table of an open file (section 2.5), cached by 4 KiB pages.
 *
 * <p>Look-ups of cached entries take no lock. Everything else runs under the lock that the owner
 * gave; a page that has changed stays cached until its change is in the file. At most {@link
 * #maxPages} other pages are kept, so the largest disk's table of 512 MiB needs no such memory.
 */
final class BlockAllocationTable {
  /** Entries in a page. */
  static final int PAGE_ENTRIES = VhdxConstants.SECTOR / BatEntry.SIZE;

  /** 32 MiB of pages: the whole table of a 64 TiB disk with blocks of 16 MiB. */
  static final int DEFAULT_MAX_PAGES = 8192;

  private static final int PAGE_SHIFT = Integer.numberOfTrailingZeros(PAGE_ENTRIES);
  private static final VarHandle PAGE = MethodHandles.arrayElementVarHandle(long[][].class);

  private static final byte CLEAN = 0;
  private static final byte DIRTY = 1;
  private static final byte COMMITTING = 2;

  private final HostFile file;
  private final long tableOffset;
  private final VhdxMetadata metadata;
  private final Object lock;
  private final int maxPages;
  private final long[] @Nullable [] pages;
  private final byte[] states;
  private final MemorySegment buffer;
  private final ScatterList bufferList = new ScatterList();
  private int[] dirty = new int[16];
  private int dirtyHead;
  private int dirtyCount;
  private int cached;
  private int hand;

  BlockAllocationTable(
      HostFile file,
      long tableOffset,
      VhdxMetadata metadata,
      Object lock,
      int maxPages,
      Arena arena) {
    this.file = file;
    this.tableOffset = tableOffset;
    this.metadata = metadata;
    this.lock = lock;
    this.maxPages = maxPages;
    int count = (int) ((metadata.batEntryCount() + PAGE_ENTRIES - 1) >>> PAGE_SHIFT);
    this.pages = new long[count][];
    this.states = new byte[count];
    this.buffer = arena.allocate(VhdxConstants.SECTOR, VhdxConstants.SECTOR);
    bufferList.add(buffer, 0, VhdxConstants.SECTOR);
  }

  /** The entry of a payload block, as last set. */
  long get(long block) throws IOException {
    long index = metadata.batIndex(block);
    int number = (int) (index >>> PAGE_SHIFT);
    long[] page = (long[]) PAGE.getAcquire(pages, number);
    if (page == null) {
      synchronized (lock) {
        page = load(number);
      }
    }
    return page[(int) index & (PAGE_ENTRIES - 1)];
  }

  /** Sets the entry of a payload block; the caller holds the lock. */
  void set(long block, long entry) throws IOException {
    long index = metadata.batIndex(block);
    int number = (int) (index >>> PAGE_SHIFT);
    long[] page = load(number);
    page[(int) index & (PAGE_ENTRIES - 1)] = entry;
    if ((states[number] & DIRTY) == 0) {
      states[number] |= DIRTY;
      enqueue(number);
    }
  }

  private long[] load(int number) throws IOException {
    long[] page = pages[number];
    if (page != null) {
      return page;
    }
    if (cached >= maxPages) {
      evict();
    }
    file.readFully(
        tableOffset + (long) number * VhdxConstants.SECTOR, bufferList, 0, VhdxConstants.SECTOR);
    page = new long[PAGE_ENTRIES];
    for (int i = 0; i < PAGE_ENTRIES; i++) {
      page[i] = LittleEndian.getLong(buffer, (long) i * BatEntry.SIZE);
    }
    PAGE.setRelease(pages, number, page);
    cached++;
    return page;
  }

  /** Forgets the next clean page in turn, if there is one. */
  private void evict() {
    for (int i = 0; i < pages.length; i++) {
      int number = hand;
      hand = hand + 1 == pages.length ? 0 : hand + 1;
      if (pages[number] != null && states[number] == CLEAN) {
        PAGE.setRelease(pages, number, (long[]) null);
        cached--;
        return;
      }
    }
  }

  private void enqueue(int number) {
    if (dirtyCount == dirty.length) {
      int[] larger = new int[dirtyCount * 2];
      int first = dirty.length - dirtyHead;
      System.arraycopy(dirty, dirtyHead, larger, 0, first);
      System.arraycopy(dirty, 0, larger, first, dirtyHead);
      dirty = larger;
      dirtyHead = 0;
    }
    dirty[(dirtyHead + dirtyCount) % dirty.length] = number;
    dirtyCount++;
  }

  /** Pages changed since they were last taken; the caller holds the lock. */
  int dirtyCount() {
    return dirtyCount;
  }

  /**
   * Copies the pages that have been dirty longest; the caller holds the lock. They stay cached
   * until {@link #applied}.
   *
   * @param max most pages to take
   * @param images where their contents go, one after the other
   * @param offsets where their places in the file go
   * @return how many were taken
   */
  int take(int max, MemorySegment images, long[] offsets) {
    int count = Math.min(max, dirtyCount);
    for (int i = 0; i < count; i++) {
      int number = dirty[dirtyHead];
      dirtyHead = (dirtyHead + 1) % dirty.length;
      dirtyCount--;
      states[number] = COMMITTING;
      long[] page = pages[number];
      if (page == null) {
        throw new AssertionError("a changed page was dropped");
      }
      long base = (long) i * VhdxConstants.SECTOR;
      for (int j = 0; j < PAGE_ENTRIES; j++) {
        LittleEndian.putLong(images, base + (long) j * BatEntry.SIZE, page[j]);
      }
      offsets[i] = tableOffset + (long) number * VhdxConstants.SECTOR;
    }
    Arrays.fill(offsets, count, offsets.length, 0);
    return count;
  }

  /** Tells that pages taken are in their places in the file; the caller holds the lock. */
  void applied(int count, long[] offsets) {
    for (int i = 0; i < count; i++) {
      int number = (int) ((offsets[i] - tableOffset) / VhdxConstants.SECTOR);
      states[number] &= ~COMMITTING;
    }
  }
}
