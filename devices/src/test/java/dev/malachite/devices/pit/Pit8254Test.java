// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.pit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class Pit8254Test {
  private final MachineClock clock = new MachineClock();
  private final TimerQueue timers = new TimerQueue(clock);
  private final CountDownLatch rises = new CountDownLatch(20);
  private boolean level;
  private final Pit8254 pit =
      new Pit8254(
          asserted -> {
            if (asserted && !level) {
              rises.countDown();
            }
            level = asserted;
          },
          clock,
          timers);

  @AfterEach
  void close() {
    timers.close();
  }

  private void out(int port, int value) {
    pit.writePort(port, 1, value);
  }

  private int in(int port) {
    return pit.readPort(port, 1);
  }

  @Test
  void counter0Interrupts() throws InterruptedException {
    long start = clock.nanoseconds();
    out(0x43, 0x34);
    out(0x40, 1193 & 0xFF);
    out(0x40, 1193 >> 8);
    assertThat(rises.await(20, TimeUnit.SECONDS)).isTrue();
    // The first rise is that of programming the mode.
    assertThat(clock.nanoseconds() - start).isGreaterThanOrEqualTo(18_900_000L);
  }

  @Test
  void counter2IsSeenAtPort61() {
    out(0x61, 1);
    out(0x43, 0xB0);
    out(0x42, 0xE9);
    out(0x42, 0x03);
    // Bit 5 rises after 1001 ticks, that is 839 microseconds.
    long start = clock.nanoseconds();
    while ((in(0x61) & 0x20) == 0) {
      assertThat(clock.nanoseconds() - start).isLessThan(20_000_000_000L);
    }
    assertThat(clock.nanoseconds() - start).isGreaterThan(700_000L);
    out(0x61, 0);
    assertThat(in(0x61) & 0x0F).isZero();
  }

  @Test
  void readBackLatchesSeveralCounters() {
    // The gate of counter 2 is low: it stands.
    out(0x43, 0xB6);
    out(0x42, 0);
    out(0x42, 0x80);
    out(0x43, 0x30);
    // Status and count of counter 2, status of counter 0 whose count isn't there yet.
    out(0x43, 0xC8);
    out(0x43, 0xE2);
    assertThat(in(0x42)).isEqualTo(0x80 | 0x36);
    assertThat(in(0x42) | in(0x42) << 8).isEqualTo(0x8000);
    assertThat(in(0x40)).isEqualTo(0x40 | 0x30);
  }

  @Test
  void nothingAGuestWritesBreaksIt() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int[] ports = {0x40, 0x41, 0x42, 0x43, 0x61};
    for (int i = 0; i < 100_000; i++) {
      int port = ports[random.nextInt(ports.length)];
      if (random.nextBoolean()) {
        out(port, random.nextInt(256));
      } else {
        assertThat(in(port)).as("seed " + seed).isBetween(0, 255);
      }
    }
    pit.reset();
  }
}
