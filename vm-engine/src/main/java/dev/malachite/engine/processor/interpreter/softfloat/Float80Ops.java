// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.softfloat;

import static dev.malachite.engine.processor.interpreter.softfloat.FloatContext.IE;
import static dev.malachite.engine.processor.interpreter.softfloat.FloatContext.ZE;

/**
 * Arithmetic of binary80 numbers as the x87 unit does it, rounded to the context's precision.
 *
 * <p>Operands are a significand and a sign with exponent each, as in {@link Float80}; results are
 * the context's {@code significand} and {@code signExponent}.
 */
public final class Float80Ops {
  private static final int MAX = Float80.MAX;
  private static final int BIAS = Float80.BIAS;

  private Float80Ops() {}

  /** Adds. */
  public static void add(long a, int aSe, long b, int bSe, FloatContext c) {
    if (Float80.normal(a, aSe) && Float80.normal(b, bSe)) {
      Exact.add(aSe >> 15 & 1, (aSe & MAX) - BIAS, a, bSe >> 15 & 1, (bSe & MAX) - BIAS, b, c);
      Packing.binary80(c);
    } else {
      addSlowly(a, aSe, b, bSe, 0, c);
    }
  }

  /** Subtracts the second from the first. */
  public static void sub(long a, int aSe, long b, int bSe, FloatContext c) {
    if (Float80.normal(a, aSe) && Float80.normal(b, bSe)) {
      Exact.add(aSe >> 15 & 1, (aSe & MAX) - BIAS, a, ~bSe >> 15 & 1, (bSe & MAX) - BIAS, b, c);
      Packing.binary80(c);
    } else {
      addSlowly(a, aSe, b, bSe, 0x8000, c);
    }
  }

  private static void addSlowly(long a, int aSe, long b, int bSeGiven, int flip, FloatContext c) {
    if (Float80.special(a, aSe, b, bSeGiven, c)) {
      return;
    }
    int bSe = bSeGiven ^ flip;
    boolean infiniteA = Float80.infinite(a, aSe);
    boolean infiniteB = Float80.infinite(b, bSe);
    if (infiniteA && infiniteB && aSe != bSe) {
      Float80.invalid(c);
      return;
    }
    Float80.raiseDenormal(a, aSe, c);
    Float80.raiseDenormal(b, bSe, c);
    if (infiniteA || infiniteB) {
      c.result(Float80.TOP, infiniteA ? aSe : bSe);
      return;
    }
    boolean zeroA = Float80.zero(a, aSe);
    boolean zeroB = Float80.zero(b, bSe);
    if (zeroA && zeroB) {
      c.result(0, aSe == bSe ? aSe : c.rounding == FloatContext.DOWN ? 0x8000 : 0);
      return;
    }
    if (zeroA) {
      Float80.unpack(b, bSe, c);
    } else if (zeroB) {
      Float80.unpack(a, aSe, c);
    } else {
      Exact.add(
          Float80.sign(aSe),
          Float80.exponent(a, aSe),
          Float80.normalized(a),
          Float80.sign(bSe),
          Float80.exponent(b, bSe),
          Float80.normalized(b),
          c);
    }
    Packing.binary80(c);
  }

  /** Multiplies. */
  public static void mul(long a, int aSe, long b, int bSe, FloatContext c) {
    if (Float80.normal(a, aSe) && Float80.normal(b, bSe)) {
      Exact.multiply((aSe ^ bSe) >> 15 & 1, (aSe & MAX) - BIAS, a, (bSe & MAX) - BIAS, b, c);
      Packing.binary80(c);
    } else {
      mulSlowly(a, aSe, b, bSe, c);
    }
  }

  private static void mulSlowly(long a, int aSe, long b, int bSe, FloatContext c) {
    if (Float80.special(a, aSe, b, bSe, c)) {
      return;
    }
    boolean infinite = Float80.infinite(a, aSe) || Float80.infinite(b, bSe);
    boolean zero = Float80.zero(a, aSe) || Float80.zero(b, bSe);
    if (infinite && zero) {
      Float80.invalid(c);
      return;
    }
    Float80.raiseDenormal(a, aSe, c);
    Float80.raiseDenormal(b, bSe, c);
    int signBit = (aSe ^ bSe) & 0x8000;
    if (infinite) {
      c.result(Float80.TOP, signBit | MAX);
    } else if (zero) {
      c.result(0, signBit);
    } else {
      Exact.multiply(
          signBit >> 15,
          Float80.exponent(a, aSe),
          Float80.normalized(a),
          Float80.exponent(b, bSe),
          Float80.normalized(b),
          c);
      Packing.binary80(c);
    }
  }

  /** Divides the first by the second. */
  public static void div(long a, int aSe, long b, int bSe, FloatContext c) {
    if (Float80.normal(a, aSe) && Float80.normal(b, bSe)) {
      Exact.divide((aSe ^ bSe) >> 15 & 1, (aSe & MAX) - BIAS, a, (bSe & MAX) - BIAS, b, c);
      Packing.binary80(c);
    } else {
      divSlowly(a, aSe, b, bSe, c);
    }
  }

  private static void divSlowly(long a, int aSe, long b, int bSe, FloatContext c) {
    if (Float80.special(a, aSe, b, bSe, c)) {
      return;
    }
    boolean infiniteA = Float80.infinite(a, aSe);
    boolean infiniteB = Float80.infinite(b, bSe);
    boolean zeroA = Float80.zero(a, aSe);
    boolean zeroB = Float80.zero(b, bSe);
    if ((infiniteA && infiniteB) || (zeroA && zeroB)) {
      Float80.invalid(c);
      return;
    }
    int signBit = (aSe ^ bSe) & 0x8000;
    if (zeroB && !infiniteA) {
      c.raise(ZE);
      c.result(Float80.TOP, signBit | MAX);
      return;
    }
    Float80.raiseDenormal(a, aSe, c);
    Float80.raiseDenormal(b, bSe, c);
    if (infiniteA) {
      c.result(Float80.TOP, signBit | MAX);
    } else if (zeroA || infiniteB) {
      c.result(0, signBit);
    } else {
      Exact.divide(
          signBit >> 15,
          Float80.exponent(a, aSe),
          Float80.normalized(a),
          Float80.exponent(b, bSe),
          Float80.normalized(b),
          c);
      Packing.binary80(c);
    }
  }

  /** The square root. */
  public static void sqrt(long a, int aSe, FloatContext c) {
    if (Float80.special(a, aSe, c)) {
      return;
    }
    if (Float80.zero(a, aSe)) {
      c.result(0, aSe);
    } else if ((aSe & 0x8000) != 0) {
      Float80.invalid(c);
    } else if (Float80.infinite(a, aSe)) {
      c.result(a, aSe);
    } else {
      Float80.raiseDenormal(a, aSe, c);
      Exact.squareRoot(Float80.exponent(a, aSe), Float80.normalized(a), c);
      Packing.binary80(c);
    }
  }

  /**
   * Compares.
   *
   * @param signalQuietNans whether a quiet NaN is invalid too
   * @return -1 less, 0 equal, 1 greater, 2 unordered
   */
  public static int compare(
      long a, int aSe, long b, int bSe, boolean signalQuietNans, FloatContext c) {
    if (!Float80.normal(a, aSe) || !Float80.normal(b, bSe)) {
      boolean unsupported = Float80.unsupported(a, aSe) || Float80.unsupported(b, bSe);
      if (unsupported || Float80.nan(a, aSe) || Float80.nan(b, bSe)) {
        if (unsupported
            || signalQuietNans
            || Float80.signaling(a, aSe)
            || Float80.signaling(b, bSe)) {
          c.raise(IE);
        }
        return 2;
      }
      Float80.raiseDenormal(a, aSe, c);
      Float80.raiseDenormal(b, bSe, c);
      if (a == 0 && b == 0) {
        return 0;
      }
    }
    int signA = a == 0 ? bSe & 0x8000 : aSe & 0x8000;
    int signB = b == 0 ? signA : bSe & 0x8000;
    if (signA != signB) {
      return signA != 0 ? -1 : 1;
    }
    // A pseudo-denormal's exponent counts as 1, and its significand tells it from the others.
    int order = Integer.compare(magnitude(a, aSe), magnitude(b, bSe));
    if (order == 0) {
      order = Long.compareUnsigned(a, b);
    }
    order = Integer.signum(order);
    return signA != 0 ? -order : order;
  }

  private static int magnitude(long significand, int signExponent) {
    int biased = signExponent & MAX;
    return biased == 0 && significand < 0 ? 1 : biased;
  }

  /** Rounds to an integral value (FRNDINT). */
  public static void round(long a, int aSe, FloatContext c) {
    if (Float80.special(a, aSe, c)) {
      return;
    }
    int exponent = (aSe & MAX) - BIAS;
    if (exponent >= 63 || a == 0) {
      c.result(a, aSe);
      return;
    }
    Float80.raiseDenormal(a, aSe, c);
    if (exponent < 0) {
      c.raise(FloatContext.PE);
      long dropped = exponent < -1 ? 1 : a >>> 1 | a & 1;
      if (c.increments(Float80.sign(aSe), dropped, 1L << 62, false)) {
        c.roundedUp = true;
        c.result(Float80.TOP, aSe & 0x8000 | BIAS);
      } else {
        c.result(0, aSe & 0x8000);
      }
      return;
    }
    long unit = 1L << 63 - exponent;
    long dropped = a & unit - 1;
    long whole = a & -unit;
    int signExponent = aSe;
    if (dropped != 0) {
      c.raise(FloatContext.PE);
      if (c.increments(Float80.sign(aSe), dropped, unit >>> 1, (a & unit) != 0)) {
        c.roundedUp = true;
        whole += unit;
        if (whole == 0) {
          whole = Float80.TOP;
          signExponent++;
        }
      }
    }
    c.result(whole, signExponent);
  }

  /** Multiplies the first by two to the power of the second's integral part (FSCALE). */
  public static void scale(long a, int aSe, long b, int bSe, FloatContext c) {
    if (Float80.special(a, aSe, b, bSe, c)) {
      return;
    }
    boolean zeroA = Float80.zero(a, aSe);
    boolean negativeB = (bSe & 0x8000) != 0;
    if (Float80.infinite(b, bSe)) {
      if (negativeB ? Float80.infinite(a, aSe) : zeroA) {
        Float80.invalid(c);
        return;
      }
      Float80.raiseDenormal(a, aSe, c);
      if (negativeB) {
        c.result(0, aSe & 0x8000);
      } else {
        c.result(Float80.TOP, aSe & 0x8000 | MAX);
      }
      return;
    }
    Float80.raiseDenormal(a, aSe, c);
    Float80.raiseDenormal(b, bSe, c);
    if (zeroA || Float80.infinite(a, aSe)) {
      c.result(a, aSe);
      return;
    }
    int exponent = (bSe & MAX) - BIAS;
    int distance;
    if (exponent < 0) {
      distance = 0;
    } else if (exponent > 16) {
      distance = 0x2_0000;
    } else {
      distance = (int) (b >>> 63 - exponent);
    }
    Float80.unpack(a, aSe, c);
    c.exponent += negativeB ? -distance : distance;
    Packing.binary80(c, 64);
  }

  /**
   * Splits into exponent and significand (FXTRACT): the context's result is the significand.
   *
   * @return the exponent, {@code Integer.MIN_VALUE} for an infinite one (negative for zero), or
   *     {@code Integer.MAX_VALUE} if the result stands for both (NaN)
   */
  public static int extract(long a, int aSe, FloatContext c) {
    if (Float80.special(a, aSe, c)) {
      return Integer.MAX_VALUE;
    }
    if (Float80.infinite(a, aSe)) {
      c.result(a, aSe);
      return Integer.MIN_VALUE;
    }
    if (Float80.zero(a, aSe)) {
      c.raise(ZE);
      c.result(a, aSe);
      return Integer.MIN_VALUE;
    }
    Float80.raiseDenormal(a, aSe, c);
    c.result(Float80.normalized(a), aSe & 0x8000 | BIAS);
    return Float80.exponent(a, aSe);
  }
}
