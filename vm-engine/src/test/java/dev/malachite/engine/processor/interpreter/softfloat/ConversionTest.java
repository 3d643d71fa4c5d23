// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.softfloat;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compares conversions, rounding and remainders of binary80 with exact arithmetic. */
class ConversionTest {
  private static final int CASES = 60_000;
  private static final RoundingMode[] MODES = {
    RoundingMode.HALF_EVEN, RoundingMode.FLOOR, RoundingMode.CEILING, RoundingMode.DOWN
  };

  private final FloatContext c = new FloatContext();
  private long seed;
  private SplittableRandom random = new SplittableRandom();

  @BeforeEach
  void seed() {
    seed = Long.getLong("malachite.seed", System.nanoTime());
    random = new SplittableRandom(seed);
  }

  private long significand() {
    return Float80.TOP
        | (random.nextBoolean()
            ? random.nextLong()
            : random.nextLong() & -1L << random.nextInt(64));
  }

  private static BigDecimal value(long significand, int signExponent) {
    BigInteger integer = BigInteger.valueOf(significand >>> 1).shiftLeft(1);
    integer = integer.add(BigInteger.valueOf(significand & 1));
    int exponent = (signExponent & 0x7FFF) - 16383 - 63;
    BigDecimal magnitude =
        exponent >= 0
            ? new BigDecimal(integer.shiftLeft(exponent))
            : new BigDecimal(integer).divide(new BigDecimal(BigInteger.ONE.shiftLeft(-exponent)));
    return (signExponent & 0x8000) != 0 ? magnitude.negate() : magnitude;
  }

  private String describe(String what, long significand, int signExponent, int rounding) {
    return String.format(
        Locale.ROOT,
        "%s %04x.%016x rounding %d seed %d",
        what,
        signExponent,
        significand,
        rounding,
        seed);
  }

  @Test
  void integersOfEverySize() {
    for (int n = 0; n < CASES; n++) {
      long a = significand();
      int aSe = random.nextInt(2) << 15 | 16383 + random.nextInt(-4, 66);
      int rounding = random.nextInt(4);
      boolean truncate = random.nextInt(4) == 0;
      int bits = 16 << random.nextInt(3);
      BigDecimal exact = value(a, aSe);
      BigInteger rounded =
          exact.setScale(0, truncate ? RoundingMode.DOWN : MODES[rounding]).toBigIntegerExact();
      c.beginX87(0x37F | rounding << 10);
      long result = Float80Convert.toInteger(a, aSe, bits, truncate, c);
      String what = describe("integer of " + bits, a, aSe, rounding);
      if (rounded.bitLength() >= bits) {
        assertThat(result).as(what).isEqualTo(-1L << bits - 1);
        assertThat(c.raised).as(what).isEqualTo(FloatContext.IE);
      } else {
        assertThat(result).as(what).isEqualTo(rounded.longValueExact());
        boolean inexact = exact.compareTo(new BigDecimal(rounded)) != 0;
        assertThat(c.raised).as(what).isEqualTo(inexact ? FloatContext.PE : 0);
        Float80Convert.fromInteger(result, c);
        if (!inexact && result != 0) {
          assertThat(c.significand).as(what).isEqualTo(a);
          assertThat(c.signExponent).as(what).isEqualTo(aSe);
        }
      }
    }
  }

  @Test
  void integralValues() {
    for (int n = 0; n < CASES; n++) {
      long a = significand();
      int aSe = random.nextInt(2) << 15 | 16383 + random.nextInt(-4, 66);
      int rounding = random.nextInt(4);
      BigDecimal exact = value(a, aSe);
      BigDecimal rounded = exact.setScale(0, MODES[rounding]);
      c.beginX87(0x37F | rounding << 10);
      Float80Ops.round(a, aSe, c);
      String what = describe("rounded", a, aSe, rounding);
      if (rounded.signum() == 0) {
        assertThat(c.significand).as(what).isZero();
        assertThat(c.signExponent).as(what).isEqualTo(aSe & 0x8000);
      } else {
        assertThat(value(c.significand, c.signExponent)).as(what).isEqualByComparingTo(rounded);
      }
      assertThat(c.raised).as(what).isEqualTo(exact.compareTo(rounded) != 0 ? FloatContext.PE : 0);
      assertThat(c.roundedUp).as(what).isEqualTo(rounded.abs().compareTo(exact.abs()) > 0);
    }
  }

  @Test
  void packedDecimals() {
    BigInteger limit = BigInteger.TEN.pow(18);
    for (int n = 0; n < CASES; n++) {
      long a = significand();
      int aSe = random.nextInt(2) << 15 | 16383 + random.nextInt(-4, 64);
      int rounding = random.nextInt(4);
      BigInteger rounded = value(a, aSe).setScale(0, MODES[rounding]).toBigIntegerExact();
      c.beginX87(0x37F | rounding << 10);
      Float80Convert.toDecimal(a, aSe, c);
      String what = describe("decimal", a, aSe, rounding);
      String digits = String.format(Locale.ROOT, "%04x%016x", c.signExponent, c.significand);
      if (rounded.abs().compareTo(limit) >= 0) {
        assertThat(digits).as(what).isEqualTo("ffffc000000000000000");
        assertThat(c.raised).as(what).isEqualTo(FloatContext.IE);
      } else {
        String sign = (aSe & 0x8000) != 0 ? "80" : "00";
        assertThat(digits)
            .as(what)
            .isEqualTo(sign + String.format(Locale.ROOT, "%018d", rounded.abs()));
        Float80Convert.fromDecimal(c.significand, c.signExponent, c);
        assertThat(c.signExponent & 0x8000).as(what).isEqualTo(aSe & 0x8000);
        if (rounded.signum() != 0) {
          assertThat(value(c.significand, c.signExponent))
              .as(what)
              .isEqualByComparingTo(new BigDecimal(rounded));
        }
      }
    }
  }

  @Test
  void remainders() {
    for (int n = 0; n < CASES; n++) {
      long a = significand();
      long b = significand();
      int distance = random.nextInt(-3, 64);
      int aSe = random.nextInt(2) << 15 | 16383 + distance;
      int bSe = random.nextInt(2) << 15 | 16383;
      boolean nearest = random.nextBoolean();
      BigDecimal x = value(a, aSe);
      BigDecimal y = value(b, bSe);
      BigInteger quotient =
          exactQuotient(x, y, nearest ? RoundingMode.HALF_EVEN : RoundingMode.DOWN);
      BigDecimal rest = x.subtract(y.multiply(new BigDecimal(quotient)));
      c.beginX87(0x37F);
      Float80Remainder.remainder(a, aSe, b, bSe, nearest, c);
      String what = describe("remainder by " + Long.toHexString(b), a, aSe, nearest ? 1 : 0);
      assertThat(c.partial).as(what).isFalse();
      assertThat(c.quotient).as(what).isEqualTo(quotient.abs().intValue() & 7);
      assertThat(c.raised).as(what).isZero();
      if (rest.signum() == 0) {
        assertThat(c.significand).as(what).isZero();
        assertThat(c.signExponent).as(what).isEqualTo(aSe & 0x8000);
      } else {
        assertThat(value(c.significand, c.signExponent)).as(what).isEqualByComparingTo(rest);
      }
    }
  }

  // x / y rounded to an integer.
  private static BigInteger exactQuotient(BigDecimal x, BigDecimal y, RoundingMode mode) {
    int scale = Math.max(x.scale(), y.scale());
    BigInteger n = x.setScale(scale).unscaledValue();
    BigInteger d = y.setScale(scale).unscaledValue();
    return new BigDecimal(n).divide(new BigDecimal(d), 0, mode).toBigIntegerExact();
  }

  @Test
  void partialRemaindersEndAtTheExactOne() {
    for (int n = 0; n < 2_000; n++) {
      long a = significand();
      long b = significand();
      int aSe = 16383 + random.nextInt(64, 4000);
      int bSe = 16383;
      BigInteger x = BigInteger.valueOf(a >>> 1).shiftLeft(1).add(BigInteger.valueOf(a & 1));
      BigInteger y = BigInteger.valueOf(b >>> 1).shiftLeft(1).add(BigInteger.valueOf(b & 1));
      BigInteger expected = x.shiftLeft(aSe - bSe).mod(y);
      c.beginX87(0x37F);
      long significand = a;
      int signExponent = aSe;
      int rounds = 0;
      do {
        Float80Remainder.remainder(significand, signExponent, b, bSe, false, c);
        significand = c.significand;
        signExponent = c.signExponent;
        rounds++;
      } while (c.partial);
      assertThat(rounds).isLessThanOrEqualTo((aSe - bSe) / 32 + 1);
      BigDecimal result = significand == 0 ? BigDecimal.ZERO : value(significand, signExponent);
      assertThat(result.multiply(new BigDecimal(BigInteger.ONE.shiftLeft(63))))
          .as(describe("partial remainder", a, aSe, 0))
          .isEqualByComparingTo(new BigDecimal(expected));
    }
  }

  @Test
  void narrowFormatsComeBackUnchanged() {
    for (int n = 0; n < CASES; n++) {
      long d = random.nextLong();
      double asDouble = Double.longBitsToDouble(d);
      c.beginX87(0x37F);
      Float80Convert.fromFloat64(d, c);
      long back = Float80Convert.toFloat64(c.significand, c.signExponent, c);
      assertThat(back)
          .as(Long.toHexString(d))
          .isEqualTo(Double.isNaN(asDouble) ? d | 0x0008_0000_0000_0000L : d);
      int f = random.nextInt();
      c.beginX87(0x37F);
      Float80Convert.fromFloat32(f, c);
      int narrow = Float80Convert.toFloat32(c.significand, c.signExponent, c);
      assertThat(narrow)
          .as(Integer.toHexString(f))
          .isEqualTo(Float.isNaN(Float.intBitsToFloat(f)) ? f | 0x0040_0000 : f);
      // Java's own conversions round to nearest.
      if (!Double.isNaN(asDouble)) {
        c.begin(0x1F80);
        assertThat(Float64Ops.toFloat32(d, c))
            .as(Long.toHexString(d))
            .isEqualTo(Float.floatToRawIntBits((float) asDouble));
      }
      long integer = random.nextLong() >> random.nextInt(64);
      c.begin(0x1F80);
      assertThat(Float64Ops.fromInt64(integer, c))
          .isEqualTo(Double.doubleToRawLongBits((double) integer));
      assertThat(Float32Ops.fromInt64(integer, c))
          .isEqualTo(Float.floatToRawIntBits((float) integer));
    }
  }
}
