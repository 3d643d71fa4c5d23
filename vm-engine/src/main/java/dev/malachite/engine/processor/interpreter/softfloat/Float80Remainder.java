// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.softfloat;

/** Partial remainders (FPREM and FPREM1, SDM volume 2). */
public final class Float80Remainder {
  private Float80Remainder() {}

  /**
   * The remainder of the first by the second; {@link FloatContext#quotient} and {@link
   * FloatContext#partial} tell the rest.
   *
   * @param nearest true for the quotient rounded to nearest (FPREM1), false for truncated (FPREM)
   */
  public static void remainder(long a, int aSe, long b, int bSe, boolean nearest, FloatContext c) {
    c.quotient = -1;
    c.partial = false;
    if (Float80.special(a, aSe, b, bSe, c)) {
      return;
    }
    if (Float80.infinite(a, aSe) || Float80.zero(b, bSe)) {
      Float80.invalid(c);
      return;
    }
    c.quotient = 0;
    Float80.raiseDenormal(a, aSe, c);
    Float80.raiseDenormal(b, bSe, c);
    if (Float80.zero(a, aSe)) {
      c.result(a, aSe);
      return;
    }
    int distance =
        Float80.infinite(b, bSe) ? -2 : Float80.exponent(a, aSe) - Float80.exponent(b, bSe);
    if (distance < (nearest ? -1 : 0)) {
      Float80.unpack(a, aSe, c);
    } else {
      divide(a, aSe, b, bSe, distance, nearest, c);
    }
    Packing.binary80(c, 64);
  }

  private static void divide(
      long aGiven, int aSe, long bGiven, int bSe, int distance, boolean nearest, FloatContext c) {
    long a = Float80.normalized(aGiven);
    long b = Float80.normalized(bGiven);
    int unit = Float80.exponent(bGiven, bSe);
    int sign = Float80.sign(aSe);
    long quotient = 0;
    if (distance < 0) {
      // Only here for rounding to nearest: the quotient is 0, or 1 if a is more than half of b.
      unit--;
      if (Long.compareUnsigned(a, b) > 0) {
        a = b - (a - b);
        sign ^= 1;
        quotient = 1;
      }
    } else {
      int step = distance;
      if (distance >= 64) {
        step = distance & 0x1F | 0x20;
        unit += distance - step;
        c.partial = true;
      }
      if (Long.compareUnsigned(a, b) >= 0) {
        a -= b;
        quotient = 1;
      }
      if (step != 0) {
        long low = a << step;
        long digits = Exact.quotient(a >>> -step, low, b);
        a = low - digits * b;
        quotient = (quotient << step) + digits;
      }
      if (nearest && !c.partial) {
        int order = a == 0 ? -1 : Long.compareUnsigned(a, b - a);
        if (order > 0 || (order == 0 && (quotient & 1) != 0)) {
          a = b - a;
          sign ^= 1;
          quotient++;
        }
      }
    }
    if (!c.partial) {
      c.quotient = (int) quotient & 7;
    }
    Exact.normalize(unit, a, 0, c);
    c.sign = a == 0 ? Float80.sign(aSe) : sign;
  }
}
