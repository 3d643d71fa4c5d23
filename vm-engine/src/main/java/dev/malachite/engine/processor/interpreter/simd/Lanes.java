// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

/**
 * Integer arithmetic on the lanes of a 64-bit word (SDM volume 2, the P instructions).
 *
 * <p>Lanes are 8, 16 or 32 bits wide; where a method takes {@code high}, it is the word with each
 * lane's top bit set, {@link #B}, {@link #W} or {@link #D}, and {@code width} the lane's width.
 */
public final class Lanes {
  /** The top bits of bytes, words and doublewords. */
  public static final long B = 0x8080_8080_8080_8080L,
      W = 0x8000_8000_8000_8000L,
      D = 0x8000_0000_8000_0000L;

  private Lanes() {}

  /** Lanes of ones where the lane's top bit is set in {@code bits}, which has no others. */
  public static long spread(long bits, int width) {
    return (bits >>> width - 1) * (width == 32 ? 0xFFFF_FFFFL : (1L << width) - 1);
  }

  public static long add(long a, long b, long high) {
    return (a & ~high) + (b & ~high) ^ (a ^ b) & high;
  }

  public static long subtract(long a, long b, long high) {
    return (a | high) - (b & ~high) ^ (a ^ ~b) & high;
  }

  /** Top bits of the lanes in which a is less than b, unsigned. */
  private static long below(long a, long b, long high) {
    return (~a & b | ~(a ^ b) & subtract(a, b, high)) & high;
  }

  public static long equal(long a, long b, long high, int width) {
    long x = a ^ b;
    return spread(~((x & ~high) + ~high | x) & high, width);
  }

  public static long greater(long a, long b, long high, int width) {
    return spread(below(b ^ high, a ^ high, high), width);
  }

  public static long minimumUnsigned(long a, long b, long high, int width) {
    long m = spread(below(a, b, high), width);
    return a & m | b & ~m;
  }

  public static long maximumUnsigned(long a, long b, long high, int width) {
    long m = spread(below(a, b, high), width);
    return b & m | a & ~m;
  }

  public static long minimumSigned(long a, long b, long high, int width) {
    long m = greater(b, a, high, width);
    return a & m | b & ~m;
  }

  public static long maximumSigned(long a, long b, long high, int width) {
    long m = greater(b, a, high, width);
    return b & m | a & ~m;
  }

  public static long addUnsignedSaturating(long a, long b, long high, int width) {
    long sum = add(a, b, high);
    return sum | spread((a & b | (a | b) & ~sum) & high, width);
  }

  public static long subtractUnsignedSaturating(long a, long b, long high, int width) {
    return subtract(a, b, high) & ~spread(below(a, b, high), width);
  }

  public static long addSignedSaturating(long a, long b, long high, int width) {
    long sum = add(a, b, high);
    return saturate(a, sum, ~(a ^ b) & (a ^ sum) & high, high, width);
  }

  public static long subtractSignedSaturating(long a, long b, long high, int width) {
    long difference = subtract(a, b, high);
    return saturate(a, difference, (a ^ b) & (a ^ difference) & high, high, width);
  }

  private static long saturate(long a, long value, long overflow, long high, int width) {
    long m = spread(overflow, width);
    long limit = ~high + ((a & high) >>> width - 1);
    return value & ~m | limit & m;
  }

  public static long averageBytes(long a, long b) {
    return (a | b) - ((a ^ b) >>> 1 & 0x7F7F_7F7F_7F7F_7F7FL);
  }

  public static long averageWords(long a, long b) {
    return (a | b) - ((a ^ b) >>> 1 & 0x7FFF_7FFF_7FFF_7FFFL);
  }

  public static long absolute(long b, long high, int width) {
    long m = spread(b & high, width);
    return subtract(b ^ m, m, high);
  }

  /** PSIGN: a, negated or zeroed by b's lanes. */
  public static long sign(long a, long b, long high, int width) {
    long m = spread(b & high, width);
    return subtract(a ^ m, m, high) & ~equal(b, 0, high, width);
  }

  // ---- multiplication ------------------------------------------------------------------------

  private static int word(long a, int i) {
    return (short) (a >>> 16 * i);
  }

  private static int unsignedWord(long a, int i) {
    return (int) (a >>> 16 * i) & 0xFFFF;
  }

  public static long multiplyLowWords(long a, long b) {
    long result = 0;
    for (int i = 0; i < 4; i++) {
      int product = word(a, i) * word(b, i);
      result |= (product & 0xFFFFL) << 16 * i;
    }
    return result;
  }

  public static long multiplyHighWords(long a, long b) {
    long result = 0;
    for (int i = 0; i < 4; i++) {
      result |= (word(a, i) * word(b, i) >>> 16 & 0xFFFFL) << 16 * i;
    }
    return result;
  }

  public static long multiplyHighUnsignedWords(long a, long b) {
    long result = 0;
    for (int i = 0; i < 4; i++) {
      result |= (unsignedWord(a, i) * unsignedWord(b, i) >>> 16 & 0xFFFFL) << 16 * i;
    }
    return result;
  }

  public static long multiplyHighRoundedWords(long a, long b) {
    long result = 0;
    for (int i = 0; i < 4; i++) {
      result |= ((word(a, i) * word(b, i) >> 14) + 1 >> 1 & 0xFFFFL) << 16 * i;
    }
    return result;
  }

  public static long multiplyLowDoublewords(long a, long b) {
    return Wide.pair((int) a * (int) b, (int) (a >>> 32) * (int) (b >>> 32));
  }

  public static long multiplyUnsigned(long a, long b) {
    return (a & 0xFFFF_FFFFL) * (b & 0xFFFF_FFFFL);
  }

  public static long multiplySigned(long a, long b) {
    return (long) (int) a * (int) b;
  }

  public static long multiplyAddWords(long a, long b) {
    int low = word(a, 0) * word(b, 0) + word(a, 1) * word(b, 1);
    int high = word(a, 2) * word(b, 2) + word(a, 3) * word(b, 3);
    return low & 0xFFFF_FFFFL | (long) high << 32;
  }

  /** PMADDUBSW: unsigned bytes of a times signed bytes of b. */
  public static long multiplyAddBytes(long a, long b) {
    long result = 0;
    for (int i = 0; i < 64; i += 16) {
      int sum =
          ((int) (a >>> i) & 0xFF) * (byte) (b >>> i)
              + ((int) (a >>> i + 8) & 0xFF) * (byte) (b >>> i + 8);
      result |= (signedWord(sum) & 0xFFFFL) << i;
    }
    return result;
  }

  public static long sumOfDifferences(long a, long b) {
    long high = B;
    long m = spread(below(a, b, high), 8);
    long ab = subtract(a, b, high);
    long ba = subtract(b, a, high);
    long d = ab & ~m | ba & m;
    long pairs = (d & 0x00FF_00FF_00FF_00FFL) + (d >>> 8 & 0x00FF_00FF_00FF_00FFL);
    return pairs * 0x0001_0001_0001_0001L >>> 48;
  }

  // ---- narrowing -----------------------------------------------------------------------------

  public static int signedWord(int value) {
    return Math.max(-0x8000, Math.min(0x7FFF, value));
  }

  /** PACKSSWB on four words: 32 bits. */
  public static long packSignedBytes(long a) {
    long result = 0;
    for (int i = 0; i < 4; i++) {
      result |= (Math.max(-128, Math.min(127, word(a, i))) & 0xFFL) << 8 * i;
    }
    return result;
  }

  /** PACKUSWB on four words: 32 bits. */
  public static long packUnsignedBytes(long a) {
    long result = 0;
    for (int i = 0; i < 4; i++) {
      result |= (long) Math.max(0, Math.min(255, word(a, i))) << 8 * i;
    }
    return result;
  }

  /** PACKSSDW on two doublewords: 32 bits. */
  public static long packSignedWords(long a) {
    return signedWord((int) a) & 0xFFFFL | (signedWord((int) (a >>> 32)) & 0xFFFFL) << 16;
  }

  /** PACKUSDW on two doublewords: 32 bits. */
  public static long packUnsignedWords(long a) {
    return Math.max(0, Math.min(0xFFFF, (int) a))
        | (long) Math.max(0, Math.min(0xFFFF, (int) (a >>> 32))) << 16;
  }

  public static long horizontalAddWords(long a) {
    return word(a, 0) + word(a, 1) & 0xFFFFL | (word(a, 2) + word(a, 3) & 0xFFFFL) << 16;
  }

  public static long horizontalAddDoublewords(long a) {
    return a + (a >>> 32) & 0xFFFF_FFFFL;
  }

  public static long horizontalAddSaturating(long a) {
    return signedWord(word(a, 0) + word(a, 1)) & 0xFFFFL
        | (signedWord(word(a, 2) + word(a, 3)) & 0xFFFFL) << 16;
  }

  public static long horizontalSubtractWords(long a) {
    return word(a, 0) - word(a, 1) & 0xFFFFL | (word(a, 2) - word(a, 3) & 0xFFFFL) << 16;
  }

  public static long horizontalSubtractDoublewords(long a) {
    return a - (a >>> 32) & 0xFFFF_FFFFL;
  }

  public static long horizontalSubtractSaturating(long a) {
    return signedWord(word(a, 0) - word(a, 1)) & 0xFFFFL
        | (signedWord(word(a, 2) - word(a, 3)) & 0xFFFFL) << 16;
  }

  // ---- interleaving --------------------------------------------------------------------------

  /** Four bytes into the low halves of four words. */
  private static long spaceBytes(long a) {
    long x = (a & 0xFFFF_0000L) << 16 | a & 0xFFFFL;
    return (x << 8 | x) & 0x00FF_00FF_00FF_00FFL;
  }

  public static long interleaveBytes(long a, long b) {
    return spaceBytes(a) | spaceBytes(b) << 8;
  }

  public static long interleaveWords(long a, long b) {
    return a & 0xFFFFL | (b & 0xFFFFL) << 16 | (a & 0xFFFF_0000L) << 16 | (b & 0xFFFF_0000L) << 32;
  }

  public static long interleaveDoublewords(long a, long b) {
    return a & 0xFFFF_FFFFL | b << 32;
  }

  // ---- shifts --------------------------------------------------------------------------------

  public static long shiftLeftWords(long a, int n) {
    return n > 15 ? 0 : a << n & 0x0001_0001_0001_0001L * (0xFFFF << n & 0xFFFF);
  }

  public static long shiftRightWords(long a, int n) {
    return n > 15 ? 0 : a >>> n & 0x0001_0001_0001_0001L * (0xFFFF >>> n);
  }

  public static long shiftArithmeticWords(long a, int n) {
    int count = Math.min(n, 15);
    long logical = shiftRightWords(a, count);
    return logical | spread(a & W, 16) & ~(0x0001_0001_0001_0001L * (0xFFFF >>> count));
  }

  public static long shiftLeftDoublewords(long a, int n) {
    return n > 31 ? 0 : (int) a << n & 0xFFFF_FFFFL | (long) ((int) (a >>> 32) << n) << 32;
  }

  public static long shiftRightDoublewords(long a, int n) {
    return n > 31 ? 0 : (a & 0xFFFF_FFFFL) >>> n | a >>> 32 >>> n << 32;
  }

  public static long shiftArithmeticDoublewords(long a, int n) {
    int count = Math.min(n, 31);
    return (int) a >> count & 0xFFFF_FFFFL | (long) ((int) (a >>> 32) >> count) << 32;
  }

  public static long shiftLeftQuadword(long a, int n) {
    return n > 63 ? 0 : a << n;
  }

  public static long shiftRightQuadword(long a, int n) {
    return n > 63 ? 0 : a >>> n;
  }

  // ---- others --------------------------------------------------------------------------------

  /** PSHUFB on a 64-bit operand. */
  public static long shuffleBytes(long a, long selectors) {
    long result = 0;
    for (int i = 0; i < 64; i += 8) {
      int s = (int) (selectors >>> i);
      if ((s & 0x80) == 0) {
        result |= (a >>> (s & 7) * 8 & 0xFF) << i;
      }
    }
    return result;
  }

  /** PSHUFW and its kin: four words chosen by an immediate byte. */
  public static long shuffleWords(long a, int order) {
    return a >>> (order & 3) * 16 & 0xFFFF
        | (a >>> (order >> 2 & 3) * 16 & 0xFFFF) << 16
        | (a >>> (order >> 4 & 3) * 16 & 0xFFFF) << 32
        | a >>> (order >> 6 & 3) * 16 << 48;
  }

  /** The top bits of eight bytes. */
  public static int signMask(long a) {
    return (int) ((a >>> 7 & 0x0101_0101_0101_0101L) * 0x0102_0408_1020_4080L >>> 56);
  }
}
