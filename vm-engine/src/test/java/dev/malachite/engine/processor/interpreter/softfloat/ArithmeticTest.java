// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.softfloat;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compares the four operations and the square root with exact arithmetic on big integers. */
class ArithmeticTest {
  private static final int CASES = 60_000;
  private static final String[] NAMES = {"add", "sub", "mul", "div", "sqrt"};

  private final FloatContext c = new FloatContext();
  private long seed;
  private SplittableRandom random = new SplittableRandom();

  @BeforeEach
  void seed() {
    seed = Long.getLong("malachite.seed", System.nanoTime());
    random = new SplittableRandom(seed);
  }

  // A finite operand: (-1)^negative * significand * 2^exponent.
  private record Operand(boolean negative, BigInteger significand, int exponent) {
    boolean zero() {
      return significand.signum() == 0;
    }
  }

  // The exact result as a fraction; null where there is none or it is zero.
  private record Fraction(boolean negative, BigInteger numerator, BigInteger denominator) {}

  private static BigInteger unsigned(long value) {
    BigInteger signed = BigInteger.valueOf(value);
    return value < 0 ? signed.add(BigInteger.ONE.shiftLeft(64)) : signed;
  }

  private static @Nullable Fraction exact(int operation, Operand a, Operand b) {
    switch (operation) {
      case 0, 1 -> {
        int low = Math.min(a.exponent, b.exponent);
        BigInteger x = a.significand.shiftLeft(a.exponent - low);
        BigInteger y = b.significand.shiftLeft(b.exponent - low);
        x = a.negative ? x.negate() : x;
        y = b.negative != (operation == 1) ? y.negate() : y;
        return fraction(x.add(y).signum() < 0, x.add(y).abs(), BigInteger.ONE, low);
      }
      case 2 -> {
        return fraction(
            a.negative != b.negative,
            a.significand.multiply(b.significand),
            BigInteger.ONE,
            a.exponent + b.exponent);
      }
      case 3 -> {
        return b.zero()
            ? null
            : fraction(
                a.negative != b.negative, a.significand, b.significand, a.exponent - b.exponent);
      }
      default -> {
        if (a.negative) {
          return null;
        }
        // 200 bits of the root, the last of them odd if there are more.
        int shift = 400 + (a.exponent & 1);
        BigInteger[] root = a.significand.shiftLeft(shift).sqrtAndRemainder();
        BigInteger bits =
            root[0].shiftLeft(1).add(root[1].signum() == 0 ? BigInteger.ZERO : BigInteger.ONE);
        return fraction(false, bits, BigInteger.TWO, (a.exponent - shift) / 2);
      }
    }
  }

  private static @Nullable Fraction fraction(
      boolean negative, BigInteger numerator, BigInteger denominator, int exponent) {
    if (numerator.signum() == 0) {
      return null;
    }
    return exponent >= 0
        ? new Fraction(negative, numerator.shiftLeft(exponent), denominator)
        : new Fraction(negative, numerator, denominator.shiftLeft(-exponent));
  }

  @Test
  void binary80AtEveryPrecisionAndRounding() {
    for (int n = 0; n < CASES; n++) {
      int operation = random.nextInt(5);
      long a = significand80();
      int aSe = signExponent80(a, 16383);
      long b = near(a);
      int bSe = signExponent80(b, operation < 2 ? aSe & 0x7FFF : 16383);
      int rounding = random.nextInt(4);
      int precisionControl = new int[] {0, 2, 3}[random.nextInt(3)];
      int precision = new int[] {24, 0, 53, 64}[precisionControl];
      Fraction exact = exact(operation, operand80(a, aSe), operand80(b, bSe));
      if (exact == null) {
        continue;
      }
      ExactRounding expected = new ExactRounding(precision, -16382, 16383);
      expected.round(exact.negative, exact.numerator, exact.denominator, rounding);
      c.beginX87(0x7F & ~0x40 | precisionControl << 8 | rounding << 10);
      switch (operation) {
        case 0 -> Float80Ops.add(a, aSe, b, bSe, c);
        case 1 -> Float80Ops.sub(a, aSe, b, bSe, c);
        case 2 -> Float80Ops.mul(a, aSe, b, bSe, c);
        case 3 -> Float80Ops.div(a, aSe, b, bSe, c);
        default -> Float80Ops.sqrt(a, aSe, c);
      }
      long significand;
      int exponent;
      if (expected.infinite) {
        significand = Float80.TOP;
        exponent = 0x7FFF;
      } else {
        // The lowest bit of the smallest binade counts 2^-16445.
        int shift = Math.max(0, 64 - expected.significand.bitLength());
        shift = Math.min(shift, expected.exponent + 16445);
        significand = expected.significand.shiftLeft(shift).longValue();
        exponent = significand < 0 ? expected.exponent - shift + 63 + 16383 : 0;
        if (expected.significand.bitLength() > 64) {
          significand = Float80.TOP;
          exponent = expected.exponent + 64 + 16383;
        }
      }
      int denormal =
          Float80.denormal(a, aSe) || (operation < 4 && Float80.denormal(b, bSe))
              ? FloatContext.DE
              : 0;
      String what =
          String.format(
              Locale.ROOT,
              "%s %04x.%016x %04x.%016x rounding %d precision %d seed %d",
              NAMES[operation],
              aSe,
              a,
              bSe,
              b,
              rounding,
              precision,
              seed);
      assertThat(c.significand).as(what).isEqualTo(significand);
      assertThat(c.signExponent).as(what).isEqualTo(exponent | (exact.negative ? 0x8000 : 0));
      assertThat(c.raised).as(what).isEqualTo(expected.flags | denormal);
      assertThat(c.roundedUp).as(what).isEqualTo(expected.roundedUp);
    }
  }

  private long significand80() {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextLong() | Float80.TOP;
      case 1 -> Float80.TOP | random.nextLong() & -1L << random.nextInt(64);
      case 2 -> -1L << random.nextInt(64);
      case 3 -> Float80.TOP | 1L << random.nextInt(64);
      case 4 -> (random.nextLong() | Float80.TOP) >>> random.nextInt(64);
      default -> random.nextLong() >>> 11 << 11 | Float80.TOP;
    };
  }

  private long near(long a) {
    return random.nextInt(4) == 0 ? a ^ 1L << random.nextInt(63) : significand80();
  }

  private int signExponent80(long significand, int near) {
    int sign = random.nextInt(2) << 15;
    if (significand >= 0) {
      return sign;
    }
    int exponent =
        switch (random.nextInt(4)) {
          case 0 -> random.nextInt(1, 0x7FFF);
          case 1 -> random.nextInt(1, 80);
          case 2 -> 0x7FFE - random.nextInt(80);
          default -> near + random.nextInt(-70, 70);
        };
    return sign | Math.clamp(exponent, 1, 0x7FFE);
  }

  private static Operand operand80(long significand, int signExponent) {
    int exponent = Math.max(1, signExponent & 0x7FFF) - 16383 - 63;
    return new Operand((signExponent & 0x8000) != 0, unsigned(significand), exponent);
  }

  @Test
  void binary64AtEveryRounding() {
    interchange(52, 11);
  }

  @Test
  void binary32AtEveryRounding() {
    interchange(23, 8);
  }

  private void interchange(int width, int exponentBits) {
    int bias = (1 << exponentBits - 1) - 1;
    for (int n = 0; n < CASES; n++) {
      int operation = random.nextInt(5);
      long a = bits(width, exponentBits, bias);
      long b = bits(width, exponentBits, bias);
      int rounding = random.nextInt(4);
      // With PE recorded and rounding to nearest, native arithmetic does the work.
      int mxcsr = 0x1F80 | rounding << 13 | (random.nextBoolean() ? FloatContext.PE : 0);
      Fraction exact =
          exact(operation, operand(a, width, exponentBits), operand(b, width, exponentBits));
      if (exact == null) {
        continue;
      }
      ExactRounding expected = new ExactRounding(width + 1, 1 - bias, bias);
      expected.round(exact.negative, exact.numerator, exact.denominator, rounding);
      c.begin(mxcsr);
      long result = width == 52 ? apply64(operation, a, b) : apply32(operation, (int) a, (int) b);
      long magnitude = (2L * bias + 1) << width;
      if (!expected.infinite) {
        int below = expected.exponent - (1 - bias - width);
        magnitude = expected.significand.longValueExact();
        magnitude += magnitude >>> width != 0 ? (long) below << width : 0;
      }
      long sign = exact.negative ? 1L << width + exponentBits : 0;
      int denormal =
          denormal(a, width, exponentBits) || (operation < 4 && denormal(b, width, exponentBits))
              ? FloatContext.DE
              : 0;
      String what =
          String.format(
              Locale.ROOT, "%s %x %x mxcsr %x seed %d", NAMES[operation], a, b, mxcsr, seed);
      assertThat(result).as(what).isEqualTo(magnitude | sign);
      assertThat(c.finish(mxcsr)).as(what).isEqualTo(mxcsr | expected.flags | denormal);
    }
  }

  private long apply64(int operation, long a, long b) {
    return switch (operation) {
      case 0 -> Float64Ops.add(a, b, c);
      case 1 -> Float64Ops.sub(a, b, c);
      case 2 -> Float64Ops.mul(a, b, c);
      case 3 -> Float64Ops.div(a, b, c);
      default -> Float64Ops.sqrt(a, c);
    };
  }

  private long apply32(int operation, int a, int b) {
    int result =
        switch (operation) {
          case 0 -> Float32Ops.add(a, b, c);
          case 1 -> Float32Ops.sub(a, b, c);
          case 2 -> Float32Ops.mul(a, b, c);
          case 3 -> Float32Ops.div(a, b, c);
          default -> Float32Ops.sqrt(a, c);
        };
    return result & 0xFFFF_FFFFL;
  }

  private long bits(int width, int exponentBits, int bias) {
    long fraction =
        switch (random.nextInt(4)) {
          case 0 -> 0;
          case 1 -> 1L << random.nextInt(width);
          case 2 -> -1L << random.nextInt(width);
          default -> random.nextLong();
        };
    long exponent =
        switch (random.nextInt(5)) {
          case 0 -> 0;
          case 1 -> random.nextInt(2 * bias + 1);
          case 2 -> 2 * bias - random.nextInt(3);
          case 3 -> bias / 2 + random.nextInt(-width, width);
          default -> bias + random.nextInt(-width, width);
        };
    return (long) random.nextInt(2) << width + exponentBits
        | exponent << width
        | fraction & (1L << width) - 1;
  }

  private static boolean denormal(long bits, int width, int exponentBits) {
    return (bits >>> width & (1L << exponentBits) - 1) == 0 && (bits & (1L << width) - 1) != 0;
  }

  private static Operand operand(long bits, int width, int exponentBits) {
    int bias = (1 << exponentBits - 1) - 1;
    int biased = (int) (bits >>> width) & (1 << exponentBits) - 1;
    long fraction = bits & (1L << width) - 1;
    return new Operand(
        (bits >>> width + exponentBits & 1) != 0,
        BigInteger.valueOf(biased == 0 ? fraction : fraction | 1L << width),
        Math.max(biased, 1) - bias - width);
  }
}
