// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.board;

import dev.malachite.engine.device.MmioHandler;

/** Answers reads of a ROM; writes do nothing. */
final class RomReader implements MmioHandler {
  private final byte[] content;

  RomReader(byte[] content) {
    this.content = content;
  }

  @Override
  public long readMmio(long offset, int size) {
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      value = value << 8 | content[(int) offset + i] & 0xFF;
    }
    return value;
  }

  @Override
  public void writeMmio(long offset, int size, long value) {
    // Read only.
  }
}
