// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import dev.malachite.disk.io.HostFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A disk over another that keeps what is written in a temporary sparse file and forgets it at the
 * end.
 *
 * <p>The temporary file has the disk's layout, in clusters of {@value #CLUSTER} bytes: a cluster is
 * in it, whole, or not at all. Which ones are is a bitmap that grows with what is written. A
 * cluster's first write holds one of a few locks; later ones and reads take none.
 */
final class SnapshotDisk extends AbstractVirtualDisk {
  private static final int CLUSTER_SHIFT = 16;
  private static final int CLUSTER = 1 << CLUSTER_SHIFT;

  private static final int PAGE_WORDS_SHIFT = 10;
  private static final int PAGE_SHIFT = PAGE_WORDS_SHIFT + 6;
  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle PAGE = MethodHandles.arrayElementVarHandle(long[][].class);

  private static final int LOCKS = 64;

  private final AbstractVirtualDisk base;
  private final HostFile overlay;
  private final long size;
  private final long[] @Nullable [] bitmap;
  private final Object[] locks = new Object[LOCKS];

  SnapshotDisk(AbstractVirtualDisk base, HostFile overlay, DiskExecutor executor) {
    super(executor);
    this.base = base;
    this.overlay = overlay;
    this.size = base.size();
    long clusters = (size + CLUSTER - 1) >>> CLUSTER_SHIFT;
    this.bitmap = new long[(int) ((clusters >>> PAGE_SHIFT) + 1)][];
    for (int i = 0; i < LOCKS; i++) {
      locks[i] = new Object();
    }
  }

  private boolean isPresent(long cluster) {
    long[] page = (long[]) PAGE.getAcquire(bitmap, (int) (cluster >>> PAGE_SHIFT));
    if (page == null) {
      return false;
    }
    int word = (int) (cluster >>> 6) & ((1 << PAGE_WORDS_SHIFT) - 1);
    return ((long) WORD.getAcquire(page, word) & 1L << cluster) != 0;
  }

  private void setPresent(long cluster) {
    int number = (int) (cluster >>> PAGE_SHIFT);
    long[] page = (long[]) PAGE.getAcquire(bitmap, number);
    if (page == null) {
      long[] fresh = new long[1 << PAGE_WORDS_SHIFT];
      long[] before = (long[]) PAGE.compareAndExchange(bitmap, number, (long[]) null, fresh);
      page = before == null ? fresh : before;
    }
    int word = (int) (cluster >>> 6) & ((1 << PAGE_WORDS_SHIFT) - 1);
    WORD.getAndBitwiseOr(page, word, 1L << cluster);
  }

  @Override
  protected void readRange(long offset, ScatterList memory) throws IOException {
    long total = memory.length();
    ScatterList part = new ScatterList();
    long done = 0;
    while (done < total) {
      long position = offset + done;
      boolean present = isPresent(position >>> CLUSTER_SHIFT);
      long end = position;
      do {
        end = ((end >>> CLUSTER_SHIFT) + 1) << CLUSTER_SHIFT;
      } while (end < offset + total && isPresent(end >>> CLUSTER_SHIFT) == present);
      long length = Math.min(end, offset + total) - position;
      if (present) {
        overlay.readFully(position, memory, done, length);
      } else {
        part.clear();
        part.addAll(memory, done, length);
        base.readRange(position, part);
      }
      done += length;
    }
  }

  /** Writes a part of one cluster to the overlay. */
  @FunctionalInterface
  private interface ClusterWrite {
    void write(long position, long done, long length) throws IOException;
  }

  @Override
  protected void writeRange(long offset, ScatterList memory) throws IOException {
    change(
        offset,
        memory.length(),
        (position, done, length) -> overlay.write(position, memory, done, length));
  }

  @Override
  protected void zeroRange(long offset, long length) throws IOException {
    change(offset, length, (position, done, part) -> overlay.zero(position, part));
  }

  private void change(long offset, long total, ClusterWrite write) throws IOException {
    long done = 0;
    while (done < total) {
      long position = offset + done;
      long cluster = position >>> CLUSTER_SHIFT;
      long clusterEnd = Math.min((cluster + 1) << CLUSTER_SHIFT, size);
      long length = Math.min(clusterEnd - position, total - done);
      if (isPresent(cluster)) {
        write.write(position, done, length);
      } else {
        synchronized (locks[(int) (cluster & (LOCKS - 1))]) {
          if (!isPresent(cluster) && length < clusterEnd - (cluster << CLUSTER_SHIFT)) {
            copyUp(cluster << CLUSTER_SHIFT, clusterEnd);
          }
          write.write(position, done, length);
          setPresent(cluster);
        }
      }
      done += length;
    }
  }

  private void copyUp(long start, long end) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment cluster = arena.allocate(end - start, 8);
      ScatterList list = new ScatterList();
      list.add(cluster, 0, cluster.byteSize());
      base.readRange(start, list);
      overlay.write(start, cluster);
    }
  }

  @Override
  protected void synchronize() {
    // Nothing outlives the machine, so nothing has to outlive a power cut.
  }

  @Override
  protected void unmapRange(long offset, long length) {
    // The temporary file vanishes soon; old data is what an unmap may leave.
  }

  @Override
  protected long findData(long offset) throws IOException {
    long position = offset;
    while (position < size) {
      if (isPresent(position >>> CLUSTER_SHIFT)) {
        return position;
      }
      long data = base.findData(position);
      long end = ((position >>> CLUSTER_SHIFT) + 1) << CLUSTER_SHIFT;
      if (data < end) {
        return data;
      }
      position = end;
    }
    return size;
  }

  @Override
  protected long findHole(long offset) throws IOException {
    long position = offset;
    while (position < size) {
      long end = ((position >>> CLUSTER_SHIFT) + 1) << CLUSTER_SHIFT;
      if (!isPresent(position >>> CLUSTER_SHIFT)) {
        long hole = base.findHole(position);
        if (hole < end) {
          return hole;
        }
      }
      position = end;
    }
    return size;
  }

  @Override
  protected void closeFile() throws IOException {
    try (overlay) {
      base.close();
    }
  }

  @Override
  public DiskFormat format() {
    return base.format();
  }

  @Override
  public DiskType type() {
    return base.type();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int logicalSectorSize() {
    return base.logicalSectorSize();
  }

  @Override
  public int physicalSectorSize() {
    return base.physicalSectorSize();
  }

  @Override
  public boolean readOnly() {
    return false;
  }

  @Override
  public boolean unmapSupported() {
    return false;
  }

  @Override
  public long unmapGranularity() {
    return base.unmapGranularity();
  }

  @Override
  public UUID identity() {
    return base.identity();
  }

  @Override
  public DiskInformation information() throws IOException {
    return base.information();
  }
}
