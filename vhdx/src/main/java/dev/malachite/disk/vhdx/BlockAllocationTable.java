// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The block allocation table of an open file (section 2.5), cached by pages.
 *
 * <p>Look-ups of cached entries take no lock; the rest runs under the disk's metadata lock.
 */
final class BlockAllocationTable {
  private static final int PAGE_SHIFT = Integer.numberOfTrailingZeros(MetadataPage.WORDS);
  private static final int PAGE_MASK = MetadataPage.WORDS - 1;

  private final MetadataPages cache;
  private final long tableOffset;
  private final VhdxMetadata metadata;
  private final Object lock;
  private final int chunkShift;
  private final @Nullable MetadataPage[] slots;

  BlockAllocationTable(MetadataPages cache, long tableOffset, VhdxMetadata metadata, Object lock) {
    this.cache = cache;
    this.tableOffset = tableOffset;
    this.metadata = metadata;
    this.lock = lock;
    this.chunkShift = metadata.chunkShift();
    long pages = (metadata.batEntryCount() + MetadataPage.WORDS - 1) >>> PAGE_SHIFT;
    this.slots = new MetadataPage[(int) pages];
  }

  /** The entry of a payload block, as last set. */
  long get(long block) throws IOException {
    return getAt(block + (block >>> chunkShift));
  }

  /** The entry of the sector bitmap of a chunk; only differencing disks have the last one. */
  long getBitmap(long chunk) throws IOException {
    return getAt(metadata.bitmapIndex(chunk));
  }

  private long getAt(long index) throws IOException {
    int number = (int) (index >>> PAGE_SHIFT);
    MetadataPage page = MetadataPage.in(slots, number);
    if (page == null) {
      synchronized (lock) {
        page = load(number);
      }
    }
    return page.get((int) index & PAGE_MASK);
  }

  /** Sets the entry of a payload block; the caller holds the lock. */
  void set(long block, long entry) throws IOException {
    setAt(metadata.batIndex(block), entry);
  }

  /** Sets the entry of the sector bitmap of a chunk; the caller holds the lock. */
  void setBitmap(long chunk, long entry) throws IOException {
    setAt(metadata.bitmapIndex(chunk), entry);
  }

  private void setAt(long index, long entry) throws IOException {
    MetadataPage page = load((int) (index >>> PAGE_SHIFT));
    page.set((int) index & PAGE_MASK, entry);
    cache.changed(page);
  }

  private MetadataPage load(int number) throws IOException {
    long offset = tableOffset + (long) number * VhdxConstants.SECTOR;
    return cache.load(slots, number, offset, false);
  }
}
