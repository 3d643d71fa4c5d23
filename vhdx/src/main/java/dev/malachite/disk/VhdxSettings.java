// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import java.util.UUID;

/**
 * What a new VHDX disk is to be like.
 *
 * @param size capacity in bytes, a multiple of the logical sector size, at most 64 TiB
 * @param fixed whether all space is in the file from the start
 * @param blockSize bytes in the unit in which space is added, a power of two from 1 MiB to 256 MiB
 * @param logicalSectorSize bytes in a sector that a guest addresses, 512 or 4096
 * @param physicalSectorSize bytes in a sector that the disk says it writes best, 512 or 4096
 * @param identity the disk's page-83 identity
 */
public record VhdxSettings(
    long size,
    boolean fixed,
    int blockSize,
    int logicalSectorSize,
    int physicalSectorSize,
    UUID identity) {
  /** Hyper-V's own default, 32 MiB. */
  public static final int DEFAULT_BLOCK_SIZE = 32 << 20;

  private static final long MAX_SIZE = 64L << 40;

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException if one is outside its bounds
   */
  public VhdxSettings {
    if (logicalSectorSize != 512 && logicalSectorSize != 4096) {
      throw new IllegalArgumentException(
          "The logical sector size is 512 or 4096 bytes, not " + logicalSectorSize + ".");
    }
    if (physicalSectorSize != 512 && physicalSectorSize != 4096) {
      throw new IllegalArgumentException(
          "The physical sector size is 512 or 4096 bytes, not " + physicalSectorSize + ".");
    }
    if (blockSize < 1 << 20 || blockSize > 256 << 20 || Integer.bitCount(blockSize) != 1) {
      throw new IllegalArgumentException(
          "The block size is a power of two from 1 MiB to 256 MiB, not " + blockSize + " bytes.");
    }
    if (size <= 0 || size > MAX_SIZE || size % logicalSectorSize != 0) {
      throw new IllegalArgumentException(
          "The size of a VHDX disk is a number of "
              + logicalSectorSize
              + "-byte sectors up to 64 TiB, not "
              + size
              + " bytes.");
    }
  }

  /** A disk that takes up space as it is written. */
  public static VhdxSettings dynamic(long size) {
    return new VhdxSettings(size, false, DEFAULT_BLOCK_SIZE, 512, 4096, UUID.randomUUID());
  }

  /** A disk whose file has its full length from the start. */
  public static VhdxSettings fixed(long size) {
    return new VhdxSettings(size, true, DEFAULT_BLOCK_SIZE, 512, 4096, UUID.randomUUID());
  }

  /** The same with another block size in bytes. */
  public VhdxSettings withBlockSize(int bytes) {
    return new VhdxSettings(size, fixed, bytes, logicalSectorSize, physicalSectorSize, identity);
  }

  /** The same with another logical sector size in bytes. */
  public VhdxSettings withLogicalSectorSize(int bytes) {
    return new VhdxSettings(size, fixed, blockSize, bytes, physicalSectorSize, identity);
  }

  /** The same with another physical sector size in bytes. */
  public VhdxSettings withPhysicalSectorSize(int bytes) {
    return new VhdxSettings(size, fixed, blockSize, logicalSectorSize, bytes, identity);
  }

  /** The same with another page-83 identity. */
  public VhdxSettings withIdentity(UUID id) {
    return new VhdxSettings(size, fixed, blockSize, logicalSectorSize, physicalSectorSize, id);
  }
}
