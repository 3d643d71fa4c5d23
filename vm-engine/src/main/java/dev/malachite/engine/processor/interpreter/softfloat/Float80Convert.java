// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.softfloat;

import static dev.malachite.engine.processor.interpreter.softfloat.FloatContext.DE;
import static dev.malachite.engine.processor.interpreter.softfloat.FloatContext.IE;
import static dev.malachite.engine.processor.interpreter.softfloat.FloatContext.PE;

/** Conversions between binary80 and the formats that x87 instructions find in memory. */
public final class Float80Convert {
  private static final int MAX = Float80.MAX;
  private static final int BIAS = Float80.BIAS;
  private static final long LARGEST_DECIMAL = 999_999_999_999_999_999L;

  private Float80Convert() {}

  /** Converts from binary32: a denormal operand and a signaling NaN raise their exceptions. */
  public static void fromFloat32(int a, FloatContext c) {
    if (widenFloat32(a, c)) {
      c.raise(DE);
    }
    quieten(c);
  }

  /** Converts from binary64: a denormal operand and a signaling NaN raise their exceptions. */
  public static void fromFloat64(long a, FloatContext c) {
    if (widenFloat64(a, c)) {
      c.raise(DE);
    }
    quieten(c);
  }

  private static void quieten(FloatContext c) {
    if (Float80.signaling(c.significand, c.signExponent)) {
      c.raise(IE);
      c.significand |= 1L << 62;
    }
  }

  /**
   * Puts a binary32 number into the context's result as it is, and raises nothing.
   *
   * @return true if it was a denormal, which the result no longer shows
   */
  public static boolean widenFloat32(int a, FloatContext c) {
    int signBit = a >>> 16 & 0x8000;
    return widen(signBit, a >>> 23 & 0xFF, 0xFF, 127, (long) a << 41 >>> 1, c);
  }

  /** As {@link #widenFloat32}, of a binary64 number. */
  public static boolean widenFloat64(long a, FloatContext c) {
    int signBit = (int) (a >>> 48) & 0x8000;
    return widen(signBit, (int) (a >>> 52) & 0x7FF, 0x7FF, 1023, a << 12 >>> 1, c);
  }

  private static boolean widen(
      int signBit, int biased, int maximum, int bias, long fraction, FloatContext c) {
    if (biased != 0) {
      int exponent = biased < maximum ? biased + BIAS - bias : MAX;
      c.result(fraction | Float80.TOP, signBit | exponent);
      return false;
    }
    if (fraction == 0) {
      c.result(0, signBit);
      return false;
    }
    int shift = Long.numberOfLeadingZeros(fraction);
    c.result(fraction << shift, signBit | BIAS - bias + 1 - shift);
    return true;
  }

  /** Converts from an integer. */
  public static void fromInteger(long value, FloatContext c) {
    if (value == 0) {
      c.result(0, 0);
      return;
    }
    long magnitude = Math.abs(value);
    int shift = Long.numberOfLeadingZeros(magnitude);
    c.result(magnitude << shift, (value < 0 ? 0x8000 : 0) | BIAS + 63 - shift);
  }

  /** Converts to binary32. */
  public static int toFloat32(long a, int aSe, FloatContext c) {
    int signBit = (aSe & 0x8000) << 16;
    if (Float80.normal(a, aSe) || Float80.denormal(a, aSe)) {
      Float80.unpack(a, aSe, c);
      return Packing.binary32(c);
    }
    if (Float80.special(a, aSe, c)) {
      return (c.signExponent & 0x8000) << 16 | 0x7F80_0000 | (int) (c.significand << 1 >>> 41);
    }
    return a == 0 ? signBit : signBit | 0x7F80_0000;
  }

  /** Converts to binary64. */
  public static long toFloat64(long a, int aSe, FloatContext c) {
    long signBit = (long) (aSe & 0x8000) << 48;
    if (Float80.normal(a, aSe) || Float80.denormal(a, aSe)) {
      Float80.unpack(a, aSe, c);
      return Packing.binary64(c);
    }
    if (Float80.special(a, aSe, c)) {
      return (long) (c.signExponent & 0x8000) << 48
          | 0x7FF0_0000_0000_0000L
          | c.significand << 1 >>> 12;
    }
    return a == 0 ? signBit : signBit | 0x7FF0_0000_0000_0000L;
  }

  /**
   * Converts to a signed integer.
   *
   * @param bits 16, 32 or 64
   * @param truncate rounds towards zero instead of as the context says
   * @return the integer, or the lowest one and the invalid exception if it doesn't fit
   */
  public static long toInteger(long a, int aSe, int bits, boolean truncate, FloatContext c) {
    long lowest = -1L << bits - 1;
    if (Float80.unsupported(a, aSe)) {
      c.raise(IE);
      return lowest;
    }
    int exponent = (aSe & MAX) - BIAS;
    boolean negative = (aSe & 0x8000) != 0;
    if (exponent >= bits - 1 && exponent >= 63) {
      if (bits == 64 && exponent == 63 && negative && a == Float80.TOP) {
        return lowest;
      }
      c.raise(IE);
      return lowest;
    }
    boolean inexact = roundMagnitude(a, aSe, exponent, truncate, c);
    long magnitude = c.significand;
    long limit = negative ? -lowest : ~lowest;
    if (Long.compareUnsigned(magnitude, limit) > 0) {
      c.raise(IE);
      c.roundedUp = false;
      return lowest;
    }
    if (inexact) {
      c.raise(PE);
    }
    return negative ? -magnitude : magnitude;
  }

  // Rounds a number with an exponent below 63 to an integer's magnitude, in c.significand.
  private static boolean roundMagnitude(
      long a, int aSe, int exponent, boolean truncate, FloatContext c) {
    long whole = exponent < 0 ? 0 : a >>> 63 - exponent;
    long dropped = exponent >= 0 ? a << exponent + 1 : exponent == -1 ? a : a != 0 ? 1 : 0;
    if (dropped != 0
        && !truncate
        && c.increments(Float80.sign(aSe), dropped, Float80.TOP, (whole & 1) != 0)) {
      whole++;
      c.roundedUp = true;
    }
    c.significand = whole;
    return dropped != 0;
  }

  /**
   * Converts from packed decimal.
   *
   * @param digits 16 digits of four bits
   * @param high two more, and the sign in bit 15
   */
  public static void fromDecimal(long digits, int high, FloatContext c) {
    long value = (high >>> 4 & 15) * 10L + (high & 15);
    for (int shift = 60; shift >= 0; shift -= 4) {
      value = value * 10 + (digits >>> shift & 15);
    }
    fromInteger(value, c);
    c.signExponent |= high & 0x8000;
  }

  /**
   * Converts to packed decimal: the lower 16 digits are the context's significand, two more and the
   * sign its signExponent. What doesn't fit is invalid and gives the packed decimal indefinite.
   */
  public static void toDecimal(long a, int aSe, FloatContext c) {
    int exponent = (aSe & MAX) - BIAS;
    boolean inexact = false;
    boolean fits = !Float80.unsupported(a, aSe) && exponent < 63;
    if (fits) {
      inexact = roundMagnitude(a, aSe, exponent, false, c);
      fits = Long.compareUnsigned(c.significand, LARGEST_DECIMAL) <= 0;
    }
    if (!fits) {
      c.raise(IE);
      c.roundedUp = false;
      c.result(0xC000_0000_0000_0000L, 0xFFFF);
      return;
    }
    if (inexact) {
      c.raise(PE);
    }
    long rest = c.significand;
    long digits = 0;
    for (int shift = 0; shift < 64; shift += 4) {
      digits |= rest % 10 << shift;
      rest /= 10;
    }
    c.result(digits, aSe & 0x8000 | (int) (rest / 10 << 4 | rest % 10));
  }
}
