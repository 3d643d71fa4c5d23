// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.SplittableRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** The AES instructions, put together to whole ciphers, against the JDK's. */
class AesOperationsTest {
  private static final int[] AESIMC = {0x66, 0x0F, 0x38, 0xDB};
  private static final int[] AESENC = {0x66, 0x0F, 0x38, 0xDC};
  private static final int[] AESENCLAST = {0x66, 0x0F, 0x38, 0xDD};
  private static final int[] AESDEC = {0x66, 0x0F, 0x38, 0xDE};
  private static final int[] AESDECLAST = {0x66, 0x0F, 0x38, 0xDF};
  private static final int[] AESKEYGENASSIST = {0x66, 0x0F, 0x3A, 0xDF};
  private static final int KEYS = 200;
  private static final int BLOCKS = 5;

  @Test
  void aes128IsTheJdks() throws GeneralSecurityException {
    check(16);
  }

  @Test
  void aes256IsTheJdks() throws GeneralSecurityException {
    check(32);
  }

  private static void check(int keyBytes) throws GeneralSecurityException {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    byte[] key = new byte[keyBytes];
    byte[] plain = new byte[16];
    try (BareProcessor processor = new BareProcessor(seed)) {
      for (int i = 0; i < KEYS; i++) {
        random.nextBytes(key);
        Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        int[] schedule = schedule(processor, key);
        for (int j = 0; j < BLOCKS; j++) {
          random.nextBytes(plain);
          byte[] encrypted = encrypt(processor, schedule, plain);
          assertThat(encrypted).as("key %d, seed %d", i, seed).isEqualTo(cipher.doFinal(plain));
          assertThat(decrypt(processor, schedule, encrypted))
              .as("key %d, seed %d", i, seed)
              .isEqualTo(plain);
        }
      }
    }
  }

  /** FIPS 197, section 5.2, in double words whose lowest byte is the first. */
  private static int[] schedule(BareProcessor p, byte[] key) {
    int n = key.length / 4;
    int[] w = new int[4 * (n + 7)];
    ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(w, 0, n);
    int constant = 1;
    for (int i = n; i < w.length; i++) {
      int term = w[i - 1];
      if (i % n == 0) {
        p.words(1, i, ~i, 7, term);
        p.execute(AESKEYGENASSIST, 2, 1, constant);
        term = p.word(2, 3);
        constant = constant << 1 ^ (constant >> 7) * 0x11B;
      } else if (n == 8 && i % n == 4) {
        p.words(1, i, term, 7, ~i);
        p.execute(AESKEYGENASSIST, 2, 1, 0xFF);
        term = p.word(2, 0);
      }
      w[i] = w[i - n] ^ term;
    }
    return w;
  }

  private static void key(BareProcessor p, int[] schedule, int round) {
    p.words(
        1,
        schedule[4 * round],
        schedule[4 * round + 1],
        schedule[4 * round + 2],
        schedule[4 * round + 3]);
  }

  private static byte[] encrypt(BareProcessor p, int[] schedule, byte[] block) {
    int rounds = schedule.length / 4 - 1;
    start(p, schedule, 0, block);
    for (int round = 1; round < rounds; round++) {
      key(p, schedule, round);
      p.execute(AESENC, 0, 1);
    }
    key(p, schedule, rounds);
    p.execute(AESENCLAST, 0, 1);
    return result(p);
  }

  private static byte[] decrypt(BareProcessor p, int[] schedule, byte[] block) {
    int rounds = schedule.length / 4 - 1;
    start(p, schedule, rounds, block);
    for (int round = rounds - 1; round > 0; round--) {
      key(p, schedule, round);
      p.execute(AESIMC, 1, 1);
      p.execute(AESDEC, 0, 1);
    }
    key(p, schedule, 0);
    p.execute(AESDECLAST, 0, 1);
    return result(p);
  }

  private static void start(BareProcessor p, int[] schedule, int round, byte[] block) {
    ByteBuffer bytes = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    key(p, schedule, round);
    p.set(0, bytes.getLong(0) ^ p.low(1), bytes.getLong(8) ^ p.high(1));
  }

  private static byte[] result(BareProcessor p) {
    ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    return bytes.putLong(p.low(0)).putLong(p.high(0)).array();
  }
}
