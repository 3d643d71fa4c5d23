// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.io.HostFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The dynamic disk header (section "Dynamic Disk Header Format").
 *
 * @param tableOffset where the block allocation table is, in bytes
 * @param tableEntries how many entries the table has room for, unsigned
 * @param blockSize bytes of data in a block
 * @param parentId the parent's identifier; zero without one
 * @param parentTimestamp when the parent's file was changed last, in the format's seconds
 * @param parentName the parent's file name
 * @param locators where the parent may be, with their place in the file
 */
record VhdHeader(
    long tableOffset,
    int tableEntries,
    int blockSize,
    UUID parentId,
    int parentTimestamp,
    String parentName,
    List<Locator> locators) {
  static final int SIZE = 1024;
  static final int LOCATORS = 8;

  /** What the specification says a block has unless told otherwise. */
  static final int DEFAULT_BLOCK_SIZE = 2 << 20;

  static final int MIN_BLOCK_SIZE = 4096;
  static final int MAX_BLOCK_SIZE = 256 << 20;

  static final UUID NO_PARENT = new UUID(0, 0);

  private static final String NAME = "dynamic disk header";
  private static final long COOKIE = 0x6378_7370_6172_7365L; // "cxsparse"
  private static final int VERSION = 0x1_0000;
  private static final long NO_OFFSET = -1;

  // Field: offset // size
  private static final int AT_COOKIE = 0; // 8
  private static final int AT_NEXT = 8; // 8
  static final int AT_TABLE_OFFSET = 16; // 8
  private static final int AT_VERSION = 24; // 4
  static final int AT_TABLE_ENTRIES = 28; // 4
  static final int AT_BLOCK_SIZE = 32; // 4
  static final int AT_CHECKSUM = 36; // 4
  private static final int AT_PARENT_ID = 40; // 16
  private static final int AT_PARENT_TIMESTAMP = 56; // 4
  private static final int AT_PARENT_NAME = 64; // 512
  private static final int PARENT_NAME_SIZE = 512;
  static final int AT_LOCATORS = 576; // 8 entries
  static final int LOCATOR_SIZE = 24;
  private static final int LOCATOR_CODE = 0; // 4
  private static final int LOCATOR_SPACE = 4; // 4
  private static final int LOCATOR_LENGTH = 8; // 4
  private static final int LOCATOR_OFFSET = 16; // 8

  /**
   * Where in the file a way to the parent is told.
   *
   * @param code how it is told, unsigned
   * @param length bytes, unsigned
   * @param offset in bytes from the file's start
   */
  record Locator(int code, int length, long offset) {
    /** Windows path relative to the child, UTF-16 little-endian. */
    static final int RELATIVE = 0x5732_7275; // "W2ru"

    /** Windows path from the root, UTF-16 little-endian. */
    static final int ABSOLUTE = 0x5732_6B75; // "W2ku"

    /** File URL in UTF-8. */
    static final int URL = 0x4D61_6358; // "MacX"

    /** Bytes that the locator takes up in whole sectors. */
    long space() {
      return (Integer.toUnsignedLong(length) + VhdFooter.SIZE - 1) & -VhdFooter.SIZE;
    }
  }

  /** Copies the list. */
  VhdHeader {
    locators = List.copyOf(locators);
  }

  /** Bytes of a block's sector bitmap, in whole sectors. */
  int bitmapSize() {
    int bytes = blockSize / VhdFooter.SIZE / Byte.SIZE;
    return Math.max(VhdFooter.SIZE, (bytes + VhdFooter.SIZE - 1) & -VhdFooter.SIZE);
  }

  VhdHeader withTable(long offset, int entries) {
    return new VhdHeader(
        offset, entries, blockSize, parentId, parentTimestamp, parentName, locators);
  }

  VhdHeader withParent(UUID id, int timestamp, String name, List<Locator> newLocators) {
    return new VhdHeader(tableOffset, tableEntries, blockSize, id, timestamp, name, newLocators);
  }

  /** Reads and checks a header; what it points to is checked by the caller. */
  static VhdHeader read(HostFile file, long offset) throws IOException {
    Path path = file.path();
    long size = file.size();
    if (offset < 0 || offset % VhdFooter.SIZE != 0 || offset > size - SIZE) {
      throw bad(path, Math.max(0, offset), "it is not on a sector inside the file");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(SIZE, 8);
      file.readFully(offset, bytes);
      if (BigEndian.getLong(bytes, AT_COOKIE) != COOKIE) {
        throw bad(path, offset, "it does not begin with \"cxsparse\"");
      }
      if (BigEndian.getInt(bytes, AT_CHECKSUM) != BigEndian.checksum(bytes, AT_CHECKSUM)) {
        throw bad(path, offset + AT_CHECKSUM, "its checksum is wrong");
      }
      int version = BigEndian.getInt(bytes, AT_VERSION);
      if (version >>> 16 != 1) {
        throw bad(path, offset + AT_VERSION, "its version is " + (version >>> 16) + ", not 1");
      }
      int blockSize = BigEndian.getInt(bytes, AT_BLOCK_SIZE);
      if (blockSize < MIN_BLOCK_SIZE
          || blockSize > MAX_BLOCK_SIZE
          || Integer.bitCount(blockSize) != 1) {
        throw bad(
            path,
            offset + AT_BLOCK_SIZE,
            "its block size of "
                + Integer.toUnsignedString(blockSize)
                + " bytes is not a power of two from 4 KiB to 256 MiB");
      }
      return new VhdHeader(
          BigEndian.getLong(bytes, AT_TABLE_OFFSET),
          BigEndian.getInt(bytes, AT_TABLE_ENTRIES),
          blockSize,
          BigEndian.getId(bytes, AT_PARENT_ID),
          BigEndian.getInt(bytes, AT_PARENT_TIMESTAMP),
          parentName(bytes),
          locators(bytes));
    }
  }

  private static String parentName(MemorySegment bytes) {
    byte[] name = new byte[PARENT_NAME_SIZE];
    MemorySegment.copy(bytes, AT_PARENT_NAME, MemorySegment.ofArray(name), 0, name.length);
    String text = new String(name, StandardCharsets.UTF_16BE);
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }

  private static List<Locator> locators(MemorySegment bytes) {
    List<Locator> locators = new ArrayList<>();
    for (int i = 0; i < LOCATORS; i++) {
      long at = AT_LOCATORS + (long) i * LOCATOR_SIZE;
      int code = BigEndian.getInt(bytes, at + LOCATOR_CODE);
      if (code != 0) {
        locators.add(
            new Locator(
                code,
                BigEndian.getInt(bytes, at + LOCATOR_LENGTH),
                BigEndian.getLong(bytes, at + LOCATOR_OFFSET)));
      }
    }
    return locators;
  }

  /** Puts the header into {@value #SIZE} bytes. */
  void encode(MemorySegment bytes) {
    bytes.fill((byte) 0);
    BigEndian.putLong(bytes, AT_COOKIE, COOKIE);
    BigEndian.putLong(bytes, AT_NEXT, NO_OFFSET);
    BigEndian.putLong(bytes, AT_TABLE_OFFSET, tableOffset);
    BigEndian.putInt(bytes, AT_VERSION, VERSION);
    BigEndian.putInt(bytes, AT_TABLE_ENTRIES, tableEntries);
    BigEndian.putInt(bytes, AT_BLOCK_SIZE, blockSize);
    BigEndian.putId(bytes, AT_PARENT_ID, parentId);
    BigEndian.putInt(bytes, AT_PARENT_TIMESTAMP, parentTimestamp);
    byte[] name = parentName.getBytes(StandardCharsets.UTF_16BE);
    int length = Math.min(name.length, PARENT_NAME_SIZE - 2);
    MemorySegment.copy(MemorySegment.ofArray(name), 0, bytes, AT_PARENT_NAME, length);
    for (int i = 0; i < locators.size(); i++) {
      Locator locator = locators.get(i);
      long at = AT_LOCATORS + (long) i * LOCATOR_SIZE;
      BigEndian.putInt(bytes, at + LOCATOR_CODE, locator.code());
      // The specification counts sectors here; Microsoft's programs write and expect bytes.
      BigEndian.putInt(bytes, at + LOCATOR_SPACE, (int) locator.space());
      BigEndian.putInt(bytes, at + LOCATOR_LENGTH, locator.length());
      BigEndian.putLong(bytes, at + LOCATOR_OFFSET, locator.offset());
    }
    BigEndian.putInt(bytes, AT_CHECKSUM, BigEndian.checksum(bytes, AT_CHECKSUM));
  }

  private static DiskFormatException bad(Path path, long offset, String problem) {
    return new DiskFormatException(path, NAME, offset, problem, DiskFormatException.RESTORE);
  }
}
