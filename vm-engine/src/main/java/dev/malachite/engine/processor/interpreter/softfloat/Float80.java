// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.softfloat;

import static dev.malachite.engine.processor.interpreter.softfloat.FloatContext.DE;
import static dev.malachite.engine.processor.interpreter.softfloat.FloatContext.IE;

/**
 * What x87 registers hold: the kinds of binary80 encodings, and which NaN wins (SDM volume 1,
 * sections 4.8.3 and 8.2.2).
 *
 * <p>A number is a significand with its explicit integer bit and a sign and exponent of 16 bits.
 */
public final class Float80 {
  /** Significand of infinities, and of powers of two. */
  public static final long TOP = Long.MIN_VALUE;

  /** Sign and exponent of the NaN that an invalid operation returns, the real indefinite. */
  public static final int INDEFINITE_SIGN_EXPONENT = 0xFFFF;

  /** Significand of the real indefinite. */
  public static final long INDEFINITE_SIGNIFICAND = 0xC000_0000_0000_0000L;

  static final int MAX = 0x7FFF;
  static final int BIAS = 16383;
  private static final long QUIET = 0x4000_0000_0000_0000L;

  private Float80() {}

  /** True for a normal number. */
  public static boolean normal(long significand, int signExponent) {
    return significand < 0 && (signExponent + 1 & MAX) > 1;
  }

  /** True for zeros. */
  public static boolean zero(long significand, int signExponent) {
    return significand == 0 && (signExponent & MAX) == 0;
  }

  /** True for infinities. */
  public static boolean infinite(long significand, int signExponent) {
    return significand == TOP && (signExponent & MAX) == MAX;
  }

  /** True for NaNs, quiet and signaling. */
  public static boolean nan(long significand, int signExponent) {
    return significand < 0 && significand != TOP && (signExponent & MAX) == MAX;
  }

  /** True for NaNs that any operation finds invalid. */
  public static boolean signaling(long significand, int signExponent) {
    return nan(significand, signExponent) && (significand & QUIET) == 0;
  }

  /** True for pseudo-NaNs, pseudo-infinities and unnormals, which any operation finds invalid. */
  public static boolean unsupported(long significand, int signExponent) {
    return significand >= 0 && (signExponent & MAX) != 0;
  }

  /** True for denormals and pseudo-denormals. */
  public static boolean denormal(long significand, int signExponent) {
    return significand != 0 && (signExponent & MAX) == 0;
  }

  static void raiseDenormal(long significand, int signExponent, FloatContext c) {
    if (denormal(significand, signExponent)) {
      c.raise(DE);
    }
  }

  // The significand of a finite number that isn't zero, with its highest bit at bit 63.
  static long normalized(long significand) {
    return significand << Long.numberOfLeadingZeros(significand);
  }

  // The exponent of that bit.
  static int exponent(long significand, int signExponent) {
    int biased = signExponent & MAX;
    return Math.max(biased, 1) - BIAS - Long.numberOfLeadingZeros(significand);
  }

  static int sign(int signExponent) {
    return signExponent >> 15 & 1;
  }

  static void invalid(FloatContext c) {
    c.raise(IE);
    c.result(INDEFINITE_SIGNIFICAND, INDEFINITE_SIGN_EXPONENT);
  }

  // Handles NaNs and unsupported encodings; false if there are none.
  static boolean special(long a, int aSe, long b, int bSe, FloatContext c) {
    if (unsupported(a, aSe) || unsupported(b, bSe)) {
      invalid(c);
      return true;
    }
    if (!nan(a, aSe) && !nan(b, bSe)) {
      return false;
    }
    boolean signalingA = signaling(a, aSe);
    boolean signalingB = signaling(b, bSe);
    if (signalingA || signalingB) {
      c.raise(IE);
    }
    boolean first;
    if (!nan(b, bSe)) {
      first = true;
    } else if (!nan(a, aSe)) {
      first = false;
    } else if (signalingA != signalingB) {
      first = signalingB;
    } else {
      int order = Long.compareUnsigned(a, b);
      first = order > 0 || (order == 0 && (aSe & 0x8000) <= (bSe & 0x8000));
    }
    c.result((first ? a : b) | QUIET, first ? aSe : bSe);
    return true;
  }

  // As the other, for the only operand.
  static boolean special(long a, int aSe, FloatContext c) {
    return special(a, aSe, a, aSe, c);
  }

  // Prepares a finite nonzero number as an exact result.
  static void unpack(long a, int aSe, FloatContext c) {
    c.sign = sign(aSe);
    c.exponent = exponent(a, aSe);
    c.high = normalized(a);
    c.low = 0;
  }
}
