// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.softfloat;

import java.math.BigInteger;

/** Rounds a fraction to a binary format by the book (IEEE 754-2019, sections 4.3 and 7). */
final class ExactRounding {
  private final int precision;
  private final int smallest;
  private final int largest;

  /** Rounded significand and the exponent of its lowest bit. */
  BigInteger significand = BigInteger.ZERO;

  int exponent;
  boolean infinite;
  boolean roundedUp;
  int flags;

  /**
   * @param precision bits of the significand
   * @param smallest exponent of the smallest normal number
   * @param largest exponent of the largest number
   */
  ExactRounding(int precision, int smallest, int largest) {
    this.precision = precision;
    this.smallest = smallest;
    this.largest = largest;
  }

  /** Rounds a positive fraction with the given sign. */
  void round(boolean negative, BigInteger numerator, BigInteger denominator, int mode) {
    flags = 0;
    infinite = false;
    int top = numerator.bitLength() - denominator.bitLength();
    if (compare(numerator, denominator, top) < 0) {
      top--;
    }
    // Rounded as if exponents had no bounds, to tell tininess.
    quantize(negative, numerator, denominator, top - precision + 1, mode);
    boolean tiny = significand.bitLength() + exponent - 1 < smallest;
    int quantum = Math.max(top, smallest) - precision + 1;
    quantize(negative, numerator, denominator, quantum, mode);
    boolean inexact = (flags & FloatContext.PE) != 0;
    if (tiny && inexact) {
      flags |= FloatContext.UE;
    }
    if (significand.bitLength() + exponent - 1 > largest) {
      flags |= FloatContext.OE | FloatContext.PE;
      infinite =
          mode == FloatContext.NEAREST || mode == (negative ? FloatContext.DOWN : FloatContext.UP);
      roundedUp = infinite;
      significand = BigInteger.ONE.shiftLeft(precision).subtract(BigInteger.ONE);
      exponent = largest - precision + 1;
    }
  }

  // numerator / denominator against 2^power
  private static int compare(BigInteger numerator, BigInteger denominator, int power) {
    return power >= 0
        ? numerator.compareTo(denominator.shiftLeft(power))
        : numerator.shiftLeft(-power).compareTo(denominator);
  }

  private void quantize(
      boolean negative, BigInteger numerator, BigInteger denominator, int quantum, int mode) {
    BigInteger n = quantum < 0 ? numerator.shiftLeft(-quantum) : numerator;
    BigInteger d = quantum > 0 ? denominator.shiftLeft(quantum) : denominator;
    BigInteger[] parts = n.divideAndRemainder(d);
    significand = parts[0];
    exponent = quantum;
    boolean inexact = parts[1].signum() != 0;
    int half = parts[1].shiftLeft(1).compareTo(d);
    roundedUp =
        inexact
            && switch (mode) {
              case FloatContext.NEAREST -> half > 0 || (half == 0 && significand.testBit(0));
              case FloatContext.DOWN -> negative;
              case FloatContext.UP -> !negative;
              default -> false;
            };
    if (roundedUp) {
      significand = significand.add(BigInteger.ONE);
    }
    flags = inexact ? flags | FloatContext.PE : flags & ~FloatContext.PE;
  }
}
