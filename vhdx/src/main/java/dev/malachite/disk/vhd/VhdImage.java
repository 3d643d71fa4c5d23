// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

import dev.malachite.disk.DiskCheck;
import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.DiskType;
import dev.malachite.disk.io.HostFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A VHD file as read and checked whole before anything is written to it. */
final class VhdImage {
  static final int SECTOR = VhdFooter.SIZE;
  static final int UNUSED = -1;

  /** Most blocks in a disk; keeps the table, which is in memory whole, below 32 MiB. */
  static final int MAX_BLOCKS = 1 << 23;

  static final String FOOTER = "footer";
  static final String COPY = "copy of the footer";
  static final String TABLE = "block allocation table";

  private static final int OLD_FOOTER = 511;
  private static final int CHUNK = 1 << 20;

  private final HostFile file;
  private final VhdFooter footer;
  private final long footerOffset;
  private final boolean copySound;
  private final @Nullable VhdHeader header;
  private final int[] table;
  private final long end;

  private VhdImage(
      HostFile file,
      VhdFooter footer,
      long footerOffset,
      boolean copySound,
      @Nullable VhdHeader header,
      int[] table,
      long end) {
    this.file = file;
    this.footer = footer;
    this.footerOffset = footerOffset;
    this.copySound = copySound;
    this.header = header;
    this.table = table;
    this.end = end;
  }

  /** The file. */
  HostFile file() {
    return file;
  }

  /** The footer that counts. */
  VhdFooter footer() {
    return footer;
  }

  /** Where the footer is, or -1 if it was taken from the copy. */
  long footerOffset() {
    return footerOffset;
  }

  /** Whether the copy at the start says the same; always so in fixed disks, which have none. */
  boolean copySound() {
    return copySound;
  }

  /** The dynamic disk header; null in fixed disks. */
  @Nullable VhdHeader header() {
    return header;
  }

  /** The block allocation table; empty in fixed disks. */
  int[] table() {
    return table;
  }

  /** The first sector bound behind everything that the structures refer to. */
  long end() {
    return end;
  }

  /** What the last bytes and the first ones say. */
  record Footers(
      @Nullable VhdFooter last, long lastOffset, String problem, @Nullable VhdFooter copy) {
    /** The one that counts: the last one, unless only the copy can be used. */
    @Nullable VhdFooter current() {
      return last != null ? last : copy;
    }
  }

  /** Reads both footers. Before Virtual PC 2004 the last one was a byte shorter. */
  static Footers readFooters(HostFile file) throws IOException {
    long size = file.size();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(SECTOR, 8);
      VhdFooter last = null;
      long lastOffset = -1;
      String problem = "the file of " + size + " bytes is too short for one";
      if (size >= SECTOR) {
        lastOffset = size - SECTOR;
        file.readFully(lastOffset, bytes);
        problem = VhdFooter.problem(bytes);
        if (problem != null) {
          MemorySegment moved = bytes.asSlice(1, OLD_FOOTER);
          if (BigEndian.getLong(moved, 0) == VhdFooter.COOKIE) {
            lastOffset = size - OLD_FOOTER;
            MemorySegment whole = arena.allocate(SECTOR, 8);
            MemorySegment.copy(moved, 0, whole, 0, OLD_FOOTER);
            bytes = whole;
            problem = VhdFooter.problem(whole);
          }
        }
        if (problem == null) {
          last = VhdFooter.decode(bytes);
          problem = "";
        }
      }
      VhdFooter copy = null;
      if (size >= SECTOR) {
        file.readFully(0, bytes.asSlice(0, SECTOR));
        if (VhdFooter.problem(bytes) == null) {
          copy = VhdFooter.decode(bytes);
          if (copy.type() == DiskType.FIXED) {
            // A fixed disk has none; what is there belongs to the disk's contents.
            copy = null;
          }
        }
      }
      return new Footers(last, lastOffset, problem, copy);
    }
  }

  /**
   * Reads and checks everything.
   *
   * @throws DiskFormatException if the file can't be used
   */
  static VhdImage load(HostFile file) throws IOException {
    VhdImage image = loadToDescribe(file);
    VhdHeader header = image.header;
    if (header == null) {
      return image;
    }
    int[] table = readTable(file, image.footer, header);
    long end = checkTable(file, image.footer, header, table);
    return new VhdImage(
        file, image.footer, image.footerOffset, image.copySound, header, table, end);
  }

  /** Reads and checks all but the table's entries, which is quick. */
  static VhdImage loadToDescribe(HostFile file) throws IOException {
    Footers footers = readFooters(file);
    VhdFooter footer = footers.current();
    if (footer == null) {
      long size = file.size();
      throw bad(
          file, FOOTER, Math.max(0, size - SECTOR), footers.problem + ", and there is no copy");
    }
    boolean last = footers.last != null;
    long footerOffset = last ? footers.lastOffset : -1;
    if (footer.type() == DiskType.FIXED) {
      if (footer.currentSize() > footers.lastOffset) {
        throw bad(
            file,
            FOOTER,
            footers.lastOffset + VhdFooter.AT_CURRENT_SIZE,
            "it tells of a disk of "
                + footer.currentSize()
                + " bytes, but the file has only "
                + footers.lastOffset
                + " before it");
      }
      return new VhdImage(file, footer, footerOffset, true, null, new int[0], footer.currentSize());
    }
    VhdHeader header = VhdHeader.read(file, footer.dataOffset());
    long blocks = blockCount(footer.currentSize(), header.blockSize());
    long entries = Integer.toUnsignedLong(header.tableEntries());
    long at = footer.dataOffset();
    if (blocks > entries) {
      throw bad(
          file,
          "dynamic disk header",
          at + VhdHeader.AT_TABLE_ENTRIES,
          "its table has " + entries + " entries but the disk has " + blocks + " blocks");
    }
    if (blocks > MAX_BLOCKS) {
      throw bad(
          file,
          "dynamic disk header",
          at + VhdHeader.AT_BLOCK_SIZE,
          "the disk has " + blocks + " blocks, more than the " + MAX_BLOCKS + " supported");
    }
    long table = header.tableOffset();
    if (table < SECTOR || table % SECTOR != 0 || table > file.size() - blocks * Integer.BYTES) {
      throw bad(
          file,
          "dynamic disk header",
          at + VhdHeader.AT_TABLE_OFFSET,
          "its table at byte " + table + " is not on a sector inside the file");
    }
    long end = tableEnd(header, blocks);
    return new VhdImage(
        file, footer, footerOffset, footer.equals(footers.copy), header, new int[0], end);
  }

  /** The header of a disk that is not fixed. */
  VhdHeader requireHeader() {
    if (header == null) {
      throw new IllegalStateException("a fixed disk has no dynamic disk header");
    }
    return header;
  }

  static long blockCount(long size, int blockSize) {
    return (size + blockSize - 1) / blockSize;
  }

  /** Where the table ends, in whole sectors. */
  static long tableEnd(VhdHeader header, long blocks) {
    return header.tableOffset() + roundUp(blocks * Integer.BYTES);
  }

  static long roundUp(long bytes) {
    return (bytes + SECTOR - 1) & -SECTOR;
  }

  /** Reads the table of a header that has been checked. */
  static int[] readTable(HostFile file, VhdFooter footer, VhdHeader header) throws IOException {
    int[] table = new int[(int) blockCount(footer.currentSize(), header.blockSize())];
    try (Arena arena = Arena.ofConfined()) {
      long bytes = (long) table.length * Integer.BYTES;
      MemorySegment buffer = arena.allocate(Math.min(bytes, CHUNK), 8);
      for (long at = 0; at < bytes; at += CHUNK) {
        long length = Math.min(CHUNK, bytes - at);
        file.readFully(header.tableOffset() + at, buffer.asSlice(0, length));
        for (long i = 0; i < length; i += Integer.BYTES) {
          table[(int) ((at + i) / Integer.BYTES)] = BigEndian.getInt(buffer, i);
        }
      }
    }
    return table;
  }

  /** Where a block's sector bitmap is. */
  static long blockOffset(int entry) {
    return Integer.toUnsignedLong(entry) * SECTOR;
  }

  /** Checks that blocks are inside the file and overlap nothing; returns where the last ends. */
  private static long checkTable(HostFile file, VhdFooter footer, VhdHeader header, int[] table)
      throws IOException {
    String[] problem = new String[1];
    long[] entry = new long[1];
    long end =
        inspectTable(
            file,
            footer,
            header,
            table,
            (block, text) -> {
              if (problem[0] == null) {
                problem[0] = text;
                entry[0] = block;
              }
            });
    if (problem[0] != null) {
      throw bad(file, TABLE, header.tableOffset() + entry[0] * Integer.BYTES, problem[0]);
    }
    return end;
  }

  /** Hears of a bad entry of the table. */
  @FunctionalInterface
  interface BadEntry {
    void found(long block, String problem);
  }

  /** Looks at every entry of the table; returns where the last structure ends. */
  static long inspectTable(
      HostFile file, VhdFooter footer, VhdHeader header, int[] table, BadEntry bad)
      throws IOException {
    long fileSize = file.size();
    long bitmap = header.bitmapSize();
    long headerAt = footer.dataOffset();
    long end = Math.max(tableEnd(header, table.length), headerAt + VhdHeader.SIZE);
    for (VhdHeader.Locator locator : header.locators()) {
      long from = locator.offset();
      if (from >= SECTOR && from <= fileSize - locator.space()) {
        end = Math.max(end, roundUp(from + locator.space()));
      }
    }
    long[] places = new long[table.length];
    int count = 0;
    long whole = bitmap + header.blockSize();
    for (int block = 0; block < table.length; block++) {
      if (table[block] == UNUSED) {
        continue;
      }
      long at = blockOffset(table[block]);
      long start = (long) block * header.blockSize();
      long need = bitmap + Math.min(header.blockSize(), footer.currentSize() - start);
      if (at > fileSize - need) {
        bad.found(block, "block " + block + " at byte " + at + " is not inside the file");
      } else if (at < SECTOR
          || overlaps(at, whole, headerAt, VhdHeader.SIZE)
          || overlaps(at, whole, header.tableOffset(), table.length * (long) Integer.BYTES)) {
        bad.found(block, "block " + block + " at byte " + at + " overlaps the file's structures");
      } else {
        places[count++] = at;
        end = Math.max(end, at + whole);
      }
    }
    Arrays.sort(places, 0, count);
    int reported = 0;
    for (int i = 1; i < count && reported < DiskCheck.MAX_PROBLEMS; i++) {
      if (places[i] < places[i - 1] + whole) {
        reported++;
        int block = indexOf(table, places[i]);
        bad.found(block, "block " + block + " at byte " + places[i] + " overlaps another block");
      }
    }
    return end;
  }

  private static boolean overlaps(long at, long length, long other, long otherLength) {
    return at < other + otherLength && other < at + length;
  }

  private static int indexOf(int[] table, long place) {
    int found = 0;
    for (int i = 0; i < table.length; i++) {
      if (table[i] != UNUSED && blockOffset(table[i]) == place) {
        found = i;
      }
    }
    return found;
  }

  static DiskFormatException bad(HostFile file, String structure, long offset, String problem) {
    return new DiskFormatException(
        file.path(), structure, offset, problem, DiskFormatException.RESTORE);
  }
}
