// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.softfloat;

import static dev.malachite.engine.processor.interpreter.softfloat.FloatContext.OE;
import static dev.malachite.engine.processor.interpreter.softfloat.FloatContext.PE;
import static dev.malachite.engine.processor.interpreter.softfloat.FloatContext.UE;

/** Rounds the exact result in a context to a format, and raises what that raises. */
final class Packing {
  private static final int BIAS = 16383;

  // What unmasked overflow and underflow move the exponent of an x87 result by.
  private static final int WRAP = 24576;

  private Packing() {}

  static long binary64(FloatContext c) {
    return interchange(c, 52, 1023);
  }

  static int binary32(FloatContext c) {
    return (int) interchange(c, 23, 127);
  }

  static int binary16(FloatContext c) {
    return (int) interchange(c, 10, 15);
  }

  private static long interchange(FloatContext c, int width, int bias) {
    long infinity = (2L * bias + 1) << width;
    long signBit = c.sign == 0 ? 0 : infinity + (1L << width);
    long bits = c.high | (c.low != 0 ? 1 : 0);
    if (bits == 0) {
      return signBit;
    }
    int drop = 63 - width;
    long mask = (1L << drop) - 1;
    int biased = c.exponent + bias;
    if (biased <= 0) {
      return tiny(c, width, biased, bits, signBit);
    }
    long dropped = bits & mask;
    long rounded = bits >>> drop;
    if (dropped != 0) {
      if (c.increments(c.sign, dropped, 1L << drop - 1, (rounded & 1) != 0)) {
        rounded++;
        c.roundedUp = true;
      }
      c.raise(PE);
    }
    if (biased <= 2 * bias) {
      // The integer bit adds one to the exponent; a carry adds another.
      rounded += (long) (biased - 1) << width;
      if (rounded < infinity) {
        return rounded | signBit;
      }
    }
    c.raise(OE);
    if ((c.masks & OE) != 0) {
      c.raise(PE);
      c.roundedUp = overflowsToInfinity(c);
    }
    return (overflowsToInfinity(c) ? infinity : infinity - 1) | signBit;
  }

  private static long tiny(FloatContext c, int width, int biased, long bits, long signBit) {
    int drop = 63 - width;
    long mask = (1L << drop) - 1;
    long half = 1L << drop - 1;
    long dropped = bits & mask;
    boolean odd = (bits >>> drop & 1) != 0;
    // Tininess is told after rounding as if the exponent had no bounds.
    boolean carries =
        biased == 0
            && bits >>> drop == (2L << width) - 1
            && dropped != 0
            && c.increments(c.sign, dropped, half, odd);
    if (!carries) {
      if ((c.masks & UE) == 0) {
        c.raise(dropped != 0 ? UE | PE : UE);
        return signBit;
      }
      if (c.flushToZero) {
        c.raise(UE | PE);
        return signBit;
      }
    }
    long shifted = Exact.shiftRightSticky(bits, 1 - biased);
    long rounded = shifted >>> drop;
    dropped = shifted & mask;
    if (dropped != 0) {
      c.raise(carries ? PE : UE | PE);
      if (c.increments(c.sign, dropped, half, (rounded & 1) != 0)) {
        rounded++;
        c.roundedUp = true;
      }
    }
    return rounded | signBit;
  }

  static boolean overflowsToInfinity(FloatContext c) {
    return switch (c.rounding) {
      case FloatContext.NEAREST -> true;
      case FloatContext.DOWN -> c.sign != 0;
      case FloatContext.UP -> c.sign == 0;
      default -> false;
    };
  }

  /** Rounds to binary80 with the context's precision. */
  static void binary80(FloatContext c) {
    int biased = c.exponent + BIAS;
    if (c.precision == 64 && biased > 0 && biased < 0x7FFE && c.low == 0) {
      c.result(c.high, c.sign << 15 | (c.high == 0 ? 0 : biased));
      return;
    }
    binary80(c, c.precision);
  }

  /** Rounds to binary80 with a significand of 24, 53 or 64 bits. */
  static void binary80(FloatContext c, int precision) {
    long high = c.high;
    long low = c.low;
    int signBit = c.sign << 15;
    if (high == 0) {
      c.result(0, signBit);
      return;
    }
    int biased = c.exponent + BIAS;
    if (biased <= 0) {
      boolean isTiny = biased < 0 || !carries(c, high, low, precision);
      if (isTiny && (c.masks & UE) == 0) {
        c.raise(UE);
        biased += WRAP;
        if (biased <= 0) {
          // Only scaling gets this far out.
          c.raise(PE);
          c.result(0, signBit);
          return;
        }
      } else {
        int distance = 1 - biased;
        int lost = low != 0 ? 1 : 0;
        if (distance < 64) {
          low = high << -distance | lost;
          high >>>= distance;
        } else {
          low = (distance == 64 ? high : Exact.shiftRightSticky(high, distance - 64)) | lost;
          high = 0;
        }
        denormal(c, high, low, precision, signBit, isTiny);
        return;
      }
    }
    long unit = precision == 64 ? 1 : 1L << 64 - precision;
    if (precision == 64) {
      if (low != 0) {
        c.raise(PE);
        if (c.increments(c.sign, low, Exact.TOP, (high & 1) != 0)) {
          high++;
          c.roundedUp = true;
        }
      }
    } else {
      long dropped = high & unit - 1 | (low != 0 ? 1 : 0);
      high &= -unit;
      if (dropped != 0) {
        c.raise(PE);
        if (c.increments(c.sign, dropped, unit >>> 1, (high & unit) != 0)) {
          high += unit;
          c.roundedUp = true;
        }
      }
    }
    if (high == 0) {
      high = Exact.TOP;
      biased++;
    }
    if (biased < 0x7FFF) {
      c.result(high, signBit | biased);
      return;
    }
    overflow(c, high, biased, unit, signBit);
  }

  private static void overflow(FloatContext c, long high, int biased, long unit, int signBit) {
    c.raise(OE);
    if ((c.masks & OE) == 0) {
      if (biased - WRAP < 0x7FFF) {
        c.result(high, signBit | biased - WRAP);
      } else {
        c.raise(PE);
        c.roundedUp = true;
        c.result(Exact.TOP, signBit | 0x7FFF);
      }
      return;
    }
    c.raise(PE);
    c.roundedUp = overflowsToInfinity(c);
    if (c.roundedUp) {
      c.result(Exact.TOP, signBit | 0x7FFF);
    } else {
      c.result(-unit, signBit | 0x7FFE);
    }
  }

  // Whether rounding a significand to a precision carries into the next binade.
  private static boolean carries(FloatContext c, long high, long low, int precision) {
    if (precision == 64) {
      return high == -1L && low != 0 && c.increments(c.sign, low, Exact.TOP, true);
    }
    long unit = 1L << 64 - precision;
    long dropped = high & unit - 1 | (low != 0 ? 1 : 0);
    return (high & -unit) == -unit
        && dropped != 0
        && c.increments(c.sign, dropped, unit >>> 1, true);
  }

  private static void denormal(
      FloatContext c, long high, long low, int precision, int signBit, boolean isTiny) {
    if (precision == 64) {
      if (low != 0) {
        c.raise(isTiny ? UE | PE : PE);
        if (c.increments(c.sign, low, Exact.TOP, (high & 1) != 0)) {
          high++;
          c.roundedUp = true;
        }
      }
    } else {
      long unit = 1L << 64 - precision;
      long dropped = high & unit - 1 | (low != 0 ? 1 : 0);
      high &= -unit;
      if (dropped != 0) {
        c.raise(isTiny ? UE | PE : PE);
        if (c.increments(c.sign, dropped, unit >>> 1, (high & unit) != 0)) {
          high += unit;
          c.roundedUp = true;
        }
      }
    }
    c.result(high, signBit | (high < 0 ? 1 : 0));
  }
}
