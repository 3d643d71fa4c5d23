// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import java.util.UUID;

/**
 * The known metadata items of a file (section 2.6.2), and the geometry that follows from them.
 *
 * @param blockSize bytes in a payload block, a power of two from 1 MiB to 256 MiB
 * @param fixed whether blocks stay allocated ({@code LeaveBlockAllocated})
 * @param diskSize capacity of the virtual disk in bytes
 * @param identity the virtual disk's identity, its page-83 data
 * @param logicalSectorSize 512 or 4096
 * @param physicalSectorSize 512 or 4096
 */
record VhdxMetadata(
    int blockSize,
    boolean fixed,
    long diskSize,
    UUID identity,
    int logicalSectorSize,
    int physicalSectorSize) {

  /** Payload blocks that the disk has. */
  long blockCount() {
    return (diskSize + blockSize - 1) / blockSize;
  }

  /** Binary logarithm of the number of payload blocks that share a sector bitmap block. */
  int chunkShift() {
    return Long.numberOfTrailingZeros(
        VhdxConstants.SECTORS_PER_BITMAP_BLOCK * logicalSectorSize / blockSize);
  }

  /** Entries in the block allocation table, up to the last payload block's (section 2.5). */
  long batEntryCount() {
    long blocks = blockCount();
    return blocks + ((blocks - 1) >>> chunkShift());
  }

  /** Place in the block allocation table of a payload block's entry. */
  long batIndex(long block) {
    return block + (block >>> chunkShift());
  }
}
