// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.softfloat;

/**
 * Control and outcome of floating-point operations: rounding and masks go in, flags and wide
 * results come out.
 *
 * <p>One belongs to a processor's SSE unit, another to its x87 unit; operations write into it
 * instead of allocating. Owned by the processor's thread. The bits of {@link #raised} and {@link
 * #masks} are those of MXCSR bits 5 to 0 and of the x87 status word (SDM volume 1, sections 8.1.3
 * and 10.2.3).
 */
public final class FloatContext {
  /** Invalid operation. */
  public static final int IE = 1;

  /** Denormal operand. */
  public static final int DE = 2;

  /** Divide by zero. */
  public static final int ZE = 4;

  /** Overflow. */
  public static final int OE = 8;

  /** Underflow. */
  public static final int UE = 16;

  /** Precision: the result is inexact. */
  public static final int PE = 32;

  /** The exceptions that are found before the result is computed. */
  public static final int BEFORE_RESULT = IE | DE | ZE;

  /** Rounding to nearest, ties to even. */
  public static final int NEAREST = 0;

  /** Rounding towards minus infinity. */
  public static final int DOWN = 1;

  /** Rounding towards plus infinity. */
  public static final int UP = 2;

  /** Rounding towards zero. */
  public static final int ZERO = 3;

  /** The rounding mode: {@link #NEAREST}, {@link #DOWN}, {@link #UP} or {@link #ZERO}. */
  public int rounding;

  /** A bit set masks the exception. */
  public int masks = 0x3F;

  /** Bits an x87 result's significand keeps: 24, 53 or 64. */
  public int precision = 64;

  /** Exceptions raised since the operation began. */
  public int raised;

  /** True if the last rounding increased the magnitude: the x87 unit's C1. */
  public boolean roundedUp;

  /** The significand of an x87 result. */
  public long significand;

  /** Sign (bit 15) and biased exponent of an x87 result. */
  public int signExponent;

  /** The three low bits of the quotient of a complete remainder; -1 if there is no quotient. */
  public int quotient;

  /** True if a partial remainder isn't complete. */
  public boolean partial;

  // SSE: denormal operands count as zeros; tiny results become zeros.
  boolean denormalsAreZero;
  boolean flushToZero;

  // SSE: native arithmetic gives the same result and no flag that isn't set already.
  boolean fast;

  // An exact result, or one whose lost bits are told by the lowest bit of low:
  // (-1)^sign * 2^exponent * high.low, where bit 63 of high counts 1. Zero if high is 0.
  int sign;
  int exponent;
  long high;
  long low;

  // Working values of the transcendental functions.
  final Series series = new Series();

  private int loaded = -1;

  /** A context with the control registers' values after reset. */
  public FloatContext() {}

  /**
   * Begins an SSE instruction.
   *
   * @param mxcsr the control and status register
   */
  public void begin(int mxcsr) {
    if (mxcsr != loaded) {
      load(mxcsr);
    }
    raised = 0;
  }

  private void load(int mxcsr) {
    loaded = mxcsr;
    rounding = mxcsr >> 13 & 3;
    masks = mxcsr >> 7 & 0x3F;
    denormalsAreZero = (mxcsr & 0x40) != 0;
    flushToZero = (mxcsr & 0x8000) != 0;
    fast = rounding == NEAREST && (masks & mxcsr & PE) != 0;
  }

  /**
   * Ends an SSE instruction: an unmasked exception found before any result was computed leaves no
   * trace of those that results would have raised (SDM volume 1, section 11.5.3).
   *
   * @return the new value of the control and status register
   */
  public int finish(int mxcsr) {
    if (raised == 0) {
      return mxcsr;
    }
    if ((raised & ~masks & BEFORE_RESULT) != 0) {
      raised &= BEFORE_RESULT;
    }
    return mxcsr | raised;
  }

  /** True if an unmasked exception was raised since the operation began. */
  public boolean faulted() {
    return (raised & ~masks) != 0;
  }

  /**
   * Begins an x87 instruction.
   *
   * @param control the control word
   */
  public void beginX87(int control) {
    if (control != loaded) {
      loadX87(control);
    }
    raised = 0;
    roundedUp = false;
  }

  private void loadX87(int control) {
    loaded = control;
    rounding = control >> 10 & 3;
    masks = control & 0x3F;
    precision =
        switch (control >> 8 & 3) {
          case 0 -> 24;
          case 2 -> 53;
          default -> 64;
        };
  }

  void raise(int flags) {
    raised |= flags;
  }

  // Sets the x87 result.
  void result(long newSignificand, int newSignExponent) {
    significand = newSignificand;
    signExponent = newSignExponent;
  }

  // Whether rounding increments the magnitude, given the bits that are dropped, which are not all
  // zero, and the weight of the highest of them.
  boolean increments(int negative, long dropped, long half, boolean odd) {
    return switch (rounding) {
      case NEAREST -> {
        int order = Long.compareUnsigned(dropped, half);
        yield order > 0 || (order == 0 && odd);
      }
      case DOWN -> negative != 0;
      case UP -> negative == 0;
      default -> false;
    };
  }
}
