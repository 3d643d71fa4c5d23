// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.machine.MachineEnd;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random instructions at level 0, with everything within reach: the guest may crash or hang, the
 * engine must not fail.
 */
class RandomCodeTest {
  private static final int[] SYSTEM = {
    0x00, 0x01, 0x01, 0x01, 0x02, 0x03, 0x06, 0x09, 0x20, 0x21, 0x22, 0x23, 0x30, 0x31, 0x32, 0x33,
    0xA2, 0xA0, 0xA1, 0xA8, 0xA9, 0xAE, 0xAE, 0xB2, 0xB4, 0xB5, 0xC7, 0xC7, 0x38, 0x3A, 0x07, 0x05
  };
  private static final int[] PREFIXES = {
    0x66, 0xF2, 0xF3, 0xF0, 0x48, 0x4F, 0x41, 0x67, 0x2E, 0x64, 0x65
  };
  private static final int[] PLAIN = {
    0xCF, 0xCB, 0xCA, 0xFF, 0x8E, 0x8C, 0x0F, 0xC8, 0xC9, 0x9D, 0x9C, 0xE4, 0xEC, 0x6C, 0x6E, 0xA4,
    0xAB, 0xF6, 0xF7, 0xD9, 0xDB, 0xDD, 0xDF, 0xCD, 0xCC, 0xF4, 0xFA, 0xFB, 0xE8, 0xEB, 0xC4, 0x62
  };
  private static final Duration PATIENCE = Duration.ofMillis(50);
  private static final int MACHINES = 40;
  private static final int SNIPPETS = 200;

  @Test
  void theEngineOutlivesAnyCode() throws Exception {
    Random random = Seeds.random(this);
    int ran = 0;
    for (int i = 0; i < MACHINES; i++) {
      try (Probe probe = new Probe(1)) {
        byte[] code = new byte[SNIPPETS * 16];
        for (int at = 0; at < code.length; at += 16) {
          byte[] snippet = snippet(random);
          System.arraycopy(snippet, 0, code, at, 16);
        }
        probe.write(Probe.FREE, code);
        for (int at = 0; at < code.length; at += 16) {
          if (!probe.callAndLook(Probe.FREE + at, PATIENCE)) {
            break;
          }
          ran++;
        }
        probe.machine().turnOff();
        assertThat(probe.awaitEnd().cause())
            .as("snippet %d of machine %d", ran, i)
            .isNotEqualTo(MachineEnd.Cause.FAILED);
        probe.assertNoErrors();
      }
    }
    assertThat(ran).as("snippets that came back").isGreaterThan(MACHINES * 2);
  }

  private static byte[] snippet(Random random) {
    byte[] code = new byte[16];
    int at = 0;
    while (at < 13) {
      while (random.nextInt(3) == 0 && at < 10) {
        code[at++] = (byte) PREFIXES[random.nextInt(PREFIXES.length)];
      }
      switch (random.nextInt(4)) {
        case 0 -> code[at++] = (byte) random.nextInt();
        case 1 -> code[at++] = (byte) PLAIN[random.nextInt(PLAIN.length)];
        default -> {
          code[at++] = 0x0F;
          boolean system = random.nextBoolean();
          code[at++] = (byte) (system ? SYSTEM[random.nextInt(SYSTEM.length)] : random.nextInt());
        }
      }
      for (int operands = random.nextInt(4); operands > 0 && at < 15; operands--) {
        code[at++] = (byte) random.nextInt();
      }
    }
    code[15] = (byte) 0xC3;
    return code;
  }
}
