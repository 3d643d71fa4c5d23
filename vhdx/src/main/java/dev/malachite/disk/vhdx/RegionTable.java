// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import static dev.malachite.disk.vhdx.VhdxConstants.MIB;

import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.LittleEndian;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The region table (section 2.2.3): where the block allocation table and the metadata are.
 *
 * @param bat the block allocation table's region
 * @param metadata the metadata region
 */
record RegionTable(Region bat, Region metadata) {
  /** Size of the structure. */
  static final int SIZE = 0x1_0000;

  /** Where the first copy is; the second follows it. */
  static final long OFFSET = 0x3_0000;

  private static final int SIGNATURE = 0x6967_6572; // "regi"
  private static final int MAX_ENTRIES = 2047;

  // Field                          offset  size
  private static final int AT_SIGNATURE = 0; // 4
  private static final int AT_CHECKSUM = 4; // 4
  private static final int AT_ENTRY_COUNT = 8; // 4
  private static final int AT_ENTRIES = 16;
  private static final int ENTRY_SIZE = 32;
  private static final int ENTRY_GUID = 0; // 16
  private static final int ENTRY_FILE_OFFSET = 16; // 8
  private static final int ENTRY_LENGTH = 24; // 4
  private static final int ENTRY_REQUIRED = 28; // 4

  private static final String NAME = "region table";

  /**
   * A region of the file.
   *
   * @param offset its first byte in the file, a multiple of 1 MiB
   * @param length its bytes, a multiple of 1 MiB
   */
  record Region(long offset, long length) {}

  /** Reads the table, the second copy if the first is damaged, and claims every region's space. */
  static RegionTable read(HostFile file, SpaceMap space) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(SIZE, 8);
      long at = readCopy(file, bytes);
      return parse(file, bytes, at, space);
    }
  }

  private static RegionTable parse(HostFile file, MemorySegment bytes, long at, SpaceMap space)
      throws IOException {
    long count = LittleEndian.getUnsignedInt(bytes, AT_ENTRY_COUNT);
    if (count > MAX_ENTRIES) {
      throw bad(file, at + AT_ENTRY_COUNT, "it says it has " + count + " entries");
    }
    long fileSize = file.size();
    @Nullable Region bat = null;
    @Nullable Region metadata = null;
    Set<UUID> seen = new HashSet<>();
    for (int i = 0; i < count; i++) {
      long entry = AT_ENTRIES + (long) i * ENTRY_SIZE;
      UUID guid = LittleEndian.getGuid(bytes, entry + ENTRY_GUID);
      long offset = LittleEndian.getLong(bytes, entry + ENTRY_FILE_OFFSET);
      long length = LittleEndian.getUnsignedInt(bytes, entry + ENTRY_LENGTH);
      boolean required = (LittleEndian.getInt(bytes, entry + ENTRY_REQUIRED) & 1) != 0;
      if (!seen.add(guid)) {
        throw bad(file, at + entry, "region " + guid + " is listed twice");
      }
      if (offset % MIB != 0 || length % MIB != 0 || offset < MIB || length == 0) {
        throw bad(
            file,
            at + entry,
            "region "
                + guid
                + " ("
                + length
                + " bytes at "
                + offset
                + ") is not on 1 MiB bounds behind the header");
      }
      if (offset > fileSize || length > fileSize - offset) {
        throw bad(
            file,
            at + entry,
            "region "
                + guid
                + " ("
                + length
                + " bytes at "
                + offset
                + ") goes past the file's end at "
                + fileSize);
      }
      if (!space.claim(offset, length)) {
        throw bad(
            file,
            at + entry,
            "region "
                + guid
                + " ("
                + length
                + " bytes at "
                + offset
                + ") overlaps the log or another region");
      }
      if (guid.equals(VhdxConstants.BAT_REGION)) {
        bat = new Region(offset, length);
      } else if (guid.equals(VhdxConstants.METADATA_REGION)) {
        metadata = new Region(offset, length);
      } else if (required) {
        throw new DiskFormatException(
            file.path(),
            NAME,
            at + entry,
            "region " + guid + " is required but not known",
            "Open the file with the program that made it and convert it.");
      }
    }
    if (bat == null || metadata == null) {
      throw bad(
          file, at, "it lists no " + (bat == null ? "block allocation table" : "metadata region"));
    }
    return new RegionTable(bat, metadata);
  }

  private static DiskFormatException bad(HostFile file, long offset, String problem) {
    return new DiskFormatException(file.path(), NAME, offset, problem, DiskFormatException.RESTORE);
  }

  /**
   * Moves the block allocation table's region, in both copies of the table.
   *
   * @param file the file, whose table has been read and is sound
   */
  static void putBat(HostFile file, SectorPatches patches, Region changed) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(SIZE, 8);
      readCopy(file, bytes);
      long count = LittleEndian.getUnsignedInt(bytes, AT_ENTRY_COUNT);
      for (int i = 0; i < count; i++) {
        long entry = AT_ENTRIES + (long) i * ENTRY_SIZE;
        if (LittleEndian.getGuid(bytes, entry + ENTRY_GUID).equals(VhdxConstants.BAT_REGION)) {
          encodeEntry(bytes, entry, VhdxConstants.BAT_REGION, changed);
        }
      }
      LittleEndian.putInt(bytes, AT_CHECKSUM, Crc32c.of(bytes, AT_CHECKSUM));
      patches.put(OFFSET, bytes);
      patches.put(OFFSET + SIZE, bytes);
    }
  }

  /** Whether a copy, 0 or 1, has a valid signature and checksum. */
  static boolean isCopyValid(HostFile file, int copy) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(SIZE, 8);
      file.readFully(OFFSET + (long) copy * SIZE, bytes);
      return isValid(bytes);
    }
  }

  /** Writes the copy that counts over a damaged one. */
  static void mendCopies(HostFile file) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(SIZE, 8);
      readCopy(file, bytes);
      for (int copy = 0; copy < 2; copy++) {
        if (!isCopyValid(file, copy)) {
          file.write(OFFSET + (long) copy * SIZE, bytes);
          file.force(false);
        }
      }
    }
  }

  private static boolean isValid(MemorySegment bytes) {
    return LittleEndian.getInt(bytes, AT_SIGNATURE) == SIGNATURE
        && LittleEndian.getInt(bytes, AT_CHECKSUM) == Crc32c.of(bytes, AT_CHECKSUM);
  }

  /** Reads the first valid copy; returns where it is. */
  private static long readCopy(HostFile file, MemorySegment bytes) throws IOException {
    for (int copy = 0; copy < 2; copy++) {
      long at = OFFSET + (long) copy * SIZE;
      file.readFully(at, bytes);
      if (isValid(bytes)) {
        return at;
      }
    }
    throw new DiskFormatException(
        file.path(),
        NAME,
        OFFSET,
        "neither copy has a valid signature and checksum",
        DiskFormatException.RESTORE);
  }

  /** Encodes the table with its checksum into {@value #SIZE} bytes. */
  void encode(MemorySegment bytes) {
    bytes.fill((byte) 0);
    LittleEndian.putInt(bytes, AT_SIGNATURE, SIGNATURE);
    LittleEndian.putInt(bytes, AT_ENTRY_COUNT, 2);
    encodeEntry(bytes, AT_ENTRIES, VhdxConstants.BAT_REGION, bat);
    encodeEntry(bytes, AT_ENTRIES + ENTRY_SIZE, VhdxConstants.METADATA_REGION, metadata);
    LittleEndian.putInt(bytes, AT_CHECKSUM, Crc32c.of(bytes, AT_CHECKSUM));
  }

  private static void encodeEntry(MemorySegment bytes, long entry, UUID guid, Region region) {
    LittleEndian.putGuid(bytes, entry + ENTRY_GUID, guid);
    LittleEndian.putLong(bytes, entry + ENTRY_FILE_OFFSET, region.offset());
    LittleEndian.putInt(bytes, entry + ENTRY_LENGTH, (int) region.length());
    LittleEndian.putInt(bytes, entry + ENTRY_REQUIRED, 1);
  }
}
