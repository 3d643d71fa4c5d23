// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import java.util.UUID;

/**
 * What a new VHD disk is to be like.
 *
 * @param size capacity in bytes, a multiple of 512, at most 2040 GiB
 * @param fixed whether all space is in the file from the start
 * @param blockSize bytes in the unit in which space is added: 512 KiB or 2 MiB
 * @param identity the disk's identifier
 */
public record VhdSettings(long size, boolean fixed, int blockSize, UUID identity) {
  /** What every program expects, 2 MiB. */
  public static final int DEFAULT_BLOCK_SIZE = 2 << 20;

  private static final int SMALL_BLOCK_SIZE = 512 << 10;
  private static final long MAX_SIZE = 2040L << 30;

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException if one is outside its bounds
   */
  public VhdSettings {
    if (size <= 0 || size > MAX_SIZE || size % 512 != 0) {
      throw new IllegalArgumentException(
          "The size of a VHD disk is a number of 512-byte sectors up to 2040 GiB, not "
              + size
              + " bytes; VHDX disks can be larger.");
    }
    if (blockSize != DEFAULT_BLOCK_SIZE && blockSize != SMALL_BLOCK_SIZE) {
      throw new IllegalArgumentException(
          "The block size of a VHD disk is 512 KiB or 2 MiB, not " + blockSize + " bytes.");
    }
  }

  /** A disk that takes up space as it is written. */
  public static VhdSettings dynamic(long size) {
    return new VhdSettings(size, false, DEFAULT_BLOCK_SIZE, UUID.randomUUID());
  }

  /** A disk whose file has its full length from the start. */
  public static VhdSettings fixed(long size) {
    return new VhdSettings(size, true, DEFAULT_BLOCK_SIZE, UUID.randomUUID());
  }

  /** The same with another block size in bytes. */
  public VhdSettings withBlockSize(int bytes) {
    return new VhdSettings(size, fixed, bytes, identity);
  }

  /** The same with another identifier. */
  public VhdSettings withIdentity(UUID id) {
    return new VhdSettings(size, fixed, blockSize, id);
  }
}
