// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.machine.MachineEnd;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every model-specific register there is or might be, read and written with random values. */
class MsrStormTest {
  private static final int[][] RANGES = {
    {0, 0x1FFF}, {0x4000_0000, 0x4000_0200}, {0xC000_0000, 0xC000_0200}
  };
  private static final int RESET = 0x4000_0003;
  private static final int CRASH_CONTROL = 0x4000_0105;
  private static final int X2APIC_COMMAND = 0x830;
  private static final int SYNTHETIC_COMMAND = 0x4000_0071;

  @Test
  void anyRegisterWithAnyValueIsAnAnswerOrAFault() throws Exception {
    Random random = Seeds.random(this);
    try (Probe probe = new Probe(2)) {
      probe.enableHypercalls();
      List<Step> reads = new ArrayList<>();
      for (int[] range : RANGES) {
        for (int msr = range[0]; msr <= range[1]; msr++) {
          reads.add(Step.readMsr(msr));
        }
      }
      List<Probe.Outcome> first = probe.steps(reads);
      List<Step> writes = new ArrayList<>();
      int at = 0;
      for (int[] range : RANGES) {
        for (int msr = range[0]; msr <= range[1]; msr++) {
          for (int i = first.get(at++).fault() ? 1 : 30; i > 0; i--) {
            writes.add(write(msr, value(random)));
          }
        }
      }
      // In order, and then across each other.
      int faults = count(probe.steps(writes));
      assertThat(faults).isBetween(RANGES[0][1] / 2, writes.size() - 500);
      Collections.shuffle(writes, random);
      count(probe.steps(writes));
      count(probe.steps(reads));
      recover(probe);
      probe.powerOff();
    }
  }

  private static int count(List<Probe.Outcome> outcomes) {
    int faults = 0;
    for (Probe.Outcome outcome : outcomes) {
      if (outcome.fault()) {
        // 16 to 31 may be interrupts that the guest has asked for.
        assertThat(outcome.vector()).isBetween(13, 31).isNotEqualTo(Probe.PAGE_FAULT);
        faults++;
      }
    }
    return faults;
  }

  /** Values that go far: small ones, single bits, pages inside and outside memory. */
  private static long value(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextLong();
      case 1 -> random.nextInt(256);
      case 2 -> 1L << random.nextInt(64);
      case 3 -> (Probe.FREE + random.nextInt(0x200_0000) & -4096) | random.nextInt(2);
      case 4 -> (long) random.nextInt(1 << 20) << 12 | 1;
      default -> random.nextInt(1 << 20);
    };
  }

  // What ends the machine or the probe by right is left out: resets, crashes, INIT to oneself, and
  // pages of the hypervisor's over the probe.
  private static Step write(int msr, long random) {
    long value = random;
    switch (msr) {
      case RESET -> value &= ~1;
      case CRASH_CONTROL -> value = 0;
      case X2APIC_COMMAND, SYNTHETIC_COMMAND -> value &= ~0x700;
      case 0x4000_0001, 0x4000_0021, 0x4000_0073, 0x4000_0082, 0x4000_0083 -> {
        if (value >= 0 && value < Probe.FREE) {
          value += Probe.FREE;
        }
        if (msr == 0x4000_0001) {
          value &= ~2;
        }
      }
      default -> {}
    }
    return Step.writeMsr(msr, value);
  }

  private static void recover(Probe probe) {
    for (int timer = 0x4000_00B0; timer <= 0x4000_00B7; timer++) {
      assertThat(probe.writeMsr(timer, 0).fault()).isFalse();
    }
    probe.enableHypercalls();
    assertThat(probe.hypercall(8, 0, 0).value()).as("a hypercall afterwards").isZero();
  }

  @Test
  void aResetStartsTheMachineAgain() throws Exception {
    try (Probe probe = new Probe(2)) {
      probe.writeMsrForGood(RESET, 1);
      probe.awaitRestart();
      probe.enableHypercalls();
      probe.powerOff();
    }
  }

  @Test
  void aReportedCrashEndsTheMachine() throws Exception {
    try (Probe probe = new Probe(1)) {
      probe.writeMsr(0x4000_0103, 0xFFFF_FFFF_FFFF_F000L);
      probe.writeMsr(0x4000_0104, Long.MAX_VALUE);
      probe.writeMsrForGood(CRASH_CONTROL, 3L << 62);
      MachineEnd end = probe.awaitEnd();
      assertThat(end.cause()).isEqualTo(MachineEnd.Cause.CRASHED);
      probe.assertNoErrors();
    }
  }
}
