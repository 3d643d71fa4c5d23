// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

/** What {@link WideOperation} and shuffles compute from whole registers (SDM volume 2). */
public final class Wide {
  private Wide() {}

  public static int doubleword(long low, long high, int i) {
    return (int) ((i & 2) == 0 ? low >>> (i & 1) * 32 : high >>> (i & 1) * 32);
  }

  public static long pair(int low, int high) {
    return low & 0xFFFF_FFFFL | (long) high << 32;
  }

  public static int byteAt(long low, long high, int i) {
    return (int) ((i & 8) == 0 ? low >>> (i & 7) * 8 : high >>> (i & 7) * 8) & 0xFF;
  }

  // ---- shuffles ------------------------------------------------------------------------------

  public static void pshufd(long[] x, int t, long a0, long a1, long b0, long b1, int order) {
    x[t] = pair(doubleword(b0, b1, order), doubleword(b0, b1, order >> 2));
    x[t + 1] = pair(doubleword(b0, b1, order >> 4), doubleword(b0, b1, order >> 6));
  }

  public static void pshufhw(long[] x, int t, long a0, long a1, long b0, long b1, int order) {
    x[t] = b0;
    x[t + 1] = Lanes.shuffleWords(b1, order);
  }

  public static void pshuflw(long[] x, int t, long a0, long a1, long b0, long b1, int order) {
    x[t] = Lanes.shuffleWords(b0, order);
    x[t + 1] = b1;
  }

  public static void pshufb(long[] x, int t, long a0, long a1, long b0, long b1, int unused) {
    x[t] = shuffle(a0, a1, b0);
    x[t + 1] = shuffle(a0, a1, b1);
  }

  private static long shuffle(long a0, long a1, long selectors) {
    long result = 0;
    for (int i = 0; i < 64; i += 8) {
      int s = (int) (selectors >>> i);
      if ((s & 0x80) == 0) {
        result |= (long) byteAt(a0, a1, s & 15) << i;
      }
    }
    return result;
  }

  public static void shufps(long[] x, int t, long a0, long a1, long b0, long b1, int order) {
    x[t] = pair(doubleword(a0, a1, order), doubleword(a0, a1, order >> 2));
    x[t + 1] = pair(doubleword(b0, b1, order >> 4), doubleword(b0, b1, order >> 6));
  }

  public static void shufpd(long[] x, int t, long a0, long a1, long b0, long b1, int order) {
    x[t] = (order & 1) == 0 ? a0 : a1;
    x[t + 1] = (order & 2) == 0 ? b0 : b1;
  }

  public static void unpcklps(long[] x, int t, long a0, long a1, long b0, long b1, int unused) {
    x[t] = Lanes.interleaveDoublewords(a0, b0);
    x[t + 1] = Lanes.interleaveDoublewords(a0 >>> 32, b0 >>> 32);
  }

  public static void punpcklbw(long[] x, int t, long a0, long a1, long b0, long b1, int unused) {
    x[t] = Lanes.interleaveBytes(a0, b0);
    x[t + 1] = Lanes.interleaveBytes(a0 >>> 32, b0 >>> 32);
  }

  public static void punpcklwd(long[] x, int t, long a0, long a1, long b0, long b1, int unused) {
    x[t] = Lanes.interleaveWords(a0, b0);
    x[t + 1] = Lanes.interleaveWords(a0 >>> 32, b0 >>> 32);
  }

  public static void unpckhps(long[] x, int t, long a0, long a1, long b0, long b1, int unused) {
    x[t] = Lanes.interleaveDoublewords(a1, b1);
    x[t + 1] = Lanes.interleaveDoublewords(a1 >>> 32, b1 >>> 32);
  }

  public static void punpckhbw(long[] x, int t, long a0, long a1, long b0, long b1, int unused) {
    x[t] = Lanes.interleaveBytes(a1, b1);
    x[t + 1] = Lanes.interleaveBytes(a1 >>> 32, b1 >>> 32);
  }

  public static void punpckhwd(long[] x, int t, long a0, long a1, long b0, long b1, int unused) {
    x[t] = Lanes.interleaveWords(a1, b1);
    x[t + 1] = Lanes.interleaveWords(a1 >>> 32, b1 >>> 32);
  }

  public static void palignr(long[] x, int t, long a0, long a1, long b0, long b1, int bytes) {
    int bits = 8 * bytes;
    if (bits < 128) {
      x[t] = VectorShift.low(bits < 64 ? b0 : b1, bits < 64 ? b1 : a0, bits & 63);
      x[t + 1] = VectorShift.low(bits < 64 ? b1 : a0, bits < 64 ? a0 : a1, bits & 63);
    } else {
      x[t] = VectorShift.low(a0, a1, Math.min(bits - 128, 128));
      x[t + 1] = Lanes.shiftRightQuadword(a1, bits - 128);
    }
  }

  public static long palignrMmx(long a, long b, int bytes) {
    return VectorShift.low(b, a, Math.min(8 * bytes, 128));
  }

  // ---- blends --------------------------------------------------------------------------------

  public static void pblendw(long[] x, int t, long a0, long a1, long b0, long b1, int choice) {
    long m0 = wordMask(choice);
    long m1 = wordMask(choice >> 4);
    x[t] = a0 & ~m0 | b0 & m0;
    x[t + 1] = a1 & ~m1 | b1 & m1;
  }

  private static long wordMask(int bits) {
    long mask = 0;
    for (int i = 0; i < 4; i++) {
      mask |= (bits >> i & 1) * 0xFFFFL << 16 * i;
    }
    return mask;
  }

  public static void blendps(long[] x, int t, long a0, long a1, long b0, long b1, int choice) {
    pblendw(
        x,
        t,
        a0,
        a1,
        b0,
        b1,
        (choice & 1) * 3
            | (choice >> 1 & 1) * 12
            | (choice >> 2 & 1) * 0x30
            | (choice >> 3 & 1) * 0xC0);
  }

  public static void blendpd(long[] x, int t, long a0, long a1, long b0, long b1, int choice) {
    x[t] = (choice & 1) == 0 ? a0 : b0;
    x[t + 1] = (choice & 2) == 0 ? a1 : b1;
  }

  public static void pblendvb(long[] x, int t, long a0, long a1, long b0, long b1, int unused) {
    blend(x, t, a0, a1, b0, b1, Lanes.spread(x[0] & Lanes.B, 8), Lanes.spread(x[1] & Lanes.B, 8));
  }

  public static void blendvps(long[] x, int t, long a0, long a1, long b0, long b1, int unused) {
    blend(x, t, a0, a1, b0, b1, Lanes.spread(x[0] & Lanes.D, 32), Lanes.spread(x[1] & Lanes.D, 32));
  }

  public static void blendvpd(long[] x, int t, long a0, long a1, long b0, long b1, int unused) {
    blend(x, t, a0, a1, b0, b1, x[0] >> 63, x[1] >> 63);
  }

  /** The lanes of b where the mask is set, else those of a. */
  public static void blend(long[] x, int t, long a0, long a1, long b0, long b1, long m0, long m1) {
    x[t] = a0 & ~m0 | b0 & m0;
    x[t + 1] = a1 & ~m1 | b1 & m1;
  }

  // ---- others --------------------------------------------------------------------------------

  public static void pcmpeqq(long[] x, int t, long a0, long a1, long b0, long b1, int unused) {
    x[t] = a0 == b0 ? -1 : 0;
    x[t + 1] = a1 == b1 ? -1 : 0;
  }

  public static void pcmpgtq(long[] x, int t, long a0, long a1, long b0, long b1, int unused) {
    x[t] = a0 > b0 ? -1 : 0;
    x[t + 1] = a1 > b1 ? -1 : 0;
  }

  public static void phminposuw(long[] x, int t, long a0, long a1, long b0, long b1, int unused) {
    int minimum = 0x10000;
    int position = 0;
    for (int i = 0; i < 8; i++) {
      int value = (int) ((i < 4 ? b0 : b1) >>> 16 * (i & 3)) & 0xFFFF;
      if (value < minimum) {
        minimum = value;
        position = i;
      }
    }
    x[t] = minimum | (long) position << 16;
    x[t + 1] = 0;
  }

  public static void mpsadbw(long[] x, int t, long a0, long a1, long b0, long b1, int choice) {
    int from = (choice >> 2 & 1) * 4;
    int block = (choice & 3) * 4;
    long low = 0;
    long high = 0;
    for (int i = 0; i < 8; i++) {
      int sum = 0;
      for (int j = 0; j < 4; j++) {
        sum += Math.abs(byteAt(a0, a1, from + i + j) - byteAt(b0, b1, block + j));
      }
      if (i < 4) {
        low |= (long) sum << 16 * i;
      } else {
        high |= (long) sum << 16 * (i - 4);
      }
    }
    x[t] = low;
    x[t + 1] = high;
  }
}
