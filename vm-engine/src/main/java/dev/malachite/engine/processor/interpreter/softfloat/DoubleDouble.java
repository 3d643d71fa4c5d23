// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.softfloat;

/**
 * A number of about 106 bits as the unevaluated sum of two doubles (T. J. Dekker, "A floating-point
 * technique for extending the available precision", 1971). Changed in place.
 */
final class DoubleDouble {
  double high;
  double low;

  DoubleDouble() {}

  DoubleDouble(double high, double low) {
    this.high = high;
    this.low = low;
  }

  void set(DoubleDouble a) {
    high = a.high;
    low = a.low;
  }

  void set(double a) {
    high = a;
    low = 0;
  }

  // An unsigned integer times a power of two that stays within the range of doubles.
  void set(long integer, int exponent) {
    double scale = power(exponent);
    normalize((integer >>> 11) * 0x1p11 * scale, (integer & 0x7FF) * scale);
  }

  // Two to a power in the range of normal doubles.
  static double power(int exponent) {
    return Double.longBitsToDouble((long) (1023 + exponent) << 52);
  }

  // The sum of two doubles of which the first is not the smaller one.
  private void normalize(double a, double b) {
    double sum = a + b;
    low = b - (sum - a);
    high = sum;
  }

  void add(DoubleDouble b) {
    add(b.high, b.low);
  }

  void add(double bHigh, double bLow) {
    double s = high + bHigh;
    double v = s - high;
    double e = (high - (s - v)) + (bHigh - v);
    double t = low + bLow;
    double w = t - low;
    double f = (low - (t - w)) + (bLow - w);
    double c = e + t;
    double h = s + c;
    normalize(h, f + (c - (h - s)));
  }

  void negate() {
    high = -high;
    low = -low;
  }

  void multiply(DoubleDouble b) {
    multiply(b.high, b.low);
  }

  void multiply(double bHigh, double bLow) {
    double p = high * bHigh;
    double e = Math.fma(high, bHigh, -p);
    normalize(p, e + (high * bLow + low * bHigh));
  }

  // By a power of two.
  void scale(double factor) {
    high *= factor;
    low *= factor;
  }

  void divide(DoubleDouble b) {
    double q1 = high / b.high;
    // The rest, high and low: this - q1 * b.
    double p = q1 * b.high;
    double e = Math.fma(q1, b.high, -p);
    double rest = high - p - e + low - q1 * b.low;
    double q2 = rest / b.high;
    double f = Math.fma(-q2, b.high, rest) - q2 * b.low;
    double sum = q1 + q2;
    normalize(sum, (q2 - (sum - q1)) + f / b.high);
  }

  // Makes the magnitude, times a power of two, the context's exact result. A transcendental number
  // is never representable, so that it counts as inexact.
  void toExact(int sign, int exponent, FloatContext c) {
    double h = high < 0 ? -high : high;
    double l = high < 0 ? -low : low;
    int own = Math.getExponent(h);
    long integer = (long) (h * power(62 - own));
    long rest = (long) (l * power(62 - own) * 0x1p53);
    Exact.normalize(exponent + own + 1, integer + (rest >> 53), rest << 11 | 1, c);
    c.sign = sign;
  }
}
