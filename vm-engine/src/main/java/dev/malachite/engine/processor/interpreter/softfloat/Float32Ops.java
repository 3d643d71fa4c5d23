// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.softfloat;

import static dev.malachite.engine.processor.interpreter.softfloat.FloatContext.DE;
import static dev.malachite.engine.processor.interpreter.softfloat.FloatContext.IE;
import static dev.malachite.engine.processor.interpreter.softfloat.FloatContext.PE;
import static dev.malachite.engine.processor.interpreter.softfloat.FloatContext.ZE;

/**
 * Arithmetic of binary32 numbers as SSE does it (SDM volume 1, section 11.5): bits in, bits out,
 * exceptions raised in the context.
 *
 * <p>Where native arithmetic gives the same result and raises no new flag, it is used: round to
 * nearest, the precision exception masked and already recorded, operands and result normal.
 */
public final class Float32Ops {
  /** The quiet NaN that an invalid operation returns. */
  public static final int DEFAULT_NAN = 0xFFC0_0000;

  private static final int SIGN = Integer.MIN_VALUE;
  private static final int INFINITY = 0x7F80_0000;
  private static final int FRACTION = 0x007F_FFFF;
  private static final int QUIET = 0x0040_0000;
  private static final int ONE = 0x3F80_0000;
  private static final int WIDTH = 23;
  private static final int BIAS = 127;

  private Float32Ops() {}

  /** Adds. */
  public static int add(int a, int b, FloatContext c) {
    if (c.fast) {
      int r = Float.floatToRawIntBits(Float.intBitsToFloat(a) + Float.intBitsToFloat(b));
      if (normal(a) && normal(b) && normal(r)) {
        return r;
      }
    }
    return addSlowly(a, b, c);
  }

  /** Subtracts the second from the first. */
  public static int sub(int a, int b, FloatContext c) {
    if (c.fast) {
      int r = Float.floatToRawIntBits(Float.intBitsToFloat(a) - Float.intBitsToFloat(b));
      if (normal(a) && normal(b) && normal(r)) {
        return r;
      }
    }
    return nan(b) ? addSlowly(a, b, c) : addSlowly(a, b ^ SIGN, c);
  }

  /** Multiplies. */
  public static int mul(int a, int b, FloatContext c) {
    if (c.fast) {
      int r = Float.floatToRawIntBits(Float.intBitsToFloat(a) * Float.intBitsToFloat(b));
      if (normal(a) && normal(b) && aboveTiny(r)) {
        return r;
      }
    }
    return mulSlowly(a, b, c);
  }

  /** Divides the first by the second. */
  public static int div(int a, int b, FloatContext c) {
    if (c.fast) {
      int r = Float.floatToRawIntBits(Float.intBitsToFloat(a) / Float.intBitsToFloat(b));
      if (normal(a) && normal(b) && aboveTiny(r)) {
        return r;
      }
    }
    return divSlowly(a, b, c);
  }

  /** The square root. */
  public static int sqrt(int a, FloatContext c) {
    if (c.fast && a > 0 && normal(a)) {
      return Float.floatToRawIntBits((float) Math.sqrt(Float.intBitsToFloat(a)));
    }
    return sqrtSlowly(a, c);
  }

  // Exponent neither all zeros nor all ones.
  private static boolean normal(int a) {
    return (a + ONE_EXPONENT & INFINITY & -TWO_EXPONENTS) != 0;
  }

  // Normal, and not the smallest normal, which a tiny result may have been rounded to.
  private static boolean aboveTiny(int a) {
    int magnitude = a & ~SIGN;
    return magnitude > ONE_EXPONENT && magnitude < INFINITY;
  }

  private static final int ONE_EXPONENT = QUIET << 1;
  private static final int TWO_EXPONENTS = QUIET << 2;

  static boolean nan(int a) {
    return (a & ~SIGN) > INFINITY;
  }

  static boolean signaling(int a) {
    return nan(a) && (a & QUIET) == 0;
  }

  static boolean denormal(int a) {
    return (a & INFINITY) == 0 && (a & FRACTION) != 0;
  }

  // The operand with a denormal made zero where that is asked for.
  static int daz(int a, FloatContext c) {
    return c.denormalsAreZero && denormal(a) ? a & SIGN : a;
  }

  // SSE's choice among NaNs: the first operand that is one (SDM volume 1, table 4-7).
  private static int propagate(int a, int b, FloatContext c) {
    if (signaling(a) || signaling(b)) {
      c.raise(IE);
    }
    return (nan(a) ? a : b) | QUIET;
  }

  static int invalid(FloatContext c) {
    c.raise(IE);
    return DEFAULT_NAN;
  }

  static void denormals(int a, int b, FloatContext c) {
    if (denormal(a) || denormal(b)) {
      c.raise(DE);
    }
  }

  // The significand with its highest bit at bit 63.
  static long significand(int a) {
    long fraction = (long) (a & FRACTION) << 63 - WIDTH;
    return (a & INFINITY) != 0
        ? fraction | Exact.TOP
        : fraction << Long.numberOfLeadingZeros(fraction);
  }

  // The exponent of that highest bit.
  static int exponent(int a) {
    int biased = ((a & INFINITY) >>> WIDTH);
    return biased != 0
        ? biased - BIAS
        : 1 - BIAS - Long.numberOfLeadingZeros((long) (a & FRACTION) << 63 - WIDTH);
  }

  static int sign(int a) {
    return a < 0 ? 1 : 0;
  }

  private static int addSlowly(int first, int second, FloatContext c) {
    int a = daz(first, c);
    int b = daz(second, c);
    if (nan(a) || nan(b)) {
      return propagate(a, b, c);
    }
    boolean infiniteA = (a & ~SIGN) == INFINITY;
    if (infiniteA || (b & ~SIGN) == INFINITY) {
      if (infiniteA && (a ^ b) == SIGN) {
        return invalid(c);
      }
      denormals(a, b, c);
      return infiniteA ? a : b;
    }
    denormals(a, b, c);
    boolean zeroA = (a & ~SIGN) == 0;
    if (zeroA || (b & ~SIGN) == 0) {
      if (zeroA && (b & ~SIGN) == 0) {
        return a == b ? a : c.rounding == FloatContext.DOWN ? SIGN : 0;
      }
      int other = zeroA ? b : a;
      if ((other & INFINITY) != 0) {
        return other;
      }
      c.sign = sign(other);
      c.exponent = exponent(other);
      c.high = significand(other);
      c.low = 0;
    } else {
      Exact.add(sign(a), exponent(a), significand(a), sign(b), exponent(b), significand(b), c);
    }
    return Packing.binary32(c);
  }

  private static int mulSlowly(int first, int second, FloatContext c) {
    int a = daz(first, c);
    int b = daz(second, c);
    if (nan(a) || nan(b)) {
      return propagate(a, b, c);
    }
    int signBit = (a ^ b) & SIGN;
    boolean infinite = (a & ~SIGN) == INFINITY || (b & ~SIGN) == INFINITY;
    boolean zero = (a & ~SIGN) == 0 || (b & ~SIGN) == 0;
    if (infinite && zero) {
      return invalid(c);
    }
    denormals(a, b, c);
    if (infinite || zero) {
      return infinite ? signBit | INFINITY : signBit;
    }
    Exact.multiply(sign(signBit), exponent(a), significand(a), exponent(b), significand(b), c);
    return Packing.binary32(c);
  }

  private static int divSlowly(int first, int second, FloatContext c) {
    int a = daz(first, c);
    int b = daz(second, c);
    if (nan(a) || nan(b)) {
      return propagate(a, b, c);
    }
    int signBit = (a ^ b) & SIGN;
    boolean infiniteA = (a & ~SIGN) == INFINITY;
    boolean infiniteB = (b & ~SIGN) == INFINITY;
    boolean zeroA = (a & ~SIGN) == 0;
    boolean zeroB = (b & ~SIGN) == 0;
    if ((infiniteA && infiniteB) || (zeroA && zeroB)) {
      return invalid(c);
    }
    if (zeroB && !infiniteA) {
      c.raise(ZE);
      return signBit | INFINITY;
    }
    denormals(a, b, c);
    if (infiniteA) {
      return signBit | INFINITY;
    }
    if (zeroA || infiniteB) {
      return signBit;
    }
    Exact.divide(sign(signBit), exponent(a), significand(a), exponent(b), significand(b), c);
    return Packing.binary32(c);
  }

  private static int sqrtSlowly(int operand, FloatContext c) {
    int a = daz(operand, c);
    if (nan(a)) {
      return propagate(a, a, c);
    }
    if ((a & ~SIGN) == 0) {
      return a;
    }
    if (a < 0) {
      return invalid(c);
    }
    if (a == INFINITY) {
      return a;
    }
    denormals(a, a, c);
    Exact.squareRoot(exponent(a), significand(a), c);
    return Packing.binary32(c);
  }

  /** The lesser, or the second if one is a NaN or both are zeros (MINSS, MINSD). */
  public static int min(int a, int b, FloatContext c) {
    int x = daz(a, c);
    int y = daz(b, c);
    return compare(x, y, true, c) == -1 ? x : y;
  }

  /** The greater, or the second if one is a NaN or both are zeros (MAXSS, MAXSD). */
  public static int max(int a, int b, FloatContext c) {
    int x = daz(a, c);
    int y = daz(b, c);
    return compare(x, y, true, c) == 1 ? x : y;
  }

  /**
   * Compares.
   *
   * @param signalQuietNans whether a quiet NaN is invalid too
   * @return -1 less, 0 equal, 1 greater, 2 unordered
   */
  public static int compare(int first, int second, boolean signalQuietNans, FloatContext c) {
    int a = daz(first, c);
    int b = daz(second, c);
    if (nan(a) || nan(b)) {
      if (signalQuietNans || signaling(a) || signaling(b)) {
        c.raise(IE);
      }
      return 2;
    }
    denormals(a, b, c);
    // In two's complement, the order of the numbers is that of their bits.
    int x = a < 0 ? SIGN - a : a;
    int y = b < 0 ? SIGN - b : b;
    return Integer.compare(x, y);
  }

  /**
   * Rounds to an integral value (ROUNDSS, ROUNDSD).
   *
   * @param rounding the rounding mode
   * @param suppressPrecision whether an inexact result raises nothing
   */
  public static int round(int operand, int rounding, boolean suppressPrecision, FloatContext c) {
    int a = daz(operand, c);
    int exponent = ((a & INFINITY) >>> WIDTH) - BIAS;
    if (exponent >= WIDTH) {
      return nan(a) ? propagate(a, a, c) : a;
    }
    if ((a & ~SIGN) == 0) {
      return a;
    }
    int unit = exponent < 0 ? ONE : 1 << WIDTH - exponent;
    int whole = exponent < 0 ? a & SIGN : a & -unit;
    int rest = a ^ whole;
    if (rest == 0) {
      return a;
    }
    if (!suppressPrecision) {
      c.raise(PE);
    }
    boolean up =
        switch (rounding) {
          case FloatContext.NEAREST ->
              exponent < 0
                  ? (a & ~SIGN) > HALF
                  : rest > unit >>> 1 || (rest == unit >>> 1 && oddUnit(a, exponent));
          case FloatContext.DOWN -> a < 0;
          case FloatContext.UP -> a >= 0;
          default -> false;
        };
    return up ? whole + unit : whole;
  }

  private static final int HALF = ONE - ONE_EXPONENT;

  // Whether the integral part, of at least 1, is odd.
  private static boolean oddUnit(int a, int exponent) {
    return exponent == 0 || (a >>> WIDTH - exponent & 1) != 0;
  }

  /** Converts to a 32-bit integer; what doesn't fit is invalid and gives 0x80000000. */
  public static int toInt32(int a, boolean truncate, FloatContext c) {
    int raised = c.raised;
    long wide = toInt64(a, truncate, c);
    if ((int) wide != wide) {
      c.raised = raised | IE;
      return Integer.MIN_VALUE;
    }
    return (int) wide;
  }

  /** Converts to a 64-bit integer; what doesn't fit is invalid and gives 0x80000000_00000000. */
  public static long toInt64(int operand, boolean truncate, FloatContext c) {
    int a = daz(operand, c);
    int exponent = ((a & INFINITY) >>> WIDTH) - BIAS;
    if (exponent >= 63) {
      if (a == (SIGN | BIAS + 63 << WIDTH)) {
        return Long.MIN_VALUE;
      }
      c.raise(IE);
      return Long.MIN_VALUE;
    }
    if ((a & ~SIGN) == 0) {
      return 0;
    }
    int mode = truncate ? FloatContext.ZERO : c.rounding;
    long magnitude;
    if (exponent >= WIDTH) {
      magnitude = ((long) (a & FRACTION) | 1L << WIDTH) << exponent - WIDTH;
    } else {
      int integral = round(a, mode, false, c) & ~SIGN;
      int reached = (integral >>> WIDTH) - BIAS;
      long significand = integral & FRACTION | 1L << WIDTH;
      magnitude = integral == 0 ? 0 : significand >>> WIDTH - reached;
    }
    return a < 0 ? -magnitude : magnitude;
  }

  /** Converts from a 32-bit integer. */
  public static int fromInt32(int value, FloatContext c) {
    return fromInt64(value, c);
  }

  /** Converts from a 64-bit integer. */
  public static int fromInt64(long value, FloatContext c) {
    if (c.fast || value << 40 >> 40 == value) {
      return Float.floatToRawIntBits((float) value);
    }
    long magnitude = Math.abs(value);
    int shift = Long.numberOfLeadingZeros(magnitude);
    c.sign = value < 0 ? 1 : 0;
    c.exponent = 63 - shift;
    c.high = magnitude << shift;
    c.low = 0;
    return Packing.binary32(c);
  }

  /** Converts to binary64. */
  public static long toFloat64(int operand, FloatContext c) {
    int a = daz(operand, c);
    if (normal(a)) {
      return Double.doubleToRawLongBits(Float.intBitsToFloat(a));
    }
    long signBit = (long) (a & SIGN) << 32;
    if (nan(a)) {
      if (signaling(a)) {
        c.raise(IE);
      }
      return signBit | 0x7FF8_0000_0000_0000L | (long) (a & FRACTION) << 29;
    }
    if (denormal(a)) {
      c.raise(DE);
    }
    return Double.doubleToRawLongBits(Float.intBitsToFloat(a));
  }

  /**
   * The reciprocal as RCPSS gives it, here to the nearest: raises nothing, knows no denormals. A
   * processor's own result differs by a relative error of up to 1.5 * 2^-12.
   */
  public static int reciprocal(int a) {
    if (nan(a)) {
      return a | QUIET;
    }
    if ((a & INFINITY) == 0) {
      return a & SIGN | INFINITY;
    }
    int r = Float.floatToRawIntBits((float) (1.0 / Float.intBitsToFloat(a)));
    return (r & INFINITY) == 0 ? r & SIGN : r;
  }

  /** The reciprocal of the square root as RSQRTSS gives it; see {@link #reciprocal}. */
  public static int reciprocalSqrt(int a) {
    if (nan(a)) {
      return a | QUIET;
    }
    if ((a & INFINITY) == 0) {
      return a & SIGN | INFINITY;
    }
    if (a < 0) {
      return DEFAULT_NAN;
    }
    return Float.floatToRawIntBits((float) (1.0 / Math.sqrt(Float.intBitsToFloat(a))));
  }
}
