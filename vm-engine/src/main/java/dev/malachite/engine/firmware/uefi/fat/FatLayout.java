// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.fat;

import dev.malachite.engine.firmware.uefi.disk.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Where things are on a FAT volume, by its boot sector (Microsoft FAT specification, section 3).
 *
 * @param kind width of a table entry in bits: 12, 16 or 32
 * @param sector bytes in a sector
 * @param cluster bytes in a cluster
 * @param tableStart where the first table is, in bytes
 * @param tableBytes length of one table
 * @param tables how many tables
 * @param rootStart where the root directory is, in bytes (12 and 16 bits)
 * @param rootBytes its length
 * @param rootCluster where the root directory starts (32 bits)
 * @param dataStart where cluster 2 is, in bytes
 * @param clusters how many clusters
 * @param info where the count of free clusters is kept (32 bits), or 0
 */
record FatLayout(
    int kind,
    int sector,
    int cluster,
    long tableStart,
    long tableBytes,
    int tables,
    long rootStart,
    int rootBytes,
    int rootCluster,
    long dataStart,
    int clusters,
    long info) {
  private static final int FAT12_MOST = 4084;
  private static final int FAT16_MOST = 65_524;
  private static final int FAT32_MOST = 0x0FFF_FFF5;

  /** Parses a boot sector; null if the device holds no FAT volume. */
  static @Nullable FatLayout of(BlockDevice device) throws IOException {
    if (device.blocks() < 1) {
      return null;
    }
    ByteBuffer b = ByteBuffer.wrap(device.read(0, 1)).order(ByteOrder.LITTLE_ENDIAN);
    int jump = b.get(0) & 0xFF;
    int sector = b.getShort(11) & 0xFFFF;
    int perCluster = b.get(13) & 0xFF;
    int reserved = b.getShort(14) & 0xFFFF;
    int tables = b.get(16) & 0xFF;
    int rootEntries = b.getShort(17) & 0xFFFF;
    long sectors = b.getShort(19) & 0xFFFF;
    if (sectors == 0) {
      sectors = b.getInt(32) & 0xFFFF_FFFFL;
    }
    long tableSectors = b.getShort(22) & 0xFFFF;
    boolean wide = tableSectors == 0;
    if (wide) {
      tableSectors = b.getInt(36) & 0xFFFF_FFFFL;
    }
    if (jump != 0xEB && jump != 0xE9
        || !power(sector, 512, 4096)
        || sector < device.blockSize() && device.blockSize() > 4096
        || !power(perCluster, 1, 128)
        || reserved == 0
        || tables < 1
        || tables > 4
        || tableSectors == 0
        || b.getShort(510) != (short) 0xAA55) {
      return null;
    }
    long rootSectors = ((long) rootEntries * 32 + sector - 1) / sector;
    long dataSector = reserved + tables * tableSectors + rootSectors;
    if (sectors <= dataSector || sectors * sector > device.bytes()) {
      return null;
    }
    long clusters = (sectors - dataSector) / perCluster;
    int kind = clusters <= FAT12_MOST ? 12 : clusters <= FAT16_MOST ? 16 : 32;
    if (wide != (kind == 32) || clusters > FAT32_MOST || clusters < 1) {
      return null;
    }
    long entries = tableSectors * sector * 8 / kind;
    if (entries < clusters + 2) {
      clusters = entries - 2;
    }
    return new FatLayout(
        kind,
        sector,
        sector * perCluster,
        (long) reserved * sector,
        tableSectors * sector,
        tables,
        (reserved + tables * tableSectors) * sector,
        rootEntries * 32,
        kind == 32 ? b.getInt(44) : 0,
        dataSector * sector,
        (int) clusters,
        kind == 32 ? info(device, (b.getShort(48) & 0xFFFF) * (long) sector) : 0);
  }

  // The sector with the count has two signatures (section 5).
  private static long info(BlockDevice device, long at) throws IOException {
    if (at <= 0 || at % device.blockSize() != 0 || at / device.blockSize() >= device.blocks()) {
      return 0;
    }
    ByteBuffer b =
        ByteBuffer.wrap(device.read(at / device.blockSize(), 1)).order(ByteOrder.LITTLE_ENDIAN);
    return b.getInt(0) == 0x4161_5252 && b.getInt(484) == 0x6141_7272 ? at + 488 : 0;
  }

  private static boolean power(int value, int least, int most) {
    return value >= least && value <= most && Integer.bitCount(value) == 1;
  }

  /** True for a cluster that holds data. */
  boolean isData(int number) {
    return number >= 2 && number < clusters + 2;
  }

  /** Where a cluster is, in bytes. */
  long offset(int number) {
    return dataStart + (long) (number - 2) * cluster;
  }
}
