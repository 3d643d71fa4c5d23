// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import java.util.Arrays;

/**
 * Hands out space for payload blocks: gaps and given-back blocks first, then the file's end.
 *
 * <p>Space given back may be handed out again only once it is durable that nothing refers to it
 * ({@link #giveBack} then {@link #recycle}). Used under the disk's metadata lock.
 */
final class SpaceAllocator {
  /** Most blocks remembered as free or pending; space beyond that is found at the next open. */
  private static final int MAX_REMEMBERED = 1 << 20;

  private long end;
  private long[] free = new long[16];
  private int freeCount;
  private long[] pending = new long[16];
  private int pendingCount;

  /** Starts with the file's end and the gaps before it. */
  SpaceAllocator(int blockSize, long end, SpaceMap used) {
    this.end = end;
    long gap = used.nextGap(VhdxConstants.HEADER_SECTION_SIZE, blockSize);
    while (gap >= 0 && freeCount < MAX_REMEMBERED) {
      push(gap);
      gap = used.nextGap(gap + blockSize, blockSize);
    }
  }

  /** Whether the next block comes from inside the file and so has old bytes in it. */
  boolean hasRecycled() {
    return freeCount > 0;
  }

  /** Takes space for a block inside the file. */
  long takeRecycled() {
    return free[--freeCount];
  }

  /** Takes space, a multiple of 1 MiB, at the end of the file, which grows. */
  long takeAtEnd(long length) {
    long offset = end;
    end += length;
    return offset;
  }

  /** Undoes the latest {@link #takeAtEnd}. */
  void untakeAtEnd(long length) {
    end -= length;
  }

  /** Makes a block's space free at once; for space that nothing on disk refers to. */
  void push(long offset) {
    if (freeCount == MAX_REMEMBERED) {
      return;
    }
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, freeCount * 2);
    }
    free[freeCount++] = offset;
  }

  /** Remembers space to be recycled after the next commit. */
  void giveBack(long offset) {
    if (pendingCount == MAX_REMEMBERED) {
      return;
    }
    if (pendingCount == pending.length) {
      pending = Arrays.copyOf(pending, pendingCount * 2);
    }
    pending[pendingCount++] = offset;
  }

  /** How many blocks' space waits for a commit. */
  int pendingCount() {
    return pendingCount;
  }

  /** The space that waits for a commit, the oldest first. */
  long pending(int index) {
    return pending[index];
  }

  /** Makes the oldest blocks' space that waited for a commit free. */
  void recycle(int count) {
    for (int i = 0; i < count; i++) {
      push(pending[i]);
    }
    pendingCount -= count;
    System.arraycopy(pending, count, pending, 0, pendingCount);
  }

  /** Where the file ends, or will once it has grown; a multiple of 1 MiB. */
  long end() {
    return end;
  }
}
