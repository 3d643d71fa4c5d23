// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.softfloat;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Holds the transcendental functions against series of 60 decimal digits: rounded to nearest, they
 * are wrong by no more than half a unit in the last place and a hundredth.
 */
class TranscendentalTest {
  private static final int CASES = 1_500;
  private static final MathContext DIGITS = new MathContext(60);
  private static final BigDecimal TWO = BigDecimal.valueOf(2);
  private static final BigDecimal LN2 =
      atanh(BigDecimal.ONE.divide(BigDecimal.valueOf(3), DIGITS)).multiply(TWO);
  private static final BigDecimal PI =
      // Machin's formula
      arcTangent(BigDecimal.valueOf(0.2))
          .multiply(BigDecimal.valueOf(16))
          .subtract(
              arcTangent(BigDecimal.ONE.divide(BigDecimal.valueOf(239), DIGITS))
                  .multiply(BigDecimal.valueOf(4)));
  // The unit's own pi, of 66 bits.
  private static final BigDecimal UNIT_HALF_PI =
      new BigDecimal(new BigInteger("C90FDAA22168C234C", 16)).divide(power(67));

  private final FloatContext c = new FloatContext();
  private long seed;
  private SplittableRandom random = new SplittableRandom();

  @BeforeEach
  void seed() {
    seed = Long.getLong("malachite.seed", System.nanoTime());
    random = new SplittableRandom(seed);
    c.beginX87(0x37F);
  }

  private static BigDecimal power(int exponent) {
    return exponent >= 0
        ? new BigDecimal(BigInteger.ONE.shiftLeft(exponent))
        : BigDecimal.ONE.divide(new BigDecimal(BigInteger.ONE.shiftLeft(-exponent)));
  }

  private static BigDecimal value(long significand, int signExponent) {
    BigInteger integer =
        BigInteger.valueOf(significand >>> 1).shiftLeft(1).add(BigInteger.valueOf(significand & 1));
    BigDecimal magnitude =
        new BigDecimal(integer).multiply(power((signExponent & 0x7FFF) - 16383 - 63));
    return (signExponent & 0x8000) != 0 ? magnitude.negate() : magnitude;
  }

  // ---- series --------------------------------------------------------------------------------

  // The sum of terms, each made of the one before until they vanish.
  private static BigDecimal sum(BigDecimal first, IntFunction<UnaryOperator<BigDecimal>> next) {
    BigDecimal sum = first;
    BigDecimal term = first;
    BigDecimal vanishing = first.abs().movePointLeft(62);
    for (int n = 1; term.abs().compareTo(vanishing) > 0; n++) {
      term = next.apply(n).apply(term);
      sum = sum.add(term, DIGITS);
    }
    return sum;
  }

  private static BigDecimal sine(BigDecimal x) {
    BigDecimal square = x.multiply(x, DIGITS).negate();
    return x.signum() == 0
        ? x
        : sum(
            x,
            n ->
                t ->
                    t.multiply(square, DIGITS)
                        .divide(BigDecimal.valueOf(2L * n * (2L * n + 1)), DIGITS));
  }

  private static BigDecimal cosine(BigDecimal x) {
    BigDecimal square = x.multiply(x, DIGITS).negate();
    return sum(
        BigDecimal.ONE,
        n ->
            t ->
                t.multiply(square, DIGITS)
                    .divide(BigDecimal.valueOf(2L * n * (2L * n - 1)), DIGITS));
  }

  private static BigDecimal exponentialMinusOne(BigDecimal x) {
    return sum(x, n -> t -> t.multiply(x, DIGITS).divide(BigDecimal.valueOf(n + 1), DIGITS));
  }

  private static BigDecimal odd(BigDecimal x, BigDecimal square) {
    BigDecimal[] power = {x};
    return sum(
        x,
        n ->
            t -> {
              power[0] = power[0].multiply(square, DIGITS);
              return power[0].divide(BigDecimal.valueOf(2L * n + 1), DIGITS);
            });
  }

  private static BigDecimal atanh(BigDecimal x) {
    return odd(x, x.multiply(x, DIGITS));
  }

  private static BigDecimal arcTangent(BigDecimal x) {
    return x.abs().compareTo(BigDecimal.valueOf(0.3)) < 0
        ? odd(x, x.multiply(x, DIGITS).negate())
        // Half the angle.
        : arcTangent(
                x.divide(
                    BigDecimal.ONE.add(BigDecimal.ONE.add(x.multiply(x)).sqrt(DIGITS)), DIGITS))
            .multiply(TWO);
  }

  // The logarithm to base 2 of 2^exponent times a number near 1, given less one.
  private static BigDecimal logarithm(BigDecimal lessOne, int exponent) {
    BigDecimal ratio = lessOne.divide(lessOne.add(TWO), DIGITS);
    BigDecimal own = ratio.signum() == 0 ? ratio : atanh(ratio).multiply(TWO).divide(LN2, DIGITS);
    return own.add(BigDecimal.valueOf(exponent));
  }

  // ---- checks --------------------------------------------------------------------------------

  private void check(BigDecimal exact, String name, long a, int aSe, long b, int bSe) {
    BigDecimal unit = power(Math.max(1, c.signExponent & 0x7FFF) - 16383 - 63);
    BigDecimal error =
        value(c.significand, c.signExponent).subtract(exact).abs().divide(unit, DIGITS);
    assertThat(error)
        .as(
            String.format(
                Locale.ROOT, "%s %04x.%016x %04x.%016x seed %d", name, aSe, a, bSe, b, seed))
        .isLessThan(new BigDecimal("0.51"));
    assertThat(c.raised & ~FloatContext.UE).isEqualTo(FloatContext.PE);
    c.raised = 0;
  }

  private long significand() {
    return random.nextLong() | Float80.TOP;
  }

  private int exponent(int from, int to) {
    return random.nextInt(2) << 15 | 16383 + random.nextInt(from, to);
  }

  @Test
  void sineCosineAndTangent() {
    for (int n = 0; n < CASES; n++) {
      long a = significand();
      int aSe = exponent(random.nextBoolean() ? -50 : -3, random.nextBoolean() ? 2 : 63);
      BigDecimal x = value(a, aSe);
      BigInteger quadrant = x.divide(UNIT_HALF_PI, 0, RoundingMode.HALF_EVEN).toBigInteger();
      BigDecimal rest = x.subtract(UNIT_HALF_PI.multiply(new BigDecimal(quadrant)));
      int q = quadrant.intValue() & 3;
      BigDecimal s = (q & 1) == 0 ? sine(rest) : cosine(rest);
      BigDecimal k = (q & 1) == 0 ? cosine(rest) : sine(rest).negate();
      s = q >= 2 ? s.negate() : s;
      k = q >= 2 ? k.negate() : k;
      Float80Trigonometry.sine(a, aSe, c);
      check(s, "sine", a, aSe, 0, 0);
      Float80Trigonometry.cosine(a, aSe, c);
      check(k, "cosine", a, aSe, 0, 0);
      Float80Trigonometry.tangent(a, aSe, c);
      check(s.divide(k, DIGITS), "tangent", a, aSe, 0, 0);
    }
  }

  @Test
  void arcTangentInEveryDirection() {
    for (int n = 0; n < CASES; n++) {
      long y = significand();
      long x = random.nextInt(8) == 0 ? y : significand();
      int ySe = exponent(-80, 80);
      int xSe =
          random.nextBoolean()
              ? exponent(-80, 80)
              : ySe ^ random.nextInt(2) << 15 ^ random.nextInt(4);
      BigDecimal ratio = value(y, ySe).abs().divide(value(x, xSe).abs(), DIGITS);
      BigDecimal angle =
          ratio.compareTo(BigDecimal.ONE) <= 0
              ? arcTangent(ratio)
              : PI.divide(TWO, DIGITS).subtract(arcTangent(BigDecimal.ONE.divide(ratio, DIGITS)));
      angle = (xSe & 0x8000) != 0 ? PI.subtract(angle) : angle;
      angle = (ySe & 0x8000) != 0 ? angle.negate() : angle;
      Float80Trigonometry.arcTangent(y, ySe, x, xSe, c);
      check(angle, "arc tangent", y, ySe, x, xSe);
    }
  }

  @Test
  void powerOfTwoMinusOne() {
    for (int n = 0; n < CASES; n++) {
      long a = significand();
      int aSe = exponent(random.nextBoolean() ? -100 : -5, 0);
      Float80Logarithm.powerMinusOne(a, aSe, c);
      check(exponentialMinusOne(value(a, aSe).multiply(LN2)), "2^x-1", a, aSe, 0, 0);
    }
  }

  @Test
  void logarithms() {
    for (int n = 0; n < CASES; n++) {
      long y = significand();
      int ySe = exponent(-50, 50);
      long x = random.nextInt(4) == 0 ? Float80.TOP | 1L << random.nextInt(60) : significand();
      int exponent = random.nextInt(3) == 0 ? 0 : random.nextInt(-16000, 16000);
      BigDecimal lessOne = value(x, 16383).subtract(BigDecimal.ONE);
      BigDecimal exact = value(y, ySe).multiply(logarithm(lessOne, exponent));
      Float80Logarithm.logarithm(y, ySe, x, 16383 + exponent, c);
      check(exact, "y log2 x", y, ySe, x, 16383 + exponent);
    }
  }

  @Test
  void logarithmsOfOnePlus() {
    for (int n = 0; n < CASES; n++) {
      long y = significand();
      int ySe = exponent(-50, 50);
      long x = significand();
      int xSe = exponent(random.nextBoolean() ? -90 : -6, -2);
      BigDecimal exact = value(y, ySe).multiply(logarithm(value(x, xSe), 0));
      Float80Logarithm.logarithmPlusOne(y, ySe, x, xSe, c);
      check(exact, "y log2(x + 1)", y, ySe, x, xSe);
    }
  }
}
