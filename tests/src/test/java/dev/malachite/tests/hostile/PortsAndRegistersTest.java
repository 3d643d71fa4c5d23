// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random reads and writes of all ports and of everything that isn't memory. */
class PortsAndRegistersTest {
  private static final int[] SIZES = {1, 2, 4, 8};
  private static final int SERIAL = 0x3F8;
  private static final int POWER = 0x600;
  private static final int HYPERCALL = 0xE4;
  private static final long IO_APIC = 0xFEC0_0000L;
  private static final long LOCAL_APIC = 0xFEE0_0000L;

  @Test
  void anyPortTakesAnything() throws Exception {
    Random random = Seeds.random(this);
    try (Probe probe = new Probe(1)) {
      List<Step> steps = new ArrayList<>();
      for (int round = 0; round < 20_000; round++) {
        int size = SIZES[random.nextInt(3)];
        // Every port by itself, those of devices more often.
        int port =
            switch (random.nextInt(4)) {
              case 0 -> 0x70 + random.nextInt(2);
              case 1 -> 0x603 + random.nextInt(8);
              default -> random.nextInt(0x10000);
            };
        if (touches(port, size, SERIAL, 8)
            || touches(port, size, POWER, 3)
            || touches(port, size, HYPERCALL, 1)) {
          continue;
        }
        steps.add(
            random.nextBoolean() ? Step.in(port, size) : Step.out(port, size, random.nextInt()));
      }
      assertNoFaults(steps, probe.steps(steps));
      // The hypercall port without hypercalls, and the power ports with what they don't know.
      for (int size = 1; size <= 4; size *= 2) {
        assertThat(probe.out(HYPERCALL, size, 0x5D).fault()).isFalse();
        assertThat(probe.in(HYPERCALL, size).fault()).isFalse();
        for (int port = POWER; port < POWER + 3; port++) {
          assertThat(probe.in(port, size).fault()).isFalse();
          assertThat(probe.out(port, size, 0).fault()).isFalse();
          assertThat(probe.out(port, size, 0xFFFF_FFC3).fault()).isFalse();
        }
      }
      probe.powerOff();
    }
  }

  private static boolean touches(int port, int size, int first, int count) {
    return port < first + count && first < port + size;
  }

  @Test
  void theSerialPortRecovers() throws Exception {
    Random random = Seeds.random(this);
    try (Probe probe = new Probe(1)) {
      for (int i = 0; i < 5; i++) {
        probe.portStorm(SERIAL, 8, 20_000, random.nextLong() | 1);
        probe.nothing();
      }
      probe.powerOff();
    }
  }

  @Test
  void anyAddressOutsideMemoryTakesAnything() throws Exception {
    Random random = Seeds.random(this);
    try (Probe probe = new Probe(1)) {
      List<Step> steps = new ArrayList<>();
      for (int round = 0; round < 30_000; round++) {
        long address =
            switch (random.nextInt(6)) {
              case 0 -> IO_APIC - 8 + random.nextInt(0x40);
              case 1 -> LOCAL_APIC + random.nextInt(0x410);
              case 2 -> LOCAL_APIC + random.nextInt(0x20_0000);
              case 3 -> Probe.MEMORY + random.nextInt(0x7000_0000);
              default -> 0xF800_0000L + random.nextInt(0x0800_0000 - 16);
            };
        int size = random.nextInt(20) == 0 ? 16 : SIZES[random.nextInt(4)];
        boolean locked = random.nextInt(50) == 0;
        if (commands(address)) {
          continue;
        }
        steps.add(
            random.nextBoolean()
                ? Step.load(address, size)
                : Step.store(address, locked ? 32 : size, value(random, address)));
      }
      assertNoFaults(steps, probe.steps(steps));
      probe.enableHypercalls();
      assertThat(probe.hypercall(8, 0, 0).value()).isZero();
      probe.powerOff();
    }
  }

  // The local APIC's command register could reset the probe's own processor, by right.
  private static boolean commands(long address) {
    long page = address & -4096;
    return page == LOCAL_APIC && (address & 0xFFF) > 0x2F0 - 16 && (address & 0xFFF) < 0x320;
  }

  // So could an entry of the IOAPIC or a message with the delivery mode of INIT.
  private static long value(Random random, long address) {
    long value = random.nextBoolean() ? random.nextLong() : random.nextInt(64);
    boolean messages = address >= IO_APIC - 16 && address < LOCAL_APIC + 0x10_0000;
    return messages ? value & 0xF8FF_F8F8_F8FF_F8FFL & ~0x700L : value;
  }

  private static void assertNoFaults(List<Step> steps, List<Probe.Outcome> outcomes) {
    for (int i = 0; i < steps.size(); i++) {
      // 16 to 31 may be interrupts that the guest has asked for.
      int vector = outcomes.get(i).vector();
      if (vector >= 0) {
        assertThat(vector).as(steps.get(i).toString()).isBetween(16, 31);
      }
    }
  }
}
