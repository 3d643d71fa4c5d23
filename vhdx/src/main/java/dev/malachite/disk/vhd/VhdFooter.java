// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

import dev.malachite.disk.DiskType;
import dev.malachite.disk.io.HostFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The hard disk footer: the file's last sector, and its first one too unless the disk is fixed
 * (section "Hard Disk Footer Format").
 *
 * @param dataOffset where the dynamic disk header is; {@link #NO_DATA} in fixed disks
 * @param timestamp when the disk was made, in seconds since 2000 (UTC)
 * @param creator the program that made it, four characters
 * @param creatorVersion that program's version, major and minor in 16 bits each
 * @param originalSize the disk's size in bytes when it was made
 * @param currentSize the disk's size in bytes
 * @param type how space is provided
 * @param identity the disk's identifier
 * @param savedState whether a machine's saved state refers to the disk
 * @param scrub a sector of the disk that reads as zeroes whatever it holds, in bytes from the
 *     file's start, or 0; set while a resize is under way
 */
record VhdFooter(
    long dataOffset,
    int timestamp,
    String creator,
    int creatorVersion,
    long originalSize,
    long currentSize,
    DiskType type,
    UUID identity,
    boolean savedState,
    long scrub) {
  static final int SIZE = 512;

  static final long COOKIE = 0x636F_6E65_6374_6978L; // "conectix"
  static final long NO_DATA = -1;

  /** Most bytes a disk may have: what Hyper-V allows, just below what sector numbers reach. */
  static final long MAX_DISK_SIZE = 2040L << 30;

  // Field: offset // size
  static final int AT_COOKIE = 0; // 8
  private static final int AT_FEATURES = 8; // 4
  static final int AT_VERSION = 12; // 4
  static final int AT_DATA_OFFSET = 16; // 8
  private static final int AT_TIMESTAMP = 24; // 4
  private static final int AT_CREATOR = 28; // 4
  private static final int AT_CREATOR_VERSION = 32; // 4
  private static final int AT_CREATOR_HOST = 36; // 4
  private static final int AT_ORIGINAL_SIZE = 40; // 8
  static final int AT_CURRENT_SIZE = 48; // 8
  private static final int AT_GEOMETRY = 56; // 2, 1, 1
  static final int AT_TYPE = 60; // 4
  static final int AT_CHECKSUM = 64; // 4
  private static final int AT_IDENTITY = 68; // 16
  private static final int AT_SAVED_STATE = 84; // 1
  // In the reserved bytes, ours: a sector to be zeroed.
  private static final int AT_SCRUB_MARK = 128; // 8
  private static final int AT_SCRUB = 136; // 8

  private static final long SCRUB_MARK = 0x4D61_6C53_6372_7562L; // "MalScrub"
  private static final int FEATURES = 2;
  private static final int VERSION = 0x1_0000;

  private static final int TYPE_FIXED = 2;
  private static final int TYPE_DYNAMIC = 3;
  private static final int TYPE_DIFFERENCING = 4;

  /**
   * What QEMU and others take to mean that the size counts and not the geometry, which can't
   * express every size.
   */
  private static final String CREATOR = "win ";

  private static final int OUR_VERSION = 0x000A_0000;
  private static final int HOST_WINDOWS = 0x5769_326B; // "Wi2k"
  private static final long EPOCH = 946_684_800; // 2000-01-01T00:00:00Z

  /** The footer of a new disk. */
  static VhdFooter create(DiskType type, long size, long dataOffset, UUID identity) {
    return new VhdFooter(
        dataOffset, now(), CREATOR, OUR_VERSION, size, size, type, identity, false, 0);
  }

  /** The present in the format's seconds. */
  static int now() {
    return toTimestamp(Instant.now());
  }

  /** A moment in the format's seconds. */
  static int toTimestamp(Instant moment) {
    return (int) Math.clamp(moment.getEpochSecond() - EPOCH, 0, 0xFFFF_FFFFL);
  }

  VhdFooter withSize(long size) {
    return new VhdFooter(
        dataOffset,
        timestamp,
        creator,
        creatorVersion,
        originalSize,
        size,
        type,
        identity,
        savedState,
        scrub);
  }

  VhdFooter withIdentity(UUID id) {
    return new VhdFooter(
        dataOffset,
        timestamp,
        creator,
        creatorVersion,
        originalSize,
        currentSize,
        type,
        id,
        savedState,
        scrub);
  }

  VhdFooter withDataOffset(long offset) {
    return new VhdFooter(
        offset,
        timestamp,
        creator,
        creatorVersion,
        originalSize,
        currentSize,
        type,
        identity,
        savedState,
        scrub);
  }

  VhdFooter withScrub(long position) {
    return new VhdFooter(
        dataOffset,
        timestamp,
        creator,
        creatorVersion,
        originalSize,
        currentSize,
        type,
        identity,
        savedState,
        position);
  }

  /** Why bytes are no footer that can be used; null if they are one. */
  static @Nullable String problem(MemorySegment bytes) {
    if (BigEndian.getLong(bytes, AT_COOKIE) != COOKIE) {
      return "it does not begin with \"conectix\"";
    }
    if (BigEndian.getInt(bytes, AT_CHECKSUM) != BigEndian.checksum(bytes, AT_CHECKSUM)) {
      return "its checksum is wrong";
    }
    int version = BigEndian.getInt(bytes, AT_VERSION);
    if (version >>> 16 != 1) {
      return "its format version is " + (version >>> 16) + ", not 1";
    }
    int type = BigEndian.getInt(bytes, AT_TYPE);
    if (type < TYPE_FIXED || type > TYPE_DIFFERENCING) {
      return "its disk type is " + Integer.toUnsignedString(type) + ", not 2, 3 or 4";
    }
    long size = BigEndian.getLong(bytes, AT_CURRENT_SIZE);
    if (size <= 0 || size > MAX_DISK_SIZE || size % SIZE != 0) {
      return "its disk size of "
          + Long.toUnsignedString(size)
          + " bytes is not a number of sectors up to 2040 GiB";
    }
    return null;
  }

  /** Reads a footer that has no {@link #problem}. */
  static VhdFooter decode(MemorySegment bytes) {
    byte[] creator = new byte[4];
    MemorySegment.copy(bytes, AT_CREATOR, MemorySegment.ofArray(creator), 0, creator.length);
    boolean scrubs = BigEndian.getLong(bytes, AT_SCRUB_MARK) == SCRUB_MARK;
    return new VhdFooter(
        BigEndian.getLong(bytes, AT_DATA_OFFSET),
        BigEndian.getInt(bytes, AT_TIMESTAMP),
        new String(creator, StandardCharsets.ISO_8859_1),
        BigEndian.getInt(bytes, AT_CREATOR_VERSION),
        BigEndian.getLong(bytes, AT_ORIGINAL_SIZE),
        BigEndian.getLong(bytes, AT_CURRENT_SIZE),
        switch (BigEndian.getInt(bytes, AT_TYPE)) {
          case TYPE_DYNAMIC -> DiskType.DYNAMIC;
          case TYPE_DIFFERENCING -> DiskType.DIFFERENCING;
          default -> DiskType.FIXED;
        },
        BigEndian.getId(bytes, AT_IDENTITY),
        BigEndian.getByte(bytes, AT_SAVED_STATE) != 0,
        scrubs ? BigEndian.getLong(bytes, AT_SCRUB) : 0);
  }

  /** Puts the footer into a sector's worth of bytes. */
  void encode(MemorySegment bytes) {
    bytes.fill((byte) 0);
    BigEndian.putLong(bytes, AT_COOKIE, COOKIE);
    BigEndian.putInt(bytes, AT_FEATURES, FEATURES);
    BigEndian.putInt(bytes, AT_VERSION, VERSION);
    BigEndian.putLong(bytes, AT_DATA_OFFSET, dataOffset);
    BigEndian.putInt(bytes, AT_TIMESTAMP, timestamp);
    byte[] name = creator.getBytes(StandardCharsets.ISO_8859_1);
    MemorySegment.copy(MemorySegment.ofArray(name), 0, bytes, AT_CREATOR, Math.min(4, name.length));
    BigEndian.putInt(bytes, AT_CREATOR_VERSION, creatorVersion);
    BigEndian.putInt(bytes, AT_CREATOR_HOST, HOST_WINDOWS);
    BigEndian.putLong(bytes, AT_ORIGINAL_SIZE, originalSize);
    BigEndian.putLong(bytes, AT_CURRENT_SIZE, currentSize);
    ChsGeometry geometry = ChsGeometry.of(currentSize);
    BigEndian.putShort(bytes, AT_GEOMETRY, geometry.cylinders());
    BigEndian.putByte(bytes, AT_GEOMETRY + 2, geometry.heads());
    BigEndian.putByte(bytes, AT_GEOMETRY + 3, geometry.sectors());
    BigEndian.putInt(
        bytes,
        AT_TYPE,
        switch (type) {
          case FIXED -> TYPE_FIXED;
          case DYNAMIC -> TYPE_DYNAMIC;
          case DIFFERENCING -> TYPE_DIFFERENCING;
        });
    BigEndian.putId(bytes, AT_IDENTITY, identity);
    BigEndian.putByte(bytes, AT_SAVED_STATE, savedState ? 1 : 0);
    if (scrub != 0) {
      BigEndian.putLong(bytes, AT_SCRUB_MARK, SCRUB_MARK);
      BigEndian.putLong(bytes, AT_SCRUB, scrub);
    }
    BigEndian.putInt(bytes, AT_CHECKSUM, BigEndian.checksum(bytes, AT_CHECKSUM));
  }

  /** Writes the footer at a position of a file. */
  void write(HostFile file, long position) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(SIZE, 8);
      encode(bytes);
      file.write(position, bytes);
    }
  }
}
