// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.core;

import dev.malachite.engine.processor.interpreter.softfloat.FloatContext;

/**
 * The registers of the floating-point unit (SDM volume 1, section 8.1).
 *
 * <p>A register is a significand with its explicit integer bit and a 16-bit sign and exponent.
 * Physical register numbers: ST(i) is {@code (top + i) & 7}. MMX register i is the significand of
 * physical register i.
 */
public final class X87State {
  /** 64-bit significands, by physical register. */
  public final long[] significand = new long[8];

  /** Sign (bit 15) and biased exponent, by physical register. */
  public final int[] signExponent = new int[8];

  /** Physical number of ST(0). */
  public int top;

  /** Bit i set: physical register i holds a value; clear: it is empty. */
  public int occupied;

  /** Control word. */
  public int control = 0x37F;

  /** Status word without TOP, which is {@link #top}. */
  public int status;

  /** The last instruction's opcode, 11 bits. */
  public int opcode;

  /** The last instruction's pointer. */
  public long instructionPointer;

  /** The last instruction's code segment. */
  public int instructionSelector;

  /** The last memory operand's address. */
  public long dataPointer;

  /** The last memory operand's segment. */
  public int dataSelector;

  /** Rounding and results of x87 arithmetic. */
  public final FloatContext floats = new FloatContext();

  /** Rounding, flags and results of SSE arithmetic. */
  public final FloatContext sse = new FloatContext();

  X87State() {}

  /** The state FNINIT leaves. */
  public void init() {
    top = 0;
    occupied = 0;
    control = 0x37F;
    status = 0;
    opcode = 0;
    instructionPointer = 0;
    instructionSelector = 0;
    dataPointer = 0;
    dataSelector = 0;
  }
}
