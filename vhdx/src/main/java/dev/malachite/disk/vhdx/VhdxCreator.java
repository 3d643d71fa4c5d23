// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import static dev.malachite.disk.vhdx.VhdxConstants.MIB;

import dev.malachite.disk.VhdxSettings;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.LittleEndian;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Lays out a new VHDX file: header section, log, metadata, block allocation table, blocks. */
public final class VhdxCreator {
  private static final String CREATOR = "Malachite";
  private static final long LOG_OFFSET = MIB;
  private static final long LOG_LENGTH = MIB;
  private static final long METADATA_OFFSET = LOG_OFFSET + LOG_LENGTH;
  private static final long METADATA_LENGTH = MIB;
  private static final long BAT_OFFSET = METADATA_OFFSET + METADATA_LENGTH;
  private static final int METADATA_USED = 4 * MetadataTable.SIZE;
  private static final int BAT_CHUNK = 1 << 20;

  private VhdxCreator() {}

  /** Fills an empty file with a disk of its own and makes it durable. */
  public static void create(HostFile file, VhdxSettings settings) throws IOException {
    create(file, metadata(settings, false), null);
  }

  /** Fills an empty file with a differencing disk and makes it durable. */
  static void createDifferencing(HostFile file, VhdxSettings settings, ParentLocator locator)
      throws IOException {
    create(file, metadata(settings, true), locator);
  }

  private static VhdxMetadata metadata(VhdxSettings settings, boolean differencing) {
    return new VhdxMetadata(
        settings.blockSize(),
        settings.fixed() && !differencing,
        differencing,
        settings.size(),
        settings.identity(),
        settings.logicalSectorSize(),
        settings.physicalSectorSize());
  }

  private static void create(HostFile file, VhdxMetadata metadata, @Nullable ParentLocator locator)
      throws IOException {
    long batLength = (metadata.batEntryCount() * BatEntry.SIZE + MIB - 1) & -MIB;
    long blocksOffset = BAT_OFFSET + batLength;
    try (Arena arena = Arena.ofConfined()) {
      writeIdentifier(file, arena);
      writeHeaders(file, arena);
      writeRegions(file, arena, batLength);
      MemorySegment bytes = arena.allocate(METADATA_USED, 8);
      MetadataTable.encode(metadata, locator, bytes);
      file.write(METADATA_OFFSET, bytes);
      if (metadata.fixed()) {
        writeFixedTable(file, arena, metadata, blocksOffset);
        file.provide(blocksOffset, metadata.blockCount() * metadata.blockSize());
      } else {
        file.extend(blocksOffset);
      }
    }
    file.force(true);
  }

  private static void writeIdentifier(HostFile file, Arena arena) throws IOException {
    MemorySegment bytes = arena.allocate(VhdxConstants.SECTOR, 8);
    LittleEndian.putLong(
        bytes, VhdxConstants.FILE_IDENTIFIER_OFFSET, VhdxConstants.FILE_IDENTIFIER_SIGNATURE);
    byte[] creator = CREATOR.getBytes(StandardCharsets.UTF_16LE);
    MemorySegment.copy(
        MemorySegment.ofArray(creator),
        0,
        bytes,
        VhdxConstants.FILE_IDENTIFIER_CREATOR,
        creator.length);
    file.write(0, bytes);
  }

  private static void writeHeaders(HostFile file, Arena arena) throws IOException {
    VhdxHeader header =
        new VhdxHeader(
            1,
            UUID.randomUUID(),
            UUID.randomUUID(),
            VhdxConstants.NIL,
            VhdxHeader.LOG_VERSION,
            VhdxHeader.VERSION,
            LOG_LENGTH,
            LOG_OFFSET);
    MemorySegment bytes = arena.allocate(VhdxHeader.SIZE, 8);
    for (int i = 0; i < 2; i++) {
      header.withSequenceNumber(1L + i).encode(bytes);
      file.write(VhdxHeader.offset(i), bytes);
    }
  }

  private static void writeRegions(HostFile file, Arena arena, long batLength) throws IOException {
    MemorySegment bytes = arena.allocate(RegionTable.SIZE, 8);
    new RegionTable(
            new RegionTable.Region(BAT_OFFSET, batLength),
            new RegionTable.Region(METADATA_OFFSET, METADATA_LENGTH))
        .encode(bytes);
    file.write(RegionTable.OFFSET, bytes);
    file.write(RegionTable.OFFSET + RegionTable.SIZE, bytes);
  }

  private static void writeFixedTable(
      HostFile file, Arena arena, VhdxMetadata metadata, long blocksOffset) throws IOException {
    MemorySegment chunk = arena.allocate(BAT_CHUNK, 8);
    long bitmapMask = (1L << metadata.chunkShift()) - 1;
    long block = 0;
    boolean bitmapNext = false;
    long bytes = metadata.batEntryCount() * BatEntry.SIZE;
    for (long at = 0; at < bytes; at += BAT_CHUNK) {
      long length = Math.min(BAT_CHUNK, bytes - at);
      for (long i = 0; i < length; i += BatEntry.SIZE) {
        long entry = 0;
        if (bitmapNext) {
          bitmapNext = false;
        } else {
          long offset = blocksOffset + block * metadata.blockSize();
          entry = BatEntry.of(BatEntry.FULLY_PRESENT, offset);
          bitmapNext = (block & bitmapMask) == bitmapMask;
          block++;
        }
        LittleEndian.putLong(chunk, i, entry);
      }
      file.write(BAT_OFFSET + at, chunk.asSlice(0, length));
    }
  }
}
