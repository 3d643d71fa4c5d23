// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.device;

/**
 * Serves a range of I/O ports.
 *
 * <p>Called on the thread of the processor that accesses the port, so several processors may call
 * at once; a device does its own locking.
 */
public interface PortHandler {
  /**
   * A processor reads.
   *
   * @param port the port number itself, not an offset
   * @param size 1, 2 or 4 bytes
   * @return the value; bits above {@code size} bytes are ignored
   */
  int readPort(int port, int size);

  /**
   * A processor writes.
   *
   * @param port the port number itself, not an offset
   * @param size 1, 2 or 4 bytes
   * @param value zero-extended from {@code size} bytes
   */
  void writePort(int port, int size, int value);
}
