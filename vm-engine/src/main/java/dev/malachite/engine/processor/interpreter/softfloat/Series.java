// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.softfloat;

/**
 * The power series behind the transcendental functions, to about 100 bits.
 *
 * <p>Coefficients are computed when the class is loaded. An object holds the working values.
 */
final class Series {
  private static final int TERMS = 30;

  // 1/n!, and 1/(2n+1).
  private static final double[] FACTORIAL_HIGH = new double[TERMS];
  private static final double[] FACTORIAL_LOW = new double[TERMS];
  private static final double[] ODD_HIGH = new double[TERMS];
  private static final double[] ODD_LOW = new double[TERMS];

  // The arc tangents of multiples of 1/16.
  private static final double[] ARC_HIGH = new double[17];
  private static final double[] ARC_LOW = new double[17];

  static final DoubleDouble LN2 = constant(0xB17217F7_D1CF79ABL, 0xC9E3B398_03F2F6AFL, -1);
  static final DoubleDouble LOG2_E = constant(0xB8AA3B29_5C17F0BBL, 0xBE87FED0_691D3E88L, 0);
  static final DoubleDouble PI = constant(0xC90FDAA2_2168C234L, 0xC4C6628B_80DC1CD1L, 1);
  static final DoubleDouble HALF_PI = constant(0xC90FDAA2_2168C234L, 0xC4C6628B_80DC1CD1L, 0);

  static {
    DoubleDouble a = new DoubleDouble(1, 0);
    DoubleDouble b = new DoubleDouble();
    for (int n = 0; n < TERMS; n++) {
      if (n > 1) {
        b.set(n);
        a.divide(b);
      }
      FACTORIAL_HIGH[n] = a.high;
      FACTORIAL_LOW[n] = a.low;
    }
    for (int n = 0; n < TERMS; n++) {
      a.set(1);
      b.set(2 * n + 1);
      a.divide(b);
      ODD_HIGH[n] = a.high;
      ODD_LOW[n] = a.low;
    }
    // atan(i/16) - atan((i-1)/16) = atan(16 / (256 + i (i-1)))
    Series s = new Series();
    for (int i = 1; i <= 16; i++) {
      a.set(16);
      b.set(256 + i * (i - 1));
      a.divide(b);
      s.arcTangentOfSmall(a);
      a.add(ARC_HIGH[i - 1], ARC_LOW[i - 1]);
      ARC_HIGH[i] = a.high;
      ARC_LOW[i] = a.low;
    }
  }

  private final DoubleDouble square = new DoubleDouble();
  private final DoubleDouble sum = new DoubleDouble();
  private final DoubleDouble other = new DoubleDouble();

  // For the functions built on these.
  final DoubleDouble x = new DoubleDouble();
  final DoubleDouble y = new DoubleDouble();

  Series() {}

  private static DoubleDouble constant(long high, long low, int exponent) {
    DoubleDouble value = new DoubleDouble();
    value.set(low, exponent - 127);
    DoubleDouble more = new DoubleDouble();
    more.set(high, exponent - 63);
    value.add(more);
    return value;
  }

  /** Sine of up to pi/4 in magnitude. */
  void sine(DoubleDouble a) {
    alternate(a, 27);
    sum.multiply(a);
    a.set(sum);
  }

  /** Cosine of up to pi/4 in magnitude. */
  void cosine(DoubleDouble a) {
    alternate(a, 28);
    a.set(sum);
  }

  // The sum of (-1)^k a^2k / (2k + r)! where last is the highest 2k + r and r is 0 or 1.
  private void alternate(DoubleDouble a, int last) {
    square.set(a);
    square.multiply(a);
    square.negate();
    sum.high = FACTORIAL_HIGH[last];
    sum.low = FACTORIAL_LOW[last];
    for (int n = last - 2; n >= 0; n -= 2) {
      sum.multiply(square);
      sum.add(FACTORIAL_HIGH[n], FACTORIAL_LOW[n]);
    }
  }

  /** The exponential minus one, of up to ln 2 in magnitude. */
  void exponentialMinusOne(DoubleDouble a) {
    sum.high = FACTORIAL_HIGH[TERMS - 1];
    sum.low = FACTORIAL_LOW[TERMS - 1];
    for (int n = TERMS - 2; n >= 1; n--) {
      sum.multiply(a);
      sum.add(FACTORIAL_HIGH[n], FACTORIAL_LOW[n]);
    }
    a.multiply(sum);
  }

  /** The logarithm to base 2 of (1 + a) / (1 - a), of up to 0.172 in magnitude. */
  void logarithmOfRatio(DoubleDouble a) {
    square.set(a);
    square.multiply(a);
    sum(square, ODD_HIGH, ODD_LOW, 22);
    a.multiply(sum);
    a.multiply(LOG2_E);
    a.scale(2);
  }

  private void sum(DoubleDouble power, double[] coefficientHigh, double[] coefficientLow, int n) {
    sum.high = coefficientHigh[n];
    sum.low = coefficientLow[n];
    for (int k = n - 1; k >= 0; k--) {
      sum.multiply(power);
      sum.add(coefficientHigh[k], coefficientLow[k]);
    }
  }

  /** Arc tangent of 0 to 1. */
  void arcTangent(DoubleDouble a) {
    int i = (int) (a.high * 16 + 0.5);
    if (i != 0) {
      // atan(a) = atan(c) + atan((a - c) / (1 + a c))
      double c = i / 16.0;
      other.set(a);
      other.multiply(c, 0);
      other.add(1, 0);
      a.add(-c, 0);
      a.divide(other);
    }
    arcTangentOfSmall(a);
    a.add(ARC_HIGH[i], ARC_LOW[i]);
  }

  private void arcTangentOfSmall(DoubleDouble a) {
    square.set(a);
    square.multiply(a);
    square.negate();
    sum(square, ODD_HIGH, ODD_LOW, 13);
    a.multiply(sum);
  }
}
