// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.softfloat;

/**
 * Sine, cosine, tangent and arc tangent of binary80 numbers (SDM volume 1, section 8.3.8), rounded
 * to 64 bits whatever the precision control says.
 *
 * <p>Arguments are reduced with the x87 unit's own pi of 66 bits, exactly.
 */
public final class Float80Trigonometry {
  private static final int MAX = Float80.MAX;
  private static final int BIAS = Float80.BIAS;

  // Pi's first 128 bits. The unit's pi has 66 of them: 2^-66 * 0xC_90FDAA22_168C234C.
  private static final long PI_HIGH = 0xC90FDAA2_2168C234L;
  private static final long PI_LOW = 0xC4C6628B_80DC1CD1L;
  private static final long UNIT_PI_HIGH = 0xC;
  private static final long UNIT_PI_LOW = 0x90FDAA22_168C234CL;

  // Below this exponent a sine is its argument to more than 64 bits.
  private static final int SMALL = -34;

  private Float80Trigonometry() {}

  /** True if the argument is too large: the operation changes nothing and says so in C2. */
  public static boolean outOfRange(long a, int aSe) {
    int biased = aSe & MAX;
    return biased >= BIAS + 63 && biased < MAX && a < 0;
  }

  // Handles what has no sine; false if it has.
  private static boolean special(long a, int aSe, FloatContext c) {
    if (Float80.normal(a, aSe)) {
      return false;
    }
    if (Float80.special(a, aSe, c)) {
      return true;
    }
    if (Float80.infinite(a, aSe)) {
      Float80.invalid(c);
      return true;
    }
    Float80.raiseDenormal(a, aSe, c);
    return false;
  }

  /** The sine of an argument in range. */
  public static void sine(long a, int aSe, FloatContext c) {
    if (special(a, aSe, c)) {
      return;
    }
    if (a == 0) {
      c.result(a, aSe);
      return;
    }
    int exponent = Float80.exponent(a, aSe);
    int sign = Float80.sign(aSe);
    if (exponent < SMALL) {
      Exact.normalize(exponent, Float80.normalized(a) - 1, -1L, c);
      c.sign = sign;
    } else {
      int quadrant = reduce(a, exponent, c);
      select(c.series.x, quadrant, c);
      c.series.x.toExact(sign ^ quadrant >> 1 & 1 ^ (c.series.x.high < 0 ? 1 : 0), 0, c);
    }
    Packing.binary80(c, 64);
  }

  /** The cosine of an argument in range. */
  public static void cosine(long a, int aSe, FloatContext c) {
    if (special(a, aSe, c)) {
      return;
    }
    if (a == 0) {
      c.result(Float80.TOP, BIAS);
      return;
    }
    int exponent = Float80.exponent(a, aSe);
    if (exponent < SMALL) {
      Exact.normalize(-1, -1L, -1L, c);
      c.sign = 0;
    } else {
      int quadrant = reduce(a, exponent, c) + 1;
      select(c.series.x, quadrant, c);
      c.series.x.toExact(quadrant >> 1 & 1 ^ (c.series.x.high < 0 ? 1 : 0), 0, c);
    }
    Packing.binary80(c, 64);
  }

  /** The tangent of an argument in range. */
  public static void tangent(long a, int aSe, FloatContext c) {
    if (special(a, aSe, c)) {
      return;
    }
    if (a == 0) {
      c.result(a, aSe);
      return;
    }
    int exponent = Float80.exponent(a, aSe);
    int sign = Float80.sign(aSe);
    if (exponent < SMALL) {
      Float80.unpack(a, aSe, c);
      c.low = 1;
    } else {
      int quadrant = reduce(a, exponent, c);
      DoubleDouble x = c.series.x;
      DoubleDouble y = c.series.y;
      y.set(x);
      select(x, quadrant, c);
      select(y, quadrant + 1, c);
      x.divide(y);
      // Of the quadrant's signs, that of the even ones goes into both.
      x.toExact(sign ^ (x.high < 0 ? 1 : 0) ^ quadrant & 1, 0, c);
    }
    Packing.binary80(c, 64);
  }

  // The sine or, in odd quadrants, the cosine.
  private static void select(DoubleDouble x, int quadrant, FloatContext c) {
    if ((quadrant & 1) == 0) {
      c.series.sine(x);
    } else {
      c.series.cosine(x);
    }
  }

  // Reduces a magnitude to at most pi/4, with sign, in c.series.x; the result is the number of the
  // quadrant, of which the two lowest bits count.
  private static int reduce(long a, int exponent, FloatContext c) {
    long low = Float80.normalized(a);
    if (exponent < -1) {
      c.series.x.set(low, exponent - 63);
      return 0;
    }
    // Long division by pi/2 in units of 2^-67.
    long high = 0;
    int quotient = 0;
    for (int step = exponent + 4; step > 0; step--) {
      high = high << 1 | low >>> 63;
      low <<= 1;
      quotient <<= 1;
      if (high > UNIT_PI_HIGH
          || (high == UNIT_PI_HIGH && Long.compareUnsigned(low, UNIT_PI_LOW) >= 0)) {
        high -= UNIT_PI_HIGH + (Long.compareUnsigned(low, UNIT_PI_LOW) < 0 ? 1 : 0);
        low -= UNIT_PI_LOW;
        quotient++;
      }
    }
    DoubleDouble x = c.series.x;
    long twiceHigh = high << 1 | low >>> 63;
    boolean above =
        twiceHigh > UNIT_PI_HIGH
            || (twiceHigh == UNIT_PI_HIGH && Long.compareUnsigned(low << 1, UNIT_PI_LOW) > 0);
    if (above) {
      high = UNIT_PI_HIGH - high - (Long.compareUnsigned(UNIT_PI_LOW, low) < 0 ? 1 : 0);
      low = UNIT_PI_LOW - low;
      quotient++;
    }
    x.set(low, -67);
    x.add(high * 0x1p-3, 0);
    if (above) {
      x.negate();
    }
    return quotient;
  }

  /** The angle of the point with these coordinates, from -pi to pi (FPATAN). */
  public static void arcTangent(long y, int ySe, long x, int xSe, FloatContext c) {
    if (Float80.special(y, ySe, x, xSe, c)) {
      return;
    }
    Float80.raiseDenormal(y, ySe, c);
    Float80.raiseDenormal(x, xSe, c);
    int sign = Float80.sign(ySe);
    boolean left = (xSe & 0x8000) != 0;
    boolean infiniteY = Float80.infinite(y, ySe);
    boolean infiniteX = Float80.infinite(x, xSe);
    if (infiniteY && infiniteX) {
      if (left) {
        // 3/4 pi
        multiple(sign, 1, 0x96CBE3F9_990E91A7L, 0x9394C9E8_A0A5159DL, c);
      } else {
        multiple(sign, -1, PI_HIGH, PI_LOW, c);
      }
    } else if (infiniteY || (Float80.zero(x, xSe) && !Float80.zero(y, ySe))) {
      multiple(sign, 0, PI_HIGH, PI_LOW, c);
    } else if (infiniteX || Float80.zero(y, ySe)) {
      if (left) {
        multiple(sign, 1, PI_HIGH, PI_LOW, c);
      } else {
        c.result(0, ySe & 0x8000);
        return;
      }
    } else {
      finite(y, ySe, x, xSe, c);
    }
    Packing.binary80(c, 64);
  }

  private static void multiple(int sign, int exponent, long high, long low, FloatContext c) {
    c.sign = sign;
    c.exponent = exponent;
    c.high = high;
    c.low = low;
  }

  private static void finite(long y, int ySe, long x, int xSe, FloatContext c) {
    int sign = Float80.sign(ySe);
    boolean left = (xSe & 0x8000) != 0;
    int distance = Float80.exponent(y, ySe) - Float80.exponent(x, xSe);
    long upper = Float80.normalized(y);
    long lower = Float80.normalized(x);
    if (distance > 70) {
      multiple(sign, 0, PI_HIGH, PI_LOW, c);
      return;
    }
    if (distance < -70) {
      if (left) {
        multiple(sign, 1, PI_HIGH, PI_LOW, c);
        return;
      }
      // The quotient, less a little.
      Exact.divide(sign, Float80.exponent(y, ySe), upper, Float80.exponent(x, xSe), lower, c);
      if (c.low == 0) {
        Exact.normalize(c.exponent, c.high - 1, -1L, c);
        c.sign = sign;
      }
      return;
    }
    boolean steep = distance > 0 || (distance == 0 && Long.compareUnsigned(upper, lower) > 0);
    DoubleDouble a = c.series.x;
    DoubleDouble b = c.series.y;
    a.set(upper, distance - 63);
    b.set(lower, -63);
    if (steep) {
      b.divide(a);
      a.set(b);
    } else {
      a.divide(b);
    }
    c.series.arcTangent(a);
    if (steep) {
      if (!left) {
        a.negate();
      }
      a.add(Series.HALF_PI);
    } else if (left) {
      a.negate();
      a.add(Series.PI);
    }
    a.toExact(sign, 0, c);
  }
}
