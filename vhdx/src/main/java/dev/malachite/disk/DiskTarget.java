// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a disk is to become when it is converted.
 *
 * @param format the new file's format: VHDX, VHD or raw
 * @param type fixed or dynamic; a raw disk is always fixed, though it takes no space for zeroes
 * @param blockSize bytes in the unit in which space is added; 0 for the format's usual
 * @param logicalSectorSize bytes in a sector that a guest addresses; 0 for the source's
 * @param physicalSectorSize bytes in a sector that the disk says it writes best; 0 for the source's
 * @param identity the new disk's identity; null for a new one
 */
public record DiskTarget(
    DiskFormat format,
    DiskType type,
    int blockSize,
    int logicalSectorSize,
    int physicalSectorSize,
    @Nullable UUID identity) {
  /**
   * Checks what can be checked without the source.
   *
   * @throws IllegalArgumentException if there can't be such a disk
   */
  public DiskTarget {
    if (format == DiskFormat.ISO) {
      throw new IllegalArgumentException("An optical disc image can't be made from a disk.");
    }
    if (type == DiskType.DIFFERENCING) {
      throw new IllegalArgumentException(
          "A converted disk is fixed or dynamic; it has no parent to differ from.");
    }
  }

  /** A disk of a format and type with everything else as is usual. */
  public static DiskTarget of(DiskFormat format, DiskType type) {
    return new DiskTarget(format, type, 0, 0, 0, null);
  }

  /** The same with another block size in bytes. */
  public DiskTarget withBlockSize(int bytes) {
    return new DiskTarget(format, type, bytes, logicalSectorSize, physicalSectorSize, identity);
  }

  /** The same with other sector sizes in bytes. */
  public DiskTarget withSectorSizes(int logical, int physical) {
    return new DiskTarget(format, type, blockSize, logical, physical, identity);
  }

  /** The same with a certain identity. */
  public DiskTarget withIdentity(UUID id) {
    return new DiskTarget(format, type, blockSize, logicalSectorSize, physicalSectorSize, id);
  }
}
