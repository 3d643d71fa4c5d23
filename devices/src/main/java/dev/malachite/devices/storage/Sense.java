// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.storage;

import java.util.Arrays;

/** Why a command failed: sense key, additional sense code and its qualifier (SPC-4, table 28). */
enum Sense {
  NONE(0x0, 0x00, 0x00),
  NO_MEDIUM(0x2, 0x3A, 0x00),
  WRITE_FAILED(0x3, 0x0C, 0x00),
  READ_FAILED(0x3, 0x11, 0x00),
  INVALID_PARAMETER_LENGTH(0x5, 0x1A, 0x00),
  INVALID_COMMAND(0x5, 0x20, 0x00),
  OUT_OF_RANGE(0x5, 0x21, 0x00),
  INVALID_FIELD(0x5, 0x24, 0x00),
  INVALID_PARAMETER(0x5, 0x26, 0x00),
  SAVING_NOT_SUPPORTED(0x5, 0x39, 0x00),
  REMOVAL_PREVENTED(0x5, 0x53, 0x02),
  MEDIUM_CHANGED(0x6, 0x28, 0x00),
  WRITE_PROTECTED(0x7, 0x27, 0x00);

  /** Bytes of fixed-format sense data. */
  static final int SIZE = 18;

  private final int key;
  private final int code;
  private final int qualifier;

  Sense(int key, int code, int qualifier) {
    this.key = key;
    this.code = code;
    this.qualifier = qualifier;
  }

  /** Writes fixed-format sense data (SPC-4, 4.5.3) of {@link #SIZE} bytes. */
  void write(byte[] target, int offset) {
    Arrays.fill(target, offset, offset + SIZE, (byte) 0);
    target[offset] = 0x70;
    target[offset + 2] = (byte) key;
    target[offset + 7] = SIZE - 8;
    target[offset + 12] = (byte) code;
    target[offset + 13] = (byte) qualifier;
  }
}
