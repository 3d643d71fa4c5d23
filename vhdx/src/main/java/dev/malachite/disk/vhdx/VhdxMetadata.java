// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import java.util.UUID;

/**
 * The known metadata items of a file (section 2.6.2), and the geometry that follows from them.
 *
 * @param blockSize bytes in a payload block, a power of two from 1 MiB to 256 MiB
 * @param fixed whether blocks stay allocated ({@code LeaveBlockAllocated})
 * @param differencing whether blocks that are not present are the parent's ({@code HasParent})
 * @param diskSize capacity of the virtual disk in bytes
 * @param identity the virtual disk's identity, its page-83 data
 * @param logicalSectorSize 512 or 4096
 * @param physicalSectorSize 512 or 4096
 */
record VhdxMetadata(
    int blockSize,
    boolean fixed,
    boolean differencing,
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

  /** Logical sectors in a payload block. */
  int sectorsPerBlock() {
    return blockSize / logicalSectorSize;
  }

  /** Chunks, groups of payload blocks that share a sector bitmap block. */
  long chunkCount() {
    return ((blockCount() - 1) >>> chunkShift()) + 1;
  }

  /**
   * Entries in the block allocation table: up to the last payload block's, in a differencing disk
   * up to the last sector bitmap's (section 2.5).
   */
  long batEntryCount() {
    return differencing ? bitmapIndex(chunkCount() - 1) + 1 : batIndex(blockCount() - 1) + 1;
  }

  /** Place in the block allocation table of a payload block's entry. */
  long batIndex(long block) {
    return block + (block >>> chunkShift());
  }

  /** Place in the block allocation table of the entry of a chunk's sector bitmap. */
  long bitmapIndex(long chunk) {
    return ((chunk + 1) << chunkShift()) + chunk;
  }

  /** The same with another capacity in bytes. */
  VhdxMetadata withDiskSize(long size) {
    return new VhdxMetadata(
        blockSize, fixed, differencing, size, identity, logicalSectorSize, physicalSectorSize);
  }
}
