// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.clock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Register behaviour by the MC146818 data sheet. */
class RealTimeClockTest {
  private final MachineClock machine = new MachineClock();
  private final TimerQueue timers = new TimerQueue(machine);
  private final CountDownLatch interrupt = new CountDownLatch(1);
  private final RealTimeClock clock = clock("2026-11-24T17:08:09Z");

  private RealTimeClock clock(String time) {
    return new RealTimeClock(
        asserted -> {
          if (asserted) {
            interrupt.countDown();
          }
        },
        machine,
        timers,
        Clock.fixed(Instant.parse(time), ZoneOffset.UTC));
  }

  @AfterEach
  void close() {
    timers.close();
  }

  private int read(int register) {
    clock.writePort(0x70, 1, register);
    return clock.readPort(0x71, 1);
  }

  private void write(int register, int value) {
    clock.writePort(0x70, 1, register);
    clock.writePort(0x71, 1, value);
  }

  @Test
  void showsTheTimeInBinaryCodedDecimal() {
    assertThat(read(0)).isEqualTo(0x09);
    assertThat(read(2)).isEqualTo(0x08);
    assertThat(read(4)).isEqualTo(0x17);
    assertThat(read(6)).as("Tuesday").isEqualTo(3);
    assertThat(read(7)).isEqualTo(0x24);
    assertThat(read(8)).isEqualTo(0x11);
    assertThat(read(9)).isEqualTo(0x26);
    assertThat(read(0x32)).isEqualTo(0x20);
  }

  @Test
  void showsTheTimeInBinaryAndTwelveHours() {
    write(11, 4);
    assertThat(read(2)).isEqualTo(8);
    assertThat(read(4)).isEqualTo(0x85);
    assertThat(read(9)).isEqualTo(26);
  }

  @Test
  void takesATimeTheGuestSets() {
    write(11, 0x82);
    write(4, 0x23);
    write(2, 0x59);
    write(0, 0x58);
    write(11, 0x02);
    assertThat(read(4)).isEqualTo(0x23);
    assertThat(read(2)).isEqualTo(0x59);
    assertThat(read(0)).isEqualTo(0x58);
    assertThat(read(7)).isEqualTo(0x24);
  }

  @Test
  void keepsGoingWhenTheGuestWritesNoDate() {
    write(8, 0x77);
    assertThat(read(8)).isEqualTo(0x11);
  }

  @Test
  void isValidAndNeverUpdatesWhileRead() {
    assertThat(read(13)).isEqualTo(0x80);
    assertThat(read(10) & 0x80).isZero();
  }

  @Test
  void interruptsPeriodicallyAndForgetsTheCauseWhenRead() throws InterruptedException {
    write(10, 0x26);
    write(11, 0x42);
    assertThat(interrupt.await(5, TimeUnit.SECONDS)).isTrue();
    write(11, 0x02);
    assertThat(read(12) & 0x40).isEqualTo(0x40);
    assertThat(read(12)).isZero();
  }

  @Test
  void keepsMemory() {
    write(0x40, 0xA5);
    assertThat(read(0x40)).isEqualTo(0xA5);
  }
}
