// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.softfloat;

import static dev.malachite.engine.processor.interpreter.softfloat.FloatContext.IE;

/**
 * Multiplication and addition with one rounding (SDM volume 1, section 14.5): x * y + z, where the
 * product and the addend may be negated.
 *
 * <p>NaNs are not negated. Of several the first of x, y, z is the result.
 */
public final class FusedMultiplyAdd {
  private static final int SIGN_32 = Integer.MIN_VALUE;
  private static final int INFINITY_32 = 0x7F80_0000;
  private static final int QUIET_32 = 0x0040_0000;
  private static final long SIGN_64 = Long.MIN_VALUE;
  private static final long INFINITY_64 = 0x7FF0_0000_0000_0000L;
  private static final long QUIET_64 = 0x0008_0000_0000_0000L;

  private FusedMultiplyAdd() {}

  /** Of binary32 numbers. */
  public static int binary32(
      int first,
      int second,
      int third,
      boolean negateProduct,
      boolean negateAddend,
      FloatContext c) {
    int x = Float32Ops.daz(first, c);
    int y = Float32Ops.daz(second, c);
    int z = Float32Ops.daz(third, c);
    if (Float32Ops.nan(x) || Float32Ops.nan(y) || Float32Ops.nan(z)) {
      if (Float32Ops.signaling(x) || Float32Ops.signaling(y) || Float32Ops.signaling(z)) {
        c.raise(IE);
      }
      return (Float32Ops.nan(x) ? x : Float32Ops.nan(y) ? y : z) | QUIET_32;
    }
    int productSign = (x ^ y) & SIGN_32 ^ (negateProduct ? SIGN_32 : 0);
    z ^= negateAddend ? SIGN_32 : 0;
    boolean infinite = (x & ~SIGN_32) == INFINITY_32 || (y & ~SIGN_32) == INFINITY_32;
    boolean zero = (x & ~SIGN_32) == 0 || (y & ~SIGN_32) == 0;
    boolean infiniteZ = (z & ~SIGN_32) == INFINITY_32;
    if (infinite && (zero || infiniteZ && ((z ^ productSign) & SIGN_32) != 0)) {
      return Float32Ops.invalid(c);
    }
    Float32Ops.denormals(x, y, c);
    Float32Ops.denormals(z, z, c);
    if (infinite || infiniteZ) {
      return infinite ? productSign | INFINITY_32 : z;
    }
    if (zero && (z & ~SIGN_32) == 0) {
      return z == productSign ? z : c.rounding == FloatContext.DOWN ? SIGN_32 : 0;
    }
    int sign = productSign >>> 31;
    if (zero) {
      set(z >>> 31, Float32Ops.exponent(z), Float32Ops.significand(z), c);
    } else {
      long a = Float32Ops.significand(x);
      long b = Float32Ops.significand(y);
      Exact.multiply(sign, Float32Ops.exponent(x), a, Float32Ops.exponent(y), b, c);
      if ((z & ~SIGN_32) != 0) {
        add(z >>> 31, Float32Ops.exponent(z), Float32Ops.significand(z), c);
      }
    }
    return Packing.binary32(c);
  }

  /** Of binary64 numbers. */
  public static long binary64(
      long first,
      long second,
      long third,
      boolean negateProduct,
      boolean negateAddend,
      FloatContext c) {
    long x = Float64Ops.daz(first, c);
    long y = Float64Ops.daz(second, c);
    long z = Float64Ops.daz(third, c);
    if (Float64Ops.nan(x) || Float64Ops.nan(y) || Float64Ops.nan(z)) {
      if (Float64Ops.signaling(x) || Float64Ops.signaling(y) || Float64Ops.signaling(z)) {
        c.raise(IE);
      }
      return (Float64Ops.nan(x) ? x : Float64Ops.nan(y) ? y : z) | QUIET_64;
    }
    long productSign = (x ^ y) & SIGN_64 ^ (negateProduct ? SIGN_64 : 0);
    z ^= negateAddend ? SIGN_64 : 0;
    boolean infinite = (x & ~SIGN_64) == INFINITY_64 || (y & ~SIGN_64) == INFINITY_64;
    boolean zero = (x & ~SIGN_64) == 0 || (y & ~SIGN_64) == 0;
    boolean infiniteZ = (z & ~SIGN_64) == INFINITY_64;
    if (infinite && (zero || infiniteZ && ((z ^ productSign) & SIGN_64) != 0)) {
      return Float64Ops.invalid(c);
    }
    Float64Ops.denormals(x, y, c);
    Float64Ops.denormals(z, z, c);
    if (infinite || infiniteZ) {
      return infinite ? productSign | INFINITY_64 : z;
    }
    if (zero && (z & ~SIGN_64) == 0) {
      return z == productSign ? z : c.rounding == FloatContext.DOWN ? SIGN_64 : 0;
    }
    int sign = (int) (productSign >>> 63);
    if (zero) {
      set((int) (z >>> 63), Float64Ops.exponent(z), Float64Ops.significand(z), c);
    } else {
      long a = Float64Ops.significand(x);
      long b = Float64Ops.significand(y);
      Exact.multiply(sign, Float64Ops.exponent(x), a, Float64Ops.exponent(y), b, c);
      if ((z & ~SIGN_64) != 0) {
        add((int) (z >>> 63), Float64Ops.exponent(z), Float64Ops.significand(z), c);
      }
    }
    return Packing.binary64(c);
  }

  private static void set(int sign, int exponent, long significand, FloatContext c) {
    c.sign = sign;
    c.exponent = exponent;
    c.high = significand;
    c.low = 0;
  }

  // Adds a number to the context's. Both have at least 20 zeros at the end of their 128 bits, so
  // that bits are lost only where at most one leading bit can cancel.
  private static void add(int sign, int exponent, long significand, FloatContext c) {
    int distance = c.exponent - exponent;
    boolean less = distance < 0 || distance == 0 && Long.compareUnsigned(c.high, significand) < 0;
    long high = less ? significand : c.high;
    long low = less ? 0 : c.low;
    long otherHigh = less ? c.high : significand;
    long otherLow = less ? c.low : 0;
    int greater = less ? exponent : c.exponent;
    int shift = Math.abs(distance);
    if (shift >= 64) {
      long rest = shift == 64 ? otherHigh : Exact.shiftRightSticky(otherHigh, shift - 64);
      otherLow = rest | (otherLow != 0 ? 1 : 0);
      otherHigh = 0;
    } else if (shift != 0) {
      otherLow = otherHigh << -shift | Exact.shiftRightSticky(otherLow, shift);
      otherHigh >>>= shift;
    }
    boolean subtract = sign != c.sign;
    c.sign = less ? sign : c.sign;
    if (!subtract) {
      long sumLow = low + otherLow;
      long carry = Long.compareUnsigned(sumLow, low) < 0 ? 1 : 0;
      long partial = high + otherHigh;
      long sumHigh = partial + carry;
      boolean overflow =
          Long.compareUnsigned(partial, high) < 0 || Long.compareUnsigned(sumHigh, partial) < 0;
      c.exponent = overflow ? greater + 1 : greater;
      c.high = overflow ? Exact.TOP | sumHigh >>> 1 : sumHigh;
      c.low = overflow ? sumHigh << 63 | sumLow >>> 1 | sumLow & 1 : sumLow;
      return;
    }
    long borrow = Long.compareUnsigned(low, otherLow) < 0 ? 1 : 0;
    Exact.normalize(greater, high - otherHigh - borrow, low - otherLow, c);
  }
}
