// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.LittleEndian;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Looks at every entry of a block allocation table (section 2.5), claims the space of each block
 * and sector bitmap, and tells what is wrong.
 */
final class TableScan {
  private static final int CHUNK = 1 << 20;

  /** What is wrong with an entry. */
  enum Flaw {
    /** A state that the specification doesn't have, or not for this kind of disk. */
    STATE,
    /** The block is not in the file at all. */
    OUTSIDE,
    /** The file ends within the block. */
    CUT_SHORT,
    /** The space is another structure's or block's. */
    OVERLAP,
    /** Sectors of the block are the parent's, but there's no telling which. */
    NO_BITMAP,
    /** A sector bitmap in a disk that has no parent, or one that is no bitmap. */
    BITMAP_STATE,
    /** The sector bitmap is not all in the file. */
    BITMAP_OUTSIDE,
    /** The sector bitmap's space is another structure's or block's. */
    BITMAP_OVERLAP
  }

  /** Hears what is wrong. */
  @FunctionalInterface
  interface Findings {
    /**
     * Hears of an entry.
     *
     * @param flaw what is wrong with it
     * @param index its place in the table
     * @param number its block, or the chunk of a sector bitmap
     * @param entry its value
     * @param problem what is wrong with it, for people
     */
    void report(Flaw flaw, long index, long number, long entry, String problem) throws IOException;
  }

  private final HostFile file;
  private final long tableOffset;
  private final VhdxMetadata metadata;
  private final SpaceMap space;
  private final Findings findings;
  private final long fileSize;
  private long end;
  private long blocksWithSpace;
  private boolean partial;

  private TableScan(
      HostFile file, long tableOffset, VhdxMetadata metadata, SpaceMap space, Findings findings)
      throws IOException {
    this.file = file;
    this.tableOffset = tableOffset;
    this.metadata = metadata;
    this.space = space;
    this.findings = findings;
    this.fileSize = file.size();
  }

  /** Looks at the whole table. */
  static TableScan run(
      HostFile file, long tableOffset, VhdxMetadata metadata, SpaceMap space, Findings findings)
      throws IOException {
    TableScan scan = new TableScan(file, tableOffset, metadata, space, findings);
    scan.run();
    return scan;
  }

  /** Where the last block or bitmap ends, be it behind the file's end. */
  long end() {
    return end;
  }

  /** How many blocks have space in the file. */
  long blocksWithSpace() {
    return blocksWithSpace;
  }

  private void run() throws IOException {
    long bytes = metadata.batEntryCount() * BatEntry.SIZE;
    long chunkMask = (1L << metadata.chunkShift()) - 1;
    long lastBlock = metadata.blockCount() - 1;
    long index = 0;
    long block = 0;
    boolean bitmapNext = false;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(Math.min(bytes, CHUNK), 8);
      for (long at = 0; at < bytes; at += CHUNK) {
        MemorySegment chunk = buffer.asSlice(0, Math.min(bytes - at, CHUNK));
        file.readFully(tableOffset + at, chunk);
        for (long i = 0; i < chunk.byteSize(); i += BatEntry.SIZE) {
          long entry = LittleEndian.getLong(chunk, i);
          if (bitmapNext) {
            bitmap(index, (block - 1) >>> metadata.chunkShift(), entry);
            bitmapNext = false;
          } else {
            if (entry != 0 && block <= lastBlock) {
              block(index, block, entry, block == lastBlock);
            }
            bitmapNext = (block & chunkMask) == chunkMask;
            block++;
          }
          index++;
        }
      }
    }
  }

  private void block(long index, long block, long entry, boolean last) throws IOException {
    long offset = BatEntry.offset(entry);
    int state = BatEntry.state(entry);
    long size = metadata.blockSize();
    switch (state) {
      case BatEntry.NOT_PRESENT, BatEntry.ZERO -> {
        // The offset is reserved.
      }
      case BatEntry.UNDEFINED, BatEntry.UNMAPPED -> {
        // What an unmapped block once held may be gone.
        if (offset > 0 && offset <= fileSize - size) {
          claim(Flaw.OVERLAP, index, block, entry, size);
        }
      }
      case BatEntry.FULLY_PRESENT, BatEntry.PARTIALLY_PRESENT -> {
        if (state == BatEntry.PARTIALLY_PRESENT && !metadata.differencing()) {
          findings.report(
              Flaw.STATE,
              index,
              block,
              entry,
              "block " + block + " is in state 7, which a disk without a parent can't have");
          return;
        }
        // Some programs end a file with the disk's last byte rather than its last block's.
        long length = last ? metadata.diskSize() - block * size : size;
        if (offset < VhdxConstants.HEADER_SECTION_SIZE || offset >= fileSize) {
          outside(Flaw.OUTSIDE, index, block, entry);
          return;
        }
        if (length > fileSize - offset) {
          outside(Flaw.CUT_SHORT, index, block, entry);
        }
        if (claim(Flaw.OVERLAP, index, block, entry, size)) {
          end = Math.max(end, offset + size);
          blocksWithSpace++;
          partial |= state == BatEntry.PARTIALLY_PRESENT;
        }
      }
      default ->
          findings.report(
              Flaw.STATE,
              index,
              block,
              entry,
              "block " + block + " is in state " + state + ", which there isn't");
    }
  }

  private void outside(Flaw flaw, long index, long block, long entry) throws IOException {
    findings.report(
        flaw,
        index,
        block,
        entry,
        "block "
            + block
            + " is at "
            + Long.toUnsignedString(BatEntry.offset(entry))
            + ", outside the file's "
            + fileSize
            + " bytes");
  }

  private boolean claim(Flaw flaw, long index, long number, long entry, long length)
      throws IOException {
    long offset = BatEntry.offset(entry);
    if (offset >= VhdxConstants.HEADER_SECTION_SIZE && space.claim(offset, length)) {
      return true;
    }
    findings.report(
        flaw,
        index,
        number,
        entry,
        (flaw == Flaw.OVERLAP ? "block " : "the sector bitmap of chunk ")
            + number
            + " at "
            + offset
            + " overlaps another structure or block");
    return false;
  }

  private void bitmap(long index, long chunk, long entry) throws IOException {
    boolean needed = partial;
    partial = false;
    int state = BatEntry.state(entry);
    long offset = BatEntry.offset(entry);
    if (state == BatEntry.NOT_PRESENT) {
      if (needed) {
        findings.report(
            Flaw.NO_BITMAP,
            index,
            chunk,
            entry,
            "blocks of chunk " + chunk + " are partially present but it has no sector bitmap");
      }
      return;
    }
    if (state != BatEntry.FULLY_PRESENT || !metadata.differencing()) {
      findings.report(
          Flaw.BITMAP_STATE,
          index,
          chunk,
          entry,
          "the entry of a sector bitmap is in state "
              + state
              + (metadata.differencing()
                  ? ", which there isn't"
                  : " though the disk has no parent"));
      return;
    }
    if (offset < VhdxConstants.HEADER_SECTION_SIZE || offset > fileSize - VhdxConstants.MIB) {
      findings.report(
          Flaw.BITMAP_OUTSIDE,
          index,
          chunk,
          entry,
          "the sector bitmap of chunk "
              + chunk
              + " is at "
              + Long.toUnsignedString(offset)
              + ", outside the file's "
              + fileSize
              + " bytes");
      return;
    }
    if (claim(Flaw.BITMAP_OVERLAP, index, chunk, entry, VhdxConstants.MIB)) {
      end = Math.max(end, offset + VhdxConstants.MIB);
    }
  }
}
