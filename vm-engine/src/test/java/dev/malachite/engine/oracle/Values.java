// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import java.util.random.RandomGenerator;

/** Random operands, among which the interesting ones are frequent. */
final class Values {
  private static final int[] SINGLES = {
    0,
    0x8000_0000,
    0x3F80_0000,
    0xBF80_0000,
    0x7F80_0000,
    0xFF80_0000,
    0x7FC0_0000,
    0xFFC0_0000,
    0x7FA0_0000,
    0xFF80_0001,
    1,
    0x8000_0001,
    0x007F_FFFF,
    0x0080_0000,
    0x7F7F_FFFF,
    0xFF7F_FFFF,
    0x3F00_0000,
    0x3FC0_0000,
    0x4020_0000,
    0x4F00_0000,
    0xCF00_0000,
    0x5F00_0000,
    0xDF00_0000,
    0x4EFF_FFFF,
    0x3EFF_FFFF,
    0x4B00_0001,
    0x0040_0000,
    0x8080_0000
  };
  private static final long[] DOUBLES = {
    0,
    1L << 63,
    0x3FF0L << 48,
    0xBFF0L << 48,
    0x7FF0L << 48,
    0xFFF0L << 48,
    0x7FF8L << 48,
    0xFFF8L << 48,
    0x7FF4L << 48,
    (0xFFF0L << 48) + 1,
    1,
    (1L << 63) + 1,
    0x000F_FFFF_FFFF_FFFFL,
    0x0010L << 48,
    0x7FEF_FFFF_FFFF_FFFFL,
    0xFFEF_FFFF_FFFF_FFFFL,
    0x3FE0L << 48,
    0x3FF8L << 48,
    0x4004L << 48,
    0x41E0L << 48,
    0xC1E0L << 48,
    0x41DF_FFFF_FFC0_0000L,
    0x43E0L << 48,
    0xC3E0L << 48,
    0x3FDF_FFFF_FFFF_FFFFL,
    0x47EF_FFFF_F000_0000L,
    0x36A0L << 48,
    0x3810L << 48,
    0x0008L << 48,
    0x8010L << 48
  };

  private Values() {}

  /** An integer of the given number of bytes, zero-extended. */
  static long integer(RandomGenerator random, int size) {
    long mask = size == 8 ? -1 : (1L << 8 * size) - 1;
    return switch (random.nextInt(10)) {
      case 0 -> 0;
      case 1 -> 1;
      case 2 -> mask;
      case 3 -> mask >>> 1;
      case 4 -> (mask >>> 1) + 1;
      case 5 -> 1L << random.nextInt(8 * size);
      case 6 -> random.nextInt(256);
      default -> random.nextLong() & mask;
    };
  }

  /** A general register: lanes of all sizes are interesting. */
  static long general(RandomGenerator random) {
    int size = 1 << random.nextInt(4);
    long low = integer(random, size);
    return size == 8 ? low : random.nextLong() << 8 * size | low;
  }

  /** Eight bytes of lanes of one size. */
  static long lanes(RandomGenerator random) {
    int size = 1 << random.nextInt(4);
    long value = 0;
    for (int i = 0; i < 8; i += size) {
      value |= integer(random, size) << 8 * i;
    }
    return value;
  }

  static int single(RandomGenerator random) {
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> SINGLES[random.nextInt(SINGLES.length)];
      case 3 -> random.nextInt();
      case 4 -> Float.floatToRawIntBits(random.nextInt(200) - 100);
      case 5 -> random.nextInt() & 0x807F_FFFF; // denormal
      default -> random.nextInt() & 0x807F_FFFF | 127 + random.nextInt(80) - 40 << 23;
    };
  }

  static long doubled(RandomGenerator random) {
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> DOUBLES[random.nextInt(DOUBLES.length)];
      case 3 -> random.nextLong();
      case 4 -> Double.doubleToRawLongBits(random.nextInt(200) - 100);
      case 5 -> random.nextLong() & 0x800F_FFFF_FFFF_FFFFL;
      default ->
          random.nextLong() & 0x800F_FFFF_FFFF_FFFFL | 1023L + random.nextInt(160) - 80 << 52;
    };
  }

  /** An 80-bit number of any kind, into ST(i). */
  static void extended(RandomGenerator random, MachineState s, int i) {
    int sign = random.nextBoolean() ? 0x8000 : 0;
    long fraction = random.nextInt(3) == 0 ? 0 : random.nextLong() >>> 1;
    if (random.nextInt(3) == 0) {
      fraction = fraction & -1L << random.nextInt(63);
    }
    long one = 1L << 63;
    switch (random.nextInt(16)) {
      case 0 -> s.st(i, sign, 0);
      case 1 -> s.st(i, sign | 0x3FFF, one);
      case 2 -> s.st(i, sign | 0x7FFF, one);
      case 3 -> s.st(i, sign | 0x7FFF, one | fraction);
      case 4 -> s.st(i, sign, fraction); // denormal
      case 5 -> s.st(i, sign | random.nextInt(0x8000), random.nextLong()); // anything
      case 6 -> s.st(i, sign, one | fraction); // pseudo-denormal
      case 7 -> {
        long integer = Values.integer(random, 8);
        if (integer == 0) {
          s.st(i, sign, 0);
        } else {
          int zeros = Long.numberOfLeadingZeros(integer);
          s.st(i, sign | 0x3FFF + 63 - zeros, integer << zeros);
        }
      }
      case 8 -> s.st(i, sign | random.nextInt(0x7FFF), one | fraction);
      default -> s.st(i, sign | 0x3FFF + random.nextInt(140) - 70, one | fraction);
    }
  }
}
