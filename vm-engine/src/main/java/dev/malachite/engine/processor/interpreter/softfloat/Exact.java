// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.softfloat;

/**
 * Arithmetic on normalized 64-bit significands whose results keep enough bits to be rounded to any
 * format once.
 *
 * <p>An operand is a sign (0 or 1), the exponent of its integer bit, and a significand whose bit 63
 * is set. Results go to the context's {@code sign}, {@code exponent}, {@code high} and {@code low}.
 */
final class Exact {
  static final long TOP = Long.MIN_VALUE;

  private Exact() {}

  static void add(int signA, int expA, long a, int signB, int expB, long b, FloatContext c) {
    if (expA < expB) {
      add(signB, expB, b, signA, expA, a, c);
      return;
    }
    int distance = expA - expB;
    long high;
    long low;
    if (distance == 0) {
      high = b;
      low = 0;
    } else if (distance < 64) {
      high = b >>> distance;
      low = b << -distance;
    } else {
      high = 0;
      low = distance == 64 ? b : distance < 128 ? shiftRightSticky(b, distance - 64) : 1;
    }
    c.sign = signA;
    if (signA == signB) {
      long sum = a + high;
      if (Long.compareUnsigned(sum, a) < 0) {
        c.exponent = expA + 1;
        c.high = TOP | sum >>> 1;
        c.low = sum << 63 | low >>> 1 | low & 1;
      } else {
        c.exponent = expA;
        c.high = sum;
        c.low = low;
      }
      return;
    }
    if (distance == 0 && Long.compareUnsigned(a, b) < 0) {
      c.sign = signB;
      high = b - a;
    } else {
      high = a - high - (low != 0 ? 1 : 0);
      low = -low;
    }
    normalize(expA, high, low, c);
  }

  // Sets the result from unnormalized bits; the sign is set, but for zero depends on rounding.
  static void normalize(int exponent, long high, long low, FloatContext c) {
    if (high == 0) {
      if (low == 0) {
        c.sign = c.rounding == FloatContext.DOWN ? 1 : 0;
        c.high = 0;
        c.low = 0;
        return;
      }
      high = low;
      low = 0;
      exponent -= 64;
    }
    int shift = Long.numberOfLeadingZeros(high);
    if (shift != 0) {
      high = high << shift | low >>> -shift;
      low <<= shift;
    }
    c.exponent = exponent - shift;
    c.high = high;
    c.low = low;
  }

  static void multiply(int sign, int expA, long a, int expB, long b, FloatContext c) {
    long high = Math.unsignedMultiplyHigh(a, b);
    long low = a * b;
    c.sign = sign;
    if (high < 0) {
      c.exponent = expA + expB + 1;
      c.high = high;
      c.low = low;
    } else {
      c.exponent = expA + expB;
      c.high = high << 1 | low >>> 63;
      c.low = low << 1;
    }
  }

  static void divide(int sign, int expA, long a, int expB, long b, FloatContext c) {
    long quotient;
    long remainder;
    c.sign = sign;
    if (Long.compareUnsigned(a, b) < 0) {
      c.exponent = expA - expB - 1;
      quotient = quotient(a, 0, b);
      remainder = -(quotient * b);
    } else {
      c.exponent = expA - expB;
      quotient = quotient(a >>> 1, a << 63, b);
      remainder = (a << 63) - quotient * b;
    }
    c.high = quotient;
    c.low = fraction(remainder, b);
  }

  // remainder / divisor as 64 bits, of which only the first and the stickiness of the rest count.
  private static long fraction(long remainder, long divisor) {
    if (remainder == 0) {
      return 0;
    }
    int order = Long.compareUnsigned(remainder, divisor - remainder);
    return order < 0 ? 1 : order == 0 ? TOP : TOP | 1;
  }

  // The quotient of 128 by 64 bits, where the divisor's bit 63 is set and high < divisor: two
  // digits of 32 bits (Knuth, The Art of Computer Programming, volume 2, algorithm 4.3.1 D).
  static long quotient(long high, long low, long divisor) {
    long divisorHigh = divisor >>> 32;
    long divisorLow = divisor & 0xFFFF_FFFFL;
    long first = digit(high, low >>> 32, divisorHigh, divisorLow);
    long rest = (high << 32 | low >>> 32) - first * divisor;
    long second = digit(rest, low & 0xFFFF_FFFFL, divisorHigh, divisorLow);
    return (first << 32) + second;
  }

  private static long digit(long high, long next, long divisorHigh, long divisorLow) {
    long digit = Long.divideUnsigned(high, divisorHigh);
    long rest = high - digit * divisorHigh;
    while (digit >>> 32 != 0 || Long.compareUnsigned(digit * divisorLow, rest << 32 | next) > 0) {
      digit--;
      rest += divisorHigh;
      if (rest >>> 32 != 0) {
        break;
      }
    }
    return digit;
  }

  static void squareRoot(int exp, long a, FloatContext c) {
    // The radicand is in [2^126, 2^128), so the root's bit 63 is set.
    long high;
    long low;
    if ((exp & 1) == 0) {
      high = a >>> 1;
      low = a << 63;
    } else {
      high = a;
      low = 0;
    }
    long root = rootEstimate(high);
    // One step of Newton's iteration doubles the estimate's 50 good bits.
    if (Long.compareUnsigned(high, root) < 0) {
      long other = quotient(high, low, root);
      root = (root & other) + ((root ^ other) >>> 1);
    }
    if (root >= 0) {
      root = TOP;
    }
    // remainder = radicand - root^2 has up to 65 bits and a sign.
    long squareLow = root * root;
    long restLow = low - squareLow;
    long borrow = Long.compareUnsigned(low, squareLow) < 0 ? 1 : 0;
    long restHigh = high - Math.unsignedMultiplyHigh(root, root) - borrow;
    while (restHigh < 0) {
      // Add (2 root - 1) and step down.
      root--;
      long step = root << 1 | 1;
      restLow += step;
      restHigh += (root >>> 63) + (Long.compareUnsigned(restLow, step) < 0 ? 1 : 0);
    }
    while (restHigh > 1 || (restHigh == 1 && Long.compareUnsigned(restLow, root << 1) > 0)) {
      // Subtract (2 root + 1) and step up.
      long step = root << 1 | 1;
      restHigh -= (root >>> 63) + (Long.compareUnsigned(restLow, step) < 0 ? 1 : 0);
      restLow -= step;
      root++;
    }
    c.sign = 0;
    c.exponent = exp >> 1;
    c.high = root;
    if ((restHigh | restLow) == 0) {
      c.low = 0;
    } else {
      c.low = restHigh != 0 || Long.compareUnsigned(restLow, root) > 0 ? TOP | 1 : 1;
    }
  }

  private static long rootEstimate(long high) {
    double asDouble = (high >>> 11) * 0x1p11;
    double root = Math.sqrt(asDouble) * 0x1p32;
    return root >= 0x1.fffffffffffffp63 ? -1L : (long) (root * 0.5) << 1;
  }

  /** Shifts right by 1 to any number of bits; lost bits are told by the lowest. */
  static long shiftRightSticky(long value, int distance) {
    return distance < 64
        ? value >>> distance | (value << -distance != 0 ? 1 : 0)
        : value != 0 ? 1 : 0;
  }
}
