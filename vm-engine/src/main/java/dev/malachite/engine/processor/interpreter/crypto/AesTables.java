// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.crypto;

/**
 * The tables of AES (FIPS 197), computed from the definition of its field.
 *
 * <p>A column of the state is an int whose lowest byte is row 0.
 */
final class AesTables {
  /** SubBytes. */
  static final byte[] FORWARD = new byte[256];

  /** InvSubBytes. */
  static final byte[] INVERSE = new byte[256];

  /** What a byte of row 0 makes of a column, by SubBytes and MixColumns. */
  static final int[] FORWARD_COLUMN = new int[256];

  /** What a byte of row 0 makes of a column, by InvSubBytes and InvMixColumns. */
  static final int[] INVERSE_COLUMN = new int[256];

  static {
    // 3 generates the field, and its powers from both ends are each other's reciprocals.
    int[] powers = new int[256];
    int power = 1;
    for (int i = 0; i < 256; i++) {
      powers[i] = power;
      power ^= twice(power);
    }
    for (int i = 0; i < 256; i++) {
      int x = i == 255 ? 0 : powers[i];
      int reciprocal = i == 255 ? 0 : powers[255 - i];
      int bits = reciprocal | reciprocal << 8;
      int s = (bits ^ bits >> 4 ^ bits >> 5 ^ bits >> 6 ^ bits >> 7 ^ 0x63) & 0xFF;
      FORWARD[x] = (byte) s;
      INVERSE[s] = (byte) x;
    }
    for (int x = 0; x < 256; x++) {
      int s = FORWARD[x] & 0xFF;
      FORWARD_COLUMN[x] = twice(s) | s << 8 | s << 16 | (twice(s) ^ s) << 24;
      int y = INVERSE[x] & 0xFF;
      int y2 = twice(y);
      int y4 = twice(y2);
      int y8 = twice(y4);
      INVERSE_COLUMN[x] =
          (y8 ^ y4 ^ y2) | (y8 ^ y) << 8 | (y8 ^ y4 ^ y) << 16 | (y8 ^ y2 ^ y) << 24;
    }
  }

  private AesTables() {}

  private static int twice(int x) {
    return (x << 1 ^ (x >> 7) * 0x11B) & 0xFF;
  }

  /** SubBytes of a column. */
  static int substitute(int column) {
    byte[] s = FORWARD;
    return join(
        s[column & 0xFF], s[column >>> 8 & 0xFF], s[column >>> 16 & 0xFF], s[column >>> 24]);
  }

  /** A column of its bytes, row 0 first. */
  static int join(byte b0, byte b1, byte b2, byte b3) {
    return b0 & 0xFF | (b1 & 0xFF) << 8 | (b2 & 0xFF) << 16 | b3 << 24;
  }
}
