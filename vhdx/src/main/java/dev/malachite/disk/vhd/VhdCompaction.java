// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

import dev.malachite.disk.DiskProgress;
import dev.malachite.disk.io.HostFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Gives space of a dynamic or differencing VHD file back: lets blocks go that hold nothing, moves
 * the last ones into gaps, cuts the file.
 *
 * <p>A block's new place is durable before the table names it, so the disk is whole at any time.
 */
final class VhdCompaction {
  private static final int CHUNK = 1 << 20;
  private static final int ALIGNMENT = 4096;

  /** Most bytes moved between two forces. */
  private static final long BATCH = 256L << 20;

  private final HostFile file;
  private final VhdHeader header;
  private final long headerAt;
  private final int[] table;
  private final long whole;
  private final DiskProgress progress;
  private final boolean child;

  VhdCompaction(HostFile file, VhdImage image, DiskProgress progress) {
    this.file = file;
    this.header = image.requireHeader();
    this.headerAt = image.footer().dataOffset();
    this.table = image.table();
    this.whole = header.bitmapSize() + (long) header.blockSize();
    this.progress = progress;
    this.child = !header.parentId().equals(VhdHeader.NO_PARENT);
  }

  private record Place(long offset, int block) {}

  void run() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(CHUNK, 4096);
      release(buffer, arena.allocate(CHUNK, 4096));
      fillGaps(buffer);
    }
    VhdResize.cut(file);
  }

  private long data(int block) {
    return VhdImage.blockOffset(table[block]) + header.bitmapSize();
  }

  /** Lets blocks go that hold nothing. */
  private void release(MemorySegment buffer, MemorySegment zeroes) throws IOException {
    boolean[] changed = new boolean[table.length];
    boolean any = false;
    for (int block = 0; block < table.length; block++) {
      DiskProgress.step(progress, block, 2L * table.length);
      if (table[block] != VhdImage.UNUSED && isEmpty(block, buffer, zeroes)) {
        table[block] = VhdImage.UNUSED;
        changed[block] = true;
        any = true;
      }
    }
    if (any) {
      writeTable(changed);
    }
  }

  private boolean isEmpty(int block, MemorySegment buffer, MemorySegment zeroes)
      throws IOException {
    // A child's zeroes may hide what its parent has; only a bitmap without sectors says nothing.
    long start = child ? VhdImage.blockOffset(table[block]) : data(block);
    long length = child ? header.bitmapSize() : header.blockSize();
    long end = Math.min(start + length, file.size());
    for (long at = start; at < end; at += CHUNK) {
      at = file.nextData(at);
      if (at >= end) {
        break;
      }
      long part = Math.min(CHUNK, end - at);
      file.readFully(at, buffer.asSlice(0, part));
      if (buffer.asSlice(0, part).mismatch(zeroes.asSlice(0, part)) >= 0) {
        return false;
      }
    }
    return true;
  }

  /** Moves the last blocks into gaps before them. */
  private void fillGaps(MemorySegment buffer) throws IOException {
    List<Place> places = places();
    boolean[] changed = new boolean[table.length];
    long moved = 0;
    long cursor = 0;
    int before = 0;
    int last = places.size() - 1;
    List<Place> blocks = places.stream().filter(place -> place.block >= 0).toList();
    int source = blocks.size() - 1;
    while (source >= 0 && before <= last) {
      Place next = places.get(before);
      long target =
          ((cursor + header.bitmapSize() + ALIGNMENT - 1) & -ALIGNMENT) - header.bitmapSize();
      Place from = blocks.get(source);
      if (target + whole <= next.offset && target + whole <= from.offset) {
        DiskProgress.step(progress, table.length + blocks.size() - 1L - source, 2L * table.length);
        move(from.offset, target, buffer);
        table[from.block] = (int) (target / VhdImage.SECTOR);
        changed[from.block] = true;
        moved += whole;
        cursor = target + whole;
        source--;
        if (moved >= BATCH) {
          file.force(false);
          writeTable(changed);
          Arrays.fill(changed, false);
          moved = 0;
        }
      } else {
        if (next.offset >= from.offset) {
          break;
        }
        cursor = Math.max(cursor, end(next));
        before++;
      }
    }
    if (moved > 0) {
      file.force(false);
      writeTable(changed);
    }
  }

  private long end(Place place) {
    if (place.block >= 0) {
      return place.offset + whole;
    }
    if (place.offset == header.tableOffset()) {
      return VhdImage.tableEnd(header, table.length);
    }
    if (place.offset == headerAt) {
      return headerAt + VhdHeader.SIZE;
    }
    for (VhdHeader.Locator locator : header.locators()) {
      if (locator.offset() == place.offset) {
        return VhdImage.roundUp(locator.offset() + locator.space());
      }
    }
    return place.offset + VhdImage.SECTOR;
  }

  /** Everything in the file in order; what is no block has the number -1. */
  private List<Place> places() {
    List<Place> places = new ArrayList<>();
    places.add(new Place(0, -1));
    places.add(new Place(headerAt, -1));
    places.add(new Place(header.tableOffset(), -1));
    for (VhdHeader.Locator locator : header.locators()) {
      places.add(new Place(locator.offset(), -1));
    }
    for (int block = 0; block < table.length; block++) {
      if (table[block] != VhdImage.UNUSED) {
        places.add(new Place(VhdImage.blockOffset(table[block]), block));
      }
    }
    places.sort((a, b) -> Long.compare(a.offset, b.offset));
    return places;
  }

  private void move(long from, long to, MemorySegment buffer) throws IOException {
    long length = Math.min(whole, file.size() - from);
    for (long done = 0; done < length; ) {
      MemorySegment part = buffer.asSlice(0, Math.min(CHUNK, length - done));
      file.readFully(from + done, part);
      file.write(to + done, part);
      done += part.byteSize();
    }
  }

  /** Writes the table's sectors with changed entries and makes them durable. */
  private void writeTable(boolean[] changed) throws IOException {
    int entries = VhdImage.SECTOR / Integer.BYTES;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment sector = arena.allocate(VhdImage.SECTOR, 8);
      for (int first = 0; first < table.length; first += entries) {
        boolean write = false;
        for (int i = 0; i < entries; i++) {
          boolean inside = first + i < table.length;
          write |= inside && changed[first + i];
          int entry = inside ? table[first + i] : VhdImage.UNUSED;
          BigEndian.putInt(sector, (long) i * Integer.BYTES, entry);
        }
        if (write) {
          file.write(header.tableOffset() + (long) first * Integer.BYTES, sector);
        }
      }
    }
    file.force(false);
  }
}
