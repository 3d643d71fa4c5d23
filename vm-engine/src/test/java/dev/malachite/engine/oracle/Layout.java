// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

/**
 * Where everything lies in the one block of host memory that test cases run in; the interpreter
 * sees the same addresses.
 *
 * <p>The block lies below 2 GiB, so that 32-bit addresses and code reach it. Landing pads surround
 * the instruction under test: pad 0 directly behind it, others where jumps may go. Each tells its
 * number and leaves.
 *
 * @param base host address of the block
 */
record Layout(long base) {
  static final int SIZE = 0x60000;
  static final int STATE = 0x1000;
  static final int CODE = 0x3000;
  static final int CODE_SIZE = 0x1000;

  /** The window that cases use and that is compared; room for signal frames lies below it. */
  static final int WINDOW = 0x40000;

  /** Bytes from one landing pad to the next. */
  static final int PAD = 32;

  /** Pads behind the instruction (from 0) and before it (from {@link #PADS_BEHIND}). */
  static final int PADS_BEHIND = 8, PADS_BEFORE = 5, PADS = PADS_BEHIND + PADS_BEFORE;

  long window() {
    return base + WINDOW;
  }

  long code() {
    return base + CODE;
  }

  /**
   * The address of a landing pad.
   *
   * @param ip address of the instruction under test
   * @param length its length
   */
  static long padAddress(long ip, int length, int pad) {
    return pad < PADS_BEHIND
        ? ip + length + (long) pad * PAD
        : ip - (long) (pad - PADS_BEHIND + 1) * PAD;
  }

  /** The pad at an address, or {@link MachineState#NOWHERE}. */
  static int padAt(long ip, int length, long address) {
    for (int pad = 0; pad < PADS; pad++) {
      if (padAddress(ip, length, pad) == address) {
        return pad;
      }
    }
    return MachineState.NOWHERE;
  }
}
