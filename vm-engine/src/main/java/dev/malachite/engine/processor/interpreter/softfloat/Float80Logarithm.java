// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.softfloat;

import static dev.malachite.engine.processor.interpreter.softfloat.FloatContext.PE;
import static dev.malachite.engine.processor.interpreter.softfloat.FloatContext.ZE;

/**
 * Powers and logarithms of binary80 numbers to base 2 (SDM volume 1, section 8.3.9), rounded to 64
 * bits whatever the precision control says.
 */
public final class Float80Logarithm {
  private static final int MAX = Float80.MAX;
  private static final int BIAS = Float80.BIAS;

  // Below this exponent, functions that are zero at zero are linear to more than 64 bits.
  private static final int LINEAR = -70;

  private static final long ROOT_HALF = 0xB504F333_F9DE6484L;

  private Float80Logarithm() {}

  /** Two to the power, minus one (F2XM1). What lies outside -1 to 1 stays as it is. */
  public static void powerMinusOne(long a, int aSe, FloatContext c) {
    if (Float80.special(a, aSe, c)) {
      return;
    }
    Float80.raiseDenormal(a, aSe, c);
    boolean negative = (aSe & 0x8000) != 0;
    if (a == 0 || (aSe & MAX) == MAX) {
      c.result(a, negative && a != 0 ? 0x8000 | BIAS : aSe);
      return;
    }
    if ((aSe & MAX) >= BIAS) {
      c.raise(PE);
      boolean minusOne = aSe == (0x8000 | BIAS) && a == Float80.TOP;
      c.result(a, minusOne ? 0x8000 | BIAS - 1 : aSe);
      return;
    }
    int exponent = Float80.exponent(a, aSe);
    int sign = negative ? 1 : 0;
    long significand = Float80.normalized(a);
    if (exponent < LINEAR) {
      // ln 2
      product(sign, exponent, significand, -1, 0xB17217F7_D1CF79ABL, 0xC9E3B398_03F2F6AFL, c);
    } else {
      DoubleDouble x = c.series.x;
      x.set(significand, exponent - 63);
      if (negative) {
        x.negate();
      }
      x.multiply(Series.LN2);
      c.series.exponentialMinusOne(x);
      x.toExact(sign, 0, c);
    }
    Packing.binary80(c, 64);
  }

  // The product with an irrational number of 128 bits.
  private static void product(
      int sign, int expA, long a, int expB, long bHigh, long bLow, FloatContext c) {
    long low = a * bHigh;
    long more = Math.unsignedMultiplyHigh(a, bLow);
    long high = Math.unsignedMultiplyHigh(a, bHigh);
    low += more;
    if (Long.compareUnsigned(low, more) < 0) {
      high++;
    }
    Exact.normalize(expA + expB + 1, high, low | 1, c);
    c.sign = sign;
  }

  /** The first times the logarithm of the second (FYL2X). */
  public static void logarithm(long y, int ySe, long x, int xSe, FloatContext c) {
    if (Float80.special(y, ySe, x, xSe, c)) {
      return;
    }
    int signY = ySe & 0x8000;
    boolean zeroX = Float80.zero(x, xSe);
    boolean zeroY = Float80.zero(y, ySe);
    boolean infiniteX = Float80.infinite(x, xSe);
    boolean infiniteY = Float80.infinite(y, ySe);
    boolean one = (xSe & 0x7FFF) == BIAS && x == Float80.TOP;
    if (((xSe & 0x8000) != 0 && !zeroX) || (zeroY && (zeroX || infiniteX)) || (infiniteY && one)) {
      Float80.invalid(c);
      return;
    }
    if (zeroX && !infiniteY) {
      c.raise(ZE);
      c.result(Float80.TOP, signY ^ 0x8000 | MAX);
      return;
    }
    Float80.raiseDenormal(x, xSe, c);
    Float80.raiseDenormal(y, ySe, c);
    int signLogarithm = (xSe & 0x7FFF) < BIAS ? 0x8000 : 0;
    if (infiniteX || infiniteY) {
      c.result(Float80.TOP, signY ^ signLogarithm | MAX);
    } else if (zeroY || one) {
      c.result(0, signY ^ signLogarithm);
    } else {
      int exponent = Float80.exponent(x, xSe);
      long significand = Float80.normalized(x);
      DoubleDouble a = c.series.x;
      if (Long.compareUnsigned(significand, ROOT_HALF) > 0) {
        exponent++;
        a.set(significand, -64);
      } else {
        a.set(significand, -63);
      }
      logarithm(a, exponent, c);
      times(y, ySe, a, c);
    }
  }

  // The logarithm of a number between the roots of 1/2 and 2, times a power of two.
  private static void logarithm(DoubleDouble a, int exponent, FloatContext c) {
    DoubleDouble b = c.series.y;
    b.set(a);
    b.add(1, 0);
    a.add(-1, 0);
    a.divide(b);
    c.series.logarithmOfRatio(a);
    a.add(exponent, 0);
  }

  // Multiplies a logarithm with a finite number and packs the product.
  private static void times(long y, int ySe, DoubleDouble a, FloatContext c) {
    DoubleDouble b = c.series.y;
    b.set(Float80.normalized(y), -63);
    int sign = Float80.sign(ySe) ^ (a.high < 0 ? 1 : 0);
    a.multiply(b);
    a.toExact(sign, Float80.exponent(y, ySe), c);
    Packing.binary80(c, 64);
  }

  /** The first times the logarithm of the second plus one (FYL2XP1). */
  public static void logarithmPlusOne(long y, int ySe, long x, int xSe, FloatContext c) {
    if (Float80.special(y, ySe, x, xSe, c)) {
      return;
    }
    boolean zeroX = Float80.zero(x, xSe);
    boolean zeroY = Float80.zero(y, ySe);
    boolean infiniteX = Float80.infinite(x, xSe);
    boolean infiniteY = Float80.infinite(y, ySe);
    boolean negative = (xSe & 0x8000) != 0;
    int exponent = (xSe & MAX) - BIAS;
    if ((infiniteX && (zeroY || negative)) || (infiniteY && zeroX)) {
      Float80.invalid(c);
      return;
    }
    Float80.raiseDenormal(x, xSe, c);
    Float80.raiseDenormal(y, ySe, c);
    int signBit = (xSe ^ ySe) & 0x8000;
    if (infiniteX || infiniteY) {
      c.result(Float80.TOP, signBit | MAX);
      return;
    }
    if (zeroX || zeroY) {
      c.result(0, signBit);
      return;
    }
    if (negative && exponent >= 0) {
      // Here is no logarithm, and the manual leaves the result open.
      c.raise(PE);
      c.result(x, xSe);
      return;
    }
    long significand = Float80.normalized(x);
    exponent = Float80.exponent(x, xSe);
    DoubleDouble a = c.series.x;
    if (exponent < LINEAR) {
      linear(y, ySe, exponent, significand, signBit >> 15, c);
      return;
    }
    if (exponent > 120) {
      a.set(significand, -64);
      logarithm(a, exponent + 1, c);
    } else {
      a.set(significand, exponent - 63);
      if (negative) {
        a.negate();
      }
      if (exponent < -1) {
        // (1 + s) / (1 - s) = 1 + x for s = x / (2 + x)
        DoubleDouble b = c.series.y;
        b.set(a);
        b.add(2, 0);
        a.divide(b);
        c.series.logarithmOfRatio(a);
      } else {
        a.add(1, 0);
        int shift = Math.getExponent(a.high) + 1;
        if (a.high * DoubleDouble.power(-shift) < 0x1.6a09e667f3bcdp-1) {
          shift--;
        }
        a.scale(DoubleDouble.power(-shift));
        logarithm(a, shift, c);
      }
    }
    times(y, ySe, a, c);
  }

  // y * x / ln 2
  private static void linear(
      long y, int ySe, int exponent, long significand, int sign, FloatContext c) {
    product(sign, exponent, significand, 0, 0xB8AA3B29_5C17F0BBL, 0xBE87FED0_691D3E88L, c);
    long high = c.high;
    long low = c.low;
    product(sign, c.exponent, Float80.normalized(y), Float80.exponent(y, ySe), high, low, c);
    Packing.binary80(c, 64);
  }
}
