// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.disk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Something that is read and written in blocks: a drive, or a part of one. */
public interface BlockDevice {
  /** Bytes in a block, a power of two from 512 to 4096. */
  int blockSize();

  /** How many blocks. */
  long blocks();

  /** True if it can't be written. */
  boolean readOnly();

  /**
   * Reads blocks.
   *
   * @param block the first; the blocks lie inside the device
   * @param target off-heap memory, a multiple of the block size
   */
  void read(long block, MemorySegment target) throws IOException;

  /** Writes blocks; see {@link #read}. */
  void write(long block, MemorySegment source) throws IOException;

  /** Makes what was written durable. */
  void flush() throws IOException;

  /** Bytes of the device. */
  default long bytes() {
    return blocks() * blockSize();
  }

  /** Throws unless blocks lie inside the device. */
  default void check(long block, long count) throws IOException {
    if (block < 0 || count < 0 || block > blocks() || count > blocks() - block) {
      throw new IOException(
          "blocks %d and %d more lie outside the device of %d blocks"
              .formatted(block, count - 1, blocks()));
    }
  }

  /** Reads blocks into an array. */
  default byte[] read(long block, int count) throws IOException {
    check(block, count);
    try (Arena arena = Arena.ofShared()) {
      MemorySegment segment = arena.allocate((long) count * blockSize(), 8);
      read(block, segment);
      return segment.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  /** Writes blocks from an array. */
  default void write(long block, byte[] bytes) throws IOException {
    check(block, bytes.length / blockSize());
    try (Arena arena = Arena.ofShared()) {
      MemorySegment segment = arena.allocate(bytes.length, 8);
      MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
      write(block, segment);
    }
  }
}
