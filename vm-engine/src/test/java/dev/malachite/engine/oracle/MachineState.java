// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

/**
 * Everything an instruction of a test case can read and change: general registers, flags, x87 and
 * SSE registers as an FXSAVE image, the upper halves of AVX registers, a window of memory, and
 * where execution went on.
 *
 * <p>The FXSAVE image (64-bit form, SDM volume 1, table 10-2) is kept as 64 little-endian longs.
 */
final class MachineState {
  /** Bytes of memory a case can reach and that are compared. */
  static final int WINDOW = 8192;

  /** {@link #landing} where execution did not arrive at any landing pad. */
  static final int NOWHERE = -1;

  final long[] r = new long[16];
  final long[] fx = new long[64];
  final byte[] memory = new byte[WINDOW];

  /** The upper halves of the YMM registers, 64 bits each, in turn. */
  final long[] high = new long[32];

  /** Arithmetic flags and DF. */
  int flags;

  /**
   * Number of the landing pad where execution went on; {@link Layout#padAddress} tells its place.
   */
  int landing;

  /** The vector of the exception the instruction raised (interpreter only), or -1. */
  int fault = -1;

  void copyFrom(MachineState other) {
    System.arraycopy(other.r, 0, r, 0, 16);
    System.arraycopy(other.fx, 0, fx, 0, 64);
    System.arraycopy(other.memory, 0, memory, 0, WINDOW);
    System.arraycopy(other.high, 0, high, 0, 32);
    flags = other.flags;
    landing = other.landing;
    fault = other.fault;
  }

  MachineState copy() {
    MachineState s = new MachineState();
    s.copyFrom(this);
    return s;
  }

  // ---- the FXSAVE image ----------------------------------------------------------------------

  int control() {
    return (int) fx[0] & 0xFFFF;
  }

  void control(int value) {
    fx[0] = fx[0] & ~0xFFFFL | value & 0xFFFF;
  }

  /** The status word with TOP. */
  int status() {
    return (int) (fx[0] >>> 16) & 0xFFFF;
  }

  void status(int value) {
    fx[0] = fx[0] & ~0xFFFF_0000L | (value & 0xFFFFL) << 16;
  }

  int top() {
    return status() >> 11 & 7;
  }

  /** Bit i set: physical register i is not empty. */
  int tags() {
    return (int) (fx[0] >>> 32) & 0xFF;
  }

  void tags(int value) {
    fx[0] = fx[0] & ~0xFF_0000_0000L | (value & 0xFFL) << 32;
  }

  int mxcsr() {
    return (int) fx[3];
  }

  void mxcsr(int value) {
    fx[3] = fx[3] & ~0xFFFF_FFFFL | value & 0xFFFF_FFFFL;
  }

  /** Significand of ST(i). */
  long significand(int i) {
    return fx[4 + 2 * i];
  }

  /** Sign and exponent of ST(i). */
  int signExponent(int i) {
    return (int) fx[5 + 2 * i] & 0xFFFF;
  }

  void st(int i, int signExponent, long significand) {
    fx[4 + 2 * i] = significand;
    fx[5 + 2 * i] = signExponent & 0xFFFF;
  }

  /** Half of an XMM register: {@code half} 0 is the low one. */
  long xmm(int register, int half) {
    return fx[20 + 2 * register + half];
  }

  void xmm(int register, int half, long value) {
    fx[20 + 2 * register + half] = value;
  }

  // ---- memory --------------------------------------------------------------------------------

  /** Reads 1 to 8 little-endian bytes of the window, zero-extended. */
  long get(int offset, int size) {
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      value = value << 8 | memory[offset + i] & 0xFF;
    }
    return value;
  }

  /** Writes 1 to 8 little-endian bytes of the window. */
  void put(int offset, int size, long value) {
    for (int i = 0; i < size; i++) {
      memory[offset + i] = (byte) (value >>> 8 * i);
    }
  }
}
