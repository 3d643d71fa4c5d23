// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

/** Divides 128 by 64 bits, unsigned (Knuth, The Art of Computer Programming 2, 4.3.1, D). */
final class WideDivision {
  private WideDivision() {}

  /**
   * The quotient of {@code high:low / divisor}; the remainder is {@code low - quotient * divisor}.
   *
   * @param high less than the divisor
   */
  static long quotient(long high, long low, long divisor) {
    if (high == 0) {
      return Long.divideUnsigned(low, divisor);
    }
    int shift = Long.numberOfLeadingZeros(divisor);
    long d = divisor << shift;
    long h = shift == 0 ? high : high << shift | low >>> 64 - shift;
    long l = low << shift;
    long first = digit(h, l >>> 32, d);
    long rest = (h << 32 | l >>> 32) - first * d;
    long second = digit(rest, l & 0xFFFF_FFFFL, d);
    return first << 32 | second;
  }

  // One digit of 32 bits of (high:next) / d, where d has its top bit set.
  private static long digit(long high, long next, long d) {
    long dHigh = d >>> 32;
    long dLow = d & 0xFFFF_FFFFL;
    long q = Long.divideUnsigned(high, dHigh);
    long remainder = high - q * dHigh;
    while (q >>> 32 != 0 || Long.compareUnsigned(q * dLow, remainder << 32 | next) > 0) {
      q--;
      remainder += dHigh;
      if (remainder >>> 32 != 0) {
        break;
      }
    }
    return q;
  }
}
