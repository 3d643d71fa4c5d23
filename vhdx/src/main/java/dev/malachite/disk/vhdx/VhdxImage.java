// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import static dev.malachite.disk.vhdx.VhdxConstants.MIB;

import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.LittleEndian;
import dev.malachite.disk.io.PatchedFile;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A VHDX file as read and checked whole, log applied in memory, before anything is written to it.
 *
 * @param view the file as it is with its log applied
 * @param headers its headers
 * @param regions where its tables are
 * @param metadata what kind of disk it is
 * @param space which parts of the file are in use
 * @param fileEnd the first MiB bound behind everything in the file
 */
record VhdxImage(
    PatchedFile view,
    VhdxHeaders headers,
    RegionTable regions,
    VhdxMetadata metadata,
    SpaceMap space,
    long fileEnd) {
  private static final Logger LOGGER = System.getLogger(VhdxImage.class.getName());
  private static final int BAT_CHUNK = 1 << 20;
  private static final String BAT_NAME = "block allocation table";

  /** Whether the file begins like a VHDX file. */
  static boolean isVhdx(MemorySegment start) {
    return start.byteSize() >= 8
        && LittleEndian.getLong(start, VhdxConstants.FILE_IDENTIFIER_OFFSET)
            == VhdxConstants.FILE_IDENTIFIER_SIGNATURE;
  }

  /** Reads and checks everything. */
  static VhdxImage load(HostFile file) throws IOException {
    VhdxHeaders headers = VhdxHeaders.read(checkLength(file));
    VhdxHeader header = headers.current();
    PatchedFile view = header.hasLog() ? LogReader.replay(file, header) : new PatchedFile(file);
    VhdxImage image = loadTables(view, headers);
    long last = readBlockAllocationTable(image.view, image.regions, image.metadata, image.space);
    long end = Math.max(Math.max(image.fileEnd, image.space.end()), last);
    return new VhdxImage(
        image.view, image.headers, image.regions, image.metadata, image.space, end);
  }

  /**
   * Reads and checks all but the block allocation table's entries, which is quick. The file may be
   * changing meanwhile: a log that makes no sense is left alone.
   */
  static VhdxImage loadToDescribe(HostFile file) throws IOException {
    VhdxHeaders headers = VhdxHeaders.read(checkLength(file));
    VhdxHeader header = headers.current();
    PatchedFile view = new PatchedFile(file);
    if (header.hasLog()) {
      try {
        view = LogReader.replay(file, header);
      } catch (DiskFormatException e) {
        LOGGER.log(Level.DEBUG, "Describing a disk without its log", e);
      }
    }
    return loadTables(view, headers);
  }

  private static HostFile checkLength(HostFile file) throws IOException {
    long size = file.size();
    if (size < VhdxConstants.HEADER_SECTION_SIZE || size > VhdxConstants.MAX_FILE_SIZE) {
      throw new DiskFormatException(
          file.path(),
          "file",
          0,
          "its length of " + size + " bytes is not between 1 MiB and 128 TiB",
          DiskFormatException.RESTORE);
    }
    return file;
  }

  private static VhdxImage loadTables(PatchedFile view, VhdxHeaders headers) throws IOException {
    VhdxHeader header = headers.current();
    SpaceMap space = new SpaceMap();
    space.claim(0, VhdxConstants.HEADER_SECTION_SIZE);
    space.claim(header.logOffset(), header.logLength());
    RegionTable regions = RegionTable.read(view, space);
    VhdxMetadata metadata = MetadataTable.read(view, regions.metadata());
    long need = metadata.batEntryCount() * BatEntry.SIZE;
    if (need > regions.bat().length()) {
      throw new DiskFormatException(
          view.path(),
          BAT_NAME,
          regions.bat().offset(),
          "its region has " + regions.bat().length() + " bytes but the disk needs " + need,
          DiskFormatException.RESTORE);
    }
    long end = (view.size() + MIB - 1) & -MIB;
    return new VhdxImage(view, headers, regions, metadata, space, end);
  }

  /** Checks every entry and claims the blocks' space; returns where the last block ends. */
  private static long readBlockAllocationTable(
      HostFile file, RegionTable regions, VhdxMetadata metadata, SpaceMap space)
      throws IOException {
    long end = 0;
    long fileSize = file.size();
    long bytes = metadata.batEntryCount() * BatEntry.SIZE;
    long lastBlock = metadata.blockCount() - 1;
    long bitmapMask = (1L << metadata.chunkShift()) - 1;
    long block = 0;
    boolean bitmapNext = false;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(Math.min(bytes, BAT_CHUNK), 8);
      for (long at = 0; at < bytes; at += BAT_CHUNK) {
        long base = regions.bat().offset() + at;
        MemorySegment chunk = buffer.asSlice(0, Math.min(bytes - at, BAT_CHUNK));
        file.readFully(base, chunk);
        for (long i = 0; i < chunk.byteSize(); i += BatEntry.SIZE) {
          long entry = LittleEndian.getLong(chunk, i);
          if (bitmapNext) {
            bitmapNext = false;
            if (BatEntry.state(entry) != BatEntry.NOT_PRESENT) {
              throw bad(
                  file,
                  base + i,
                  "the entry of a sector bitmap is in state "
                      + BatEntry.state(entry)
                      + " though the disk has no parent");
            }
            continue;
          }
          if (entry != 0) {
            long length = metadata.blockSize();
            if (block == lastBlock) {
              // Some programs end a file with the disk's last byte rather than its last block's.
              length = metadata.diskSize() - lastBlock * metadata.blockSize();
            }
            end = Math.max(end, check(file, base + i, entry, block, length, fileSize, metadata));
            claim(file, base + i, entry, block, fileSize, metadata, space);
          }
          bitmapNext = (block & bitmapMask) == bitmapMask;
          block++;
        }
      }
    }
    return end;
  }

  /** Checks an entry; returns where its block ends. */
  private static long check(
      HostFile file,
      long at,
      long entry,
      long block,
      long length,
      long fileSize,
      VhdxMetadata metadata)
      throws IOException {
    int state = BatEntry.state(entry);
    long offset = BatEntry.offset(entry);
    return switch (state) {
      case BatEntry.NOT_PRESENT, BatEntry.ZERO, BatEntry.UNDEFINED, BatEntry.UNMAPPED -> 0;
      case BatEntry.FULLY_PRESENT -> {
        if (offset < VhdxConstants.HEADER_SECTION_SIZE
            || offset > fileSize
            || length > fileSize - offset) {
          throw bad(
              file,
              at,
              "block "
                  + block
                  + " is at "
                  + Long.toUnsignedString(offset)
                  + ", outside the file's "
                  + fileSize
                  + " bytes");
        }
        yield offset + metadata.blockSize();
      }
      default ->
          throw bad(
              file,
              at,
              "block "
                  + block
                  + " is in state "
                  + state
                  + ", which a disk without a parent can't have");
    };
  }

  private static void claim(
      HostFile file,
      long at,
      long entry,
      long block,
      long fileSize,
      VhdxMetadata metadata,
      SpaceMap space)
      throws IOException {
    long offset = BatEntry.offset(entry);
    int state = BatEntry.state(entry);
    if (state == BatEntry.NOT_PRESENT || state == BatEntry.ZERO) {
      return; // The offset is reserved in these states.
    }
    if (state != BatEntry.FULLY_PRESENT
        && (offset == 0 || offset < 0 || offset > fileSize - metadata.blockSize())) {
      return; // What an unmapped block once held may be gone.
    }
    if (offset < VhdxConstants.HEADER_SECTION_SIZE || !space.claim(offset, metadata.blockSize())) {
      throw bad(
          file, at, "block " + block + " at " + offset + " overlaps another structure or block");
    }
  }

  private static DiskFormatException bad(HostFile file, long offset, String problem) {
    return new DiskFormatException(
        file.path(), BAT_NAME, offset, problem, DiskFormatException.RESTORE);
  }

  /** The program that made the file, as it says in the file type identifier; null if empty. */
  @Nullable String creator() throws IOException {
    byte[] text = new byte[VhdxConstants.FILE_IDENTIFIER_CREATOR_SIZE];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(text.length, 8);
      view.readFully(VhdxConstants.FILE_IDENTIFIER_CREATOR, bytes);
      MemorySegment.ofArray(text).copyFrom(bytes);
    }
    String creator = new String(text, StandardCharsets.UTF_16LE);
    int end = creator.indexOf('\0');
    creator = end < 0 ? creator : creator.substring(0, end);
    creator = creator.replaceAll("[^\\p{L}\\p{N}\\p{P}\\p{Z}]", "?").strip();
    return creator.isEmpty() ? null : creator;
  }
}
