// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

import dev.malachite.disk.io.HostFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.BitSet;
import java.util.Map;

/**
 * Gives blocks of a dynamic or differencing disk their space and makes that durable in an order
 * that a power cut can't spoil.
 *
 * <p>A new block is at first known in memory only. A commit writes the footer behind the last
 * block, forces all data, then writes the sector bitmaps and table entries that refer to it, and
 * forces those. What was not committed is space at the end of the file that the next opening takes
 * again.
 */
final class VhdWriter {
  /** Blocks' data start on this bound, so that it suits the host's pages. */
  private static final int ALIGNMENT = 4096;

  private static final long MAX_OFFSET = 0xFFFF_FFFEL * VhdImage.SECTOR;
  private static final int ENTRIES = VhdImage.SECTOR / Integer.BYTES;
  private static final VarHandle ENTRY = MethodHandles.arrayElementVarHandle(int[].class);

  private final HostFile file;
  private final VhdFooter footer;
  private final VhdHeader header;
  private final int[] table;
  private final SectorBitmaps bitmaps;
  private final boolean copySound;
  private final boolean filled;
  private final Object lock = new Object();
  private final Object commitLock = new Object();
  private final BitSet dirty = new BitSet();
  private long end;
  private long length;
  private long footerAt;
  private boolean started;
  private boolean grown;
  private long begun;
  private long finished;
  private volatile boolean failed;

  VhdWriter(VhdImage image, SectorBitmaps bitmaps) throws IOException {
    this.file = image.file();
    this.footer = image.footer();
    this.header = image.requireHeader();
    this.table = image.table();
    this.bitmaps = bitmaps;
    this.copySound = image.copySound();
    this.filled = header.parentId().equals(VhdHeader.NO_PARENT);
    this.end = image.end();
    this.length = file.size();
    this.footerAt = image.footerOffset();
  }

  /** The table entry of a block, as last set. */
  int entry(int block) {
    return (int) ENTRY.getAcquire(table, block);
  }

  /** Makes both footers sound before anything else is written. */
  void prepare() throws IOException {
    checkFailure();
    synchronized (lock) {
      if (started) {
        return;
      }
      boolean done = false;
      try {
        if (footerAt < 0) {
          long at = Math.max(end, VhdImage.roundUp(length));
          footer.write(file, at);
          file.force(true);
          footerAt = at;
          length = at + VhdImage.SECTOR;
        }
        if (!copySound) {
          footer.write(file, 0);
          file.force(false);
        }
        done = true;
        started = true;
      } finally {
        failed |= !done;
      }
    }
  }

  /** Gives a block space if it has none; returns its table entry. */
  int allocate(int block) throws IOException {
    synchronized (lock) {
      int entry = table[block];
      if (entry != VhdImage.UNUSED) {
        return entry;
      }
      int bitmapSize = header.bitmapSize();
      long data = (end + bitmapSize + ALIGNMENT - 1) & -ALIGNMENT;
      long place = data - bitmapSize;
      if (place > MAX_OFFSET) {
        throw new IOException(
            file.path()
                + ": the file has reached the 2 TiB that a VHD file may have. Compact the disk or"
                + " convert it to VHDX.");
      }
      long blockEnd = data + header.blockSize();
      if (data < length) {
        // What is there is left over from before a power cut, or the footer.
        file.zero(data, Math.min(length, blockEnd) - data);
      }
      file.extend(blockEnd);
      length = Math.max(length, blockEnd);
      grown = true;
      writeBitmap(place, bitmapSize);
      end = blockEnd;
      if (filled) {
        bitmaps.markFull(block);
      } else {
        bitmaps.addEmpty(block);
      }
      entry = (int) (place / VhdImage.SECTOR);
      ENTRY.setRelease(table, block, entry);
      dirty.set(block / ENTRIES);
      return entry;
    }
  }

  private void writeBitmap(long place, int size) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bitmap = arena.allocate(size, 8);
      if (filled) {
        bitmap.fill((byte) -1);
      }
      file.write(place, bitmap);
    }
  }

  /** Makes everything durable that completed before the call. */
  void commit() throws IOException {
    checkFailure();
    long ticket;
    synchronized (lock) {
      if (!started) {
        return;
      }
      ticket = begun + 1;
    }
    synchronized (commitLock) {
      checkFailure();
      synchronized (lock) {
        if (finished >= ticket) {
          return; // One that began after the caller came has served the caller too.
        }
        begun++;
      }
      boolean done = false;
      try {
        commitLocked();
        done = true;
      } finally {
        // What the host failed to write it may have dropped, and the next force wouldn't say so.
        failed |= !done;
      }
      synchronized (lock) {
        finished = begun;
      }
    }
  }

  private void commitLocked() throws IOException {
    Map<Integer, byte[]> changed;
    BitSet sectors;
    boolean sizeToo;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment images;
      synchronized (lock) {
        changed = bitmaps.takeDirty();
        sectors = (BitSet) dirty.clone();
        dirty.clear();
        images = encode(sectors, arena);
        sizeToo = grown;
        grown = false;
        if (end > footerAt) {
          file.truncate(end + VhdImage.SECTOR);
          footer.write(file, end);
          footerAt = end;
          length = end + VhdImage.SECTOR;
        }
      }
      file.force(sizeToo);
      if (changed.isEmpty() && sectors.isEmpty()) {
        return;
      }
      for (Map.Entry<Integer, byte[]> bitmap : changed.entrySet()) {
        MemorySegment bytes = arena.allocate(bitmap.getValue().length, 8);
        bytes.copyFrom(MemorySegment.ofArray(bitmap.getValue()));
        file.write(VhdImage.blockOffset(entry(bitmap.getKey())), bytes);
      }
      bitmaps.written(changed);
      int image = 0;
      for (int i = sectors.nextSetBit(0); i >= 0; i = sectors.nextSetBit(i + 1)) {
        file.write(
            header.tableOffset() + (long) i * VhdImage.SECTOR,
            images.asSlice((long) image++ * VhdImage.SECTOR, VhdImage.SECTOR));
      }
      file.force(false);
    }
  }

  private MemorySegment encode(BitSet sectors, Arena arena) {
    MemorySegment images =
        arena.allocate(Math.max(1, (long) sectors.cardinality() * VhdImage.SECTOR), 8);
    long at = 0;
    for (int i = sectors.nextSetBit(0); i >= 0; i = sectors.nextSetBit(i + 1)) {
      for (int j = 0; j < ENTRIES; j++) {
        int block = i * ENTRIES + j;
        BigEndian.putInt(images, at, block < table.length ? table[block] : VhdImage.UNUSED);
        at += Integer.BYTES;
      }
    }
    return images;
  }

  /** Commits what is left. */
  void close() throws IOException {
    if (started && !failed) {
      commit();
    }
  }

  private void checkFailure() throws IOException {
    if (failed) {
      throw new IOException(
          file.path()
              + ": takes no more writes because an earlier one could not be made durable. Mend the"
              + " storage, then open the disk again.");
    }
  }
}
