// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.device;

/**
 * Serves a range of memory-mapped registers.
 *
 * <p>Called on the thread of the processor that accesses them, so several processors may call at
 * once; a device does its own locking.
 */
public interface MmioHandler {
  /**
   * A processor reads.
   *
   * @param offset from the start of the mapped range
   * @param size 1, 2, 4 or 8 bytes; the access lies within the range
   * @return the value; bits above {@code size} bytes are ignored
   */
  long readMmio(long offset, int size);

  /**
   * A processor writes.
   *
   * @param offset from the start of the mapped range
   * @param size 1, 2, 4 or 8 bytes; the access lies within the range
   * @param value zero-extended from {@code size} bytes
   */
  void writeMmio(long offset, int size, long value);
}
