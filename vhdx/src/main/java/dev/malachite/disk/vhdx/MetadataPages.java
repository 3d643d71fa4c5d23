// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import static dev.malachite.disk.vhdx.VhdxConstants.SECTOR;

import dev.malachite.disk.ScatterList;
import dev.malachite.disk.io.HostFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The cached metadata pages of an open file and the queues of those that have changed.
 *
 * <p>A changed page stays cached until its change is in the file; of others at most a bounded
 * number is kept. Everything here runs under one lock, the disk's metadata lock.
 *
 * <p>Pages of sector bitmaps are logged before pages of the block allocation table: an entry that
 * makes a block partially present must not become durable before its cleared bits.
 */
final class MetadataPages {
  /** 32 MiB of pages: the whole table of a 64 TiB disk with blocks of 16 MiB. */
  static final int DEFAULT_MAX_PAGES = 8192;

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final HostFile file;
  private final int maxPages;
  private final MemorySegment buffer;
  private final ScatterList bufferList = new ScatterList();
  private final PageQueue bitmaps = new PageQueue();
  private final PageQueue tables = new PageQueue();
  private final @Nullable MetadataPage[] taken = new MetadataPage[LogWriter.MAX_SECTORS];
  private @Nullable MetadataPage[] cached = new MetadataPage[64];
  private int cachedCount;
  private int hand;

  MetadataPages(HostFile file, int maxPages, Arena arena) {
    this.file = file;
    this.maxPages = maxPages;
    this.buffer = arena.allocate(SECTOR, SECTOR);
    bufferList.add(buffer, 0, SECTOR);
  }

  /** Reads a page of the file into its slot, if it isn't there. */
  MetadataPage load(@Nullable MetadataPage[] slots, int slot, long fileOffset, boolean bitmap)
      throws IOException {
    MetadataPage page = MetadataPage.in(slots, slot);
    if (page != null) {
      return page;
    }
    page = new MetadataPage(slots, slot, fileOffset, bitmap);
    file.readFully(fileOffset, bufferList, 0, SECTOR);
    MemorySegment.copy(buffer, LONG, 0, page.words(), 0, MetadataPage.WORDS);
    remember(page);
    page.publish();
    return page;
  }

  private void remember(MetadataPage page) {
    if (cachedCount >= maxPages) {
      for (int i = 0; i < cachedCount; i++) {
        hand = hand + 1 >= cachedCount ? 0 : hand + 1;
        MetadataPage old = cached[hand];
        if (old != null && old.state == MetadataPage.CLEAN) {
          old.withdraw();
          cached[hand] = page;
          return;
        }
      }
    }
    if (cachedCount == cached.length) {
      cached = Arrays.copyOf(cached, cachedCount * 2);
    }
    cached[cachedCount++] = page;
  }

  /** Queues a page that has just been changed. */
  void changed(MetadataPage page) {
    if ((page.state & MetadataPage.DIRTY) == 0) {
      page.state |= MetadataPage.DIRTY;
      (page.bitmap ? bitmaps : tables).add(page);
    }
  }

  /** Pages changed since they were last taken. */
  int dirtyCount() {
    return bitmaps.size() + tables.size();
  }

  /**
   * Copies pages that have been dirty longest. They stay cached until {@link #applied}.
   *
   * @param max most pages to take
   * @param images where their contents go, one after the other
   * @param offsets where their places in the file go
   * @return how many were taken
   */
  int take(int max, MemorySegment images, long[] offsets) {
    int count = Math.min(max, dirtyCount());
    for (int i = 0; i < count; i++) {
      MetadataPage page = (bitmaps.size() > 0 ? bitmaps : tables).remove();
      page.state = MetadataPage.COMMITTING;
      MemorySegment.copy(page.words(), 0, images, LONG, (long) i * SECTOR, MetadataPage.WORDS);
      offsets[i] = page.fileOffset;
      taken[i] = page;
    }
    return count;
  }

  /** Tells that the first pages of those taken last are in their places in the file. */
  void applied(int count) {
    for (int i = 0; i < count; i++) {
      MetadataPage page = taken[i];
      if (page != null) {
        page.state &= ~MetadataPage.COMMITTING;
        taken[i] = null;
      }
    }
  }

  /** A queue of pages that allocates nothing once it has grown. */
  private static final class PageQueue {
    private @Nullable MetadataPage[] ring = new MetadataPage[16];
    private int head;
    private int size;

    int size() {
      return size;
    }

    void add(MetadataPage page) {
      if (size == ring.length) {
        @Nullable MetadataPage[] larger = new MetadataPage[size * 2];
        for (int i = 0; i < size; i++) {
          larger[i] = ring[(head + i) % size];
        }
        ring = larger;
        head = 0;
      }
      ring[(head + size) % ring.length] = page;
      size++;
    }

    MetadataPage remove() {
      MetadataPage page = ring[head];
      if (page == null) {
        throw new AssertionError("the queue of changed pages is empty");
      }
      ring[head] = null;
      head = (head + 1) % ring.length;
      size--;
      return page;
    }
  }
}
