// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The sector bitmaps of an open differencing disk (section 2.4), cached by pages: which sectors of
 * partially present blocks are in this file, a bit each, the lowest of a byte first.
 *
 * <p>Look-ups of cached pages take no lock; the rest runs under the disk's metadata lock.
 */
final class SectorBitmaps {
  private static final int WORD_SHIFT = 6;
  private static final int PAGE_BITS = VhdxConstants.SECTOR * 8;
  private static final int PAGE_SHIFT = Integer.numberOfTrailingZeros(PAGE_BITS);
  private static final int CHUNK_PAGES = (int) (VhdxConstants.SECTORS_PER_BITMAP_BLOCK / PAGE_BITS);

  private static final VarHandle CHUNK =
      MethodHandles.arrayElementVarHandle(MetadataPage[][].class);

  private final MetadataPages cache;
  private final BlockAllocationTable table;
  private final Object lock;
  private final int chunkShift;
  private final int blockSectorShift;
  private final @Nullable MetadataPage[] @Nullable [] chunks;

  SectorBitmaps(
      MetadataPages cache, BlockAllocationTable table, VhdxMetadata metadata, Object lock) {
    this.cache = cache;
    this.table = table;
    this.lock = lock;
    this.chunkShift = metadata.chunkShift();
    this.blockSectorShift =
        Integer.numberOfTrailingZeros(metadata.blockSize() / metadata.logicalSectorSize());
    this.chunks = new MetadataPage[(int) metadata.chunkCount()][];
  }

  /** Number of a block's first sector within its chunk. */
  private int firstBit(long block) {
    return (int) (block & ((1L << chunkShift) - 1)) << blockSectorShift;
  }

  private MetadataPage page(int chunk, int number) throws IOException {
    @Nullable MetadataPage[] slots = (MetadataPage[]) CHUNK.getAcquire(chunks, chunk);
    if (slots != null) {
      MetadataPage page = MetadataPage.in(slots, number);
      if (page != null) {
        return page;
      }
    }
    synchronized (lock) {
      return load(chunk, number);
    }
  }

  private MetadataPage load(int chunk, int number) throws IOException {
    @Nullable MetadataPage[] slots = chunks[chunk];
    if (slots == null) {
      slots = new MetadataPage[CHUNK_PAGES];
      CHUNK.setRelease(chunks, chunk, slots);
    }
    long offset = BatEntry.offset(table.getBitmap(chunk)) + (long) number * VhdxConstants.SECTOR;
    return cache.load(slots, number, offset, true);
  }

  /**
   * Length of the run of sectors that are all in this file or all not.
   *
   * @param block a partially present block
   * @param sector first sector within the block
   * @param max most sectors to look at, at least 1
   * @return number of sectors; negative if they are not in this file
   */
  int run(long block, int sector, int max) throws IOException {
    int chunk = (int) (block >>> chunkShift);
    int bit = firstBit(block) + sector;
    int end = bit + max;
    boolean present = isSet(chunk, bit);
    int at = bit;
    while (at < end) {
      long word = page(chunk, at >>> PAGE_SHIFT).get((at & (PAGE_BITS - 1)) >>> WORD_SHIFT);
      long differing = (present ? ~word : word) >>> (at & 63);
      if (differing != 0) {
        at += Long.numberOfTrailingZeros(differing);
        break;
      }
      at = (at | 63) + 1;
    }
    int count = Math.min(at, end) - bit;
    return present ? count : -count;
  }

  private boolean isSet(int chunk, int bit) throws IOException {
    long word = page(chunk, bit >>> PAGE_SHIFT).get((bit & (PAGE_BITS - 1)) >>> WORD_SHIFT);
    return (word >>> (bit & 63) & 1) != 0;
  }

  /** Whether all sectors of a block are in this file. */
  boolean isFull(long block) throws IOException {
    int sectors = 1 << blockSectorShift;
    return run(block, 0, sectors) == sectors;
  }

  /** Sets or clears the bits of a block's sectors; the caller holds the lock. */
  void put(long block, int sector, int count, boolean present) throws IOException {
    int chunk = (int) (block >>> chunkShift);
    int at = firstBit(block) + sector;
    int end = at + count;
    while (at < end) {
      MetadataPage page = load(chunk, at >>> PAGE_SHIFT);
      int word = (at & (PAGE_BITS - 1)) >>> WORD_SHIFT;
      int next = Math.min((at | 63) + 1, end);
      long mask = -1L >>> (64 - (next - at)) << (at & 63);
      long old = page.get(word);
      long changed = present ? old | mask : old & ~mask;
      if (changed != old) {
        page.set(word, changed);
        cache.changed(page);
      }
      at = next;
    }
  }
}
