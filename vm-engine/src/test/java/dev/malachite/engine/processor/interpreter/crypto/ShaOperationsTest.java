// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The SHA instructions, put together to whole digests, against the JDK's. */
class ShaOperationsTest {
  private static final int[] SHA1NEXTE = {0x0F, 0x38, 0xC8};
  private static final int[] SHA1MSG1 = {0x0F, 0x38, 0xC9};
  private static final int[] SHA1MSG2 = {0x0F, 0x38, 0xCA};
  private static final int[] SHA1RNDS4 = {0x0F, 0x3A, 0xCC};
  private static final int[] SHA256RNDS2 = {0x0F, 0x38, 0xCB};
  private static final int[] SHA256MSG1 = {0x0F, 0x38, 0xCC};
  private static final int[] SHA256MSG2 = {0x0F, 0x38, 0xCD};
  private static final int MESSAGES = 300;

  @Test
  void sha256IsTheJdks() throws GeneralSecurityException {
    check("SHA-256", ShaOperationsTest::sha256);
  }

  @Test
  void sha1IsTheJdks() throws GeneralSecurityException {
    check("SHA-1", ShaOperationsTest::sha1);
  }

  private interface Digest {
    byte[] of(BareProcessor processor, int[] words);
  }

  private static void check(String name, Digest digest) throws GeneralSecurityException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    try (BareProcessor processor = new BareProcessor(seed)) {
      for (int i = 0; i < MESSAGES; i++) {
        byte[] message = new byte[random.nextInt(300)];
        random.nextBytes(message);
        assertThat(digest.of(processor, padded(message)))
            .as("%s of message %d, seed %d", name, i, seed)
            .isEqualTo(MessageDigest.getInstance(name).digest(message));
      }
    }
  }

  /** FIPS 180-4, section 5.1.1. */
  private static int[] padded(byte[] message) {
    ByteBuffer bytes = ByteBuffer.allocate((message.length + 9 + 63) / 64 * 64);
    bytes.put(message).put((byte) 0x80);
    bytes.putLong(bytes.capacity() - 8, 8L * message.length);
    int[] words = new int[bytes.capacity() / 4];
    bytes.rewind().asIntBuffer().get(words);
    return words;
  }

  // FIPS 180-4, section 4.2.2: the first bits of the fractions of the primes' cube roots; section
  // 5.3.3: of their square roots.
  private static int[] fractions(int count, boolean cube) {
    int[] result = new int[count];
    int found = 0;
    for (int n = 2; found < count; n++) {
      int candidate = n;
      if (java.util.stream.IntStream.range(2, n).allMatch(d -> candidate % d != 0)) {
        double root = cube ? Math.cbrt(n) : Math.sqrt(n);
        result[found++] = (int) (long) ((root - Math.floor(root)) * 0x1p32);
      }
    }
    return result;
  }

  private static byte[] sha256(BareProcessor p, int[] message) {
    int[] k = fractions(64, true);
    int[] h = fractions(8, false);
    for (int block = 0; block < message.length; block += 16) {
      int[] w = Arrays.copyOfRange(message, block, block + 64);
      for (int t = 16; t < 64; t += 4) {
        p.words(3, w[t - 16], w[t - 15], w[t - 14], w[t - 13]);
        p.words(4, w[t - 12], w[t - 11], w[t - 10], w[t - 9]);
        p.execute(SHA256MSG1, 3, 4);
        p.words(
            3,
            p.word(3, 0) + w[t - 7],
            p.word(3, 1) + w[t - 6],
            p.word(3, 2) + w[t - 5],
            p.word(3, 3) + w[t - 4]);
        p.words(4, w[t - 4], w[t - 3], w[t - 2], w[t - 1]);
        p.execute(SHA256MSG2, 3, 4);
        for (int i = 0; i < 4; i++) {
          w[t + i] = p.word(3, i);
        }
      }
      p.words(1, h[5], h[4], h[1], h[0]);
      p.words(2, h[7], h[6], h[3], h[2]);
      for (int t = 0; t < 64; t += 4) {
        p.words(0, w[t] + k[t], w[t + 1] + k[t + 1], t, -t);
        p.execute(SHA256RNDS2, 2, 1);
        p.words(0, w[t + 2] + k[t + 2], w[t + 3] + k[t + 3], -t, t);
        p.execute(SHA256RNDS2, 1, 2);
      }
      for (int i = 0; i < 2; i++) {
        h[i] += p.word(1, 3 - i);
        h[2 + i] += p.word(2, 3 - i);
        h[4 + i] += p.word(1, 1 - i);
        h[6 + i] += p.word(2, 1 - i);
      }
    }
    return bytes(h);
  }

  private static byte[] sha1(BareProcessor p, int[] message) {
    int[] h = {0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0};
    for (int block = 0; block < message.length; block += 16) {
      int[] w = Arrays.copyOfRange(message, block, block + 80);
      for (int t = 16; t < 80; t += 4) {
        p.words(3, w[t - 13], w[t - 14], w[t - 15], w[t - 16]);
        p.words(4, w[t - 9], w[t - 10], w[t - 11], w[t - 12]);
        p.execute(SHA1MSG1, 3, 4);
        p.words(
            3,
            p.word(3, 0) ^ w[t - 5],
            p.word(3, 1) ^ w[t - 6],
            p.word(3, 2) ^ w[t - 7],
            p.word(3, 3) ^ w[t - 8]);
        p.words(4, w[t - 1], w[t - 2], w[t - 3], w[t - 4]);
        p.execute(SHA1MSG2, 3, 4);
        for (int i = 0; i < 4; i++) {
          w[t + i] = p.word(3, 3 - i);
        }
      }
      p.words(0, h[3], h[2], h[1], h[0]);
      p.words(1, 0, 0, 0, h[4]);
      for (int t = 0; t < 80; t += 4) {
        if (t == 0) {
          p.words(2, w[3], w[2], w[1], w[0] + h[4]);
        } else {
          p.set(2, p.low(1), p.high(1));
          p.words(4, w[t + 3], w[t + 2], w[t + 1], w[t]);
          p.execute(SHA1NEXTE, 2, 4);
        }
        p.set(1, p.low(0), p.high(0));
        p.execute(SHA1RNDS4, 0, 2, t / 20 | t & 0xFC); // only the lowest two bits count
      }
      p.words(4, 0, 0, 0, h[4]);
      p.execute(SHA1NEXTE, 1, 4);
      h[4] = p.word(1, 3);
      for (int i = 0; i < 4; i++) {
        h[i] += p.word(0, 3 - i);
      }
    }
    return bytes(h);
  }

  private static byte[] bytes(int[] words) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * words.length);
    bytes.asIntBuffer().put(words);
    return bytes.array();
  }
}
