// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.interrupt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The local APIC's registers against the rules of SDM volume 3, chapter 11. */
class LocalApicTest {
  private static final int ENABLE = 0x1FF;
  private static final int MASKED = 1 << 16;
  private static final long X2APIC = 0xC00;

  private final MachineClock clock = new MachineClock();
  private final TimerQueue timers = new TimerQueue(clock);
  private final ApicBus bus = new ApicBus();
  private final Semaphore attention = new Semaphore(0);
  private LocalApic apic;
  private LocalApic other;
  private final long[] result = new long[1];

  @BeforeEach
  void build() {
    apic = new LocalApic(0, bus, clock, timers);
    other = new LocalApic(1, bus, clock, timers);
    apic.listen(attention::release);
    apic.writeMmio(0xF0, ENABLE);
    other.writeMmio(0xF0, ENABLE);
  }

  @AfterEach
  void end() {
    timers.close();
  }

  /** Takes the next interrupt, waiting for it if there is none yet; -1 if none comes. */
  private int awaitInterrupt() throws InterruptedException {
    int vector = apic.acknowledge();
    while (vector < 0 && attention.tryAcquire(10, TimeUnit.SECONDS)) {
      vector = apic.acknowledge();
    }
    return vector;
  }

  private long msr(int number) {
    assertThat(apic.readMsr(number, result)).as("MSR 0x%x can be read", number).isTrue();
    return result[0];
  }

  @Test
  void powerOnStateIsTheManuals() {
    LocalApic fresh = new LocalApic(2, bus, clock, timers);
    assertThat(fresh.base()).isEqualTo(0xFEE0_0800L);
    assertThat(apic.base()).isEqualTo(0xFEE0_0900L);
    assertThat(fresh.readMmio(0x20)).isEqualTo(2 << 24);
    assertThat(fresh.readMmio(0x30)).isEqualTo(0x50014);
    assertThat(fresh.readMmio(0xF0)).isEqualTo(0xFF);
    assertThat(fresh.readMmio(0xE0)).isEqualTo(-1);
    for (int entry = 0x320; entry <= 0x370; entry += 0x10) {
      assertThat(fresh.readMmio(entry)).isEqualTo(MASKED);
    }
    assertThat(fresh.interruptPending()).isFalse();
    assertThat(fresh.acknowledge()).isEqualTo(-1);
  }

  @Test
  void disabledBySoftwareItTakesNoInterruptsAndMasksItsTable() {
    apic.writeMmio(0x350, 0x700);
    apic.writeMmio(0xF0, 0xFF);
    assertThat(apic.readMmio(0x350)).isEqualTo(0x700 | MASKED);
    assertThat(bus.interrupt(0, 0x40, false)).isFalse();
    assertThat(apic.interruptPending()).isFalse();
    apic.writeMmio(0x350, 0x700);
    assertThat(apic.readMmio(0x350)).as("unmasking must wait").isEqualTo(0x700 | MASKED);
  }

  @Test
  void interruptsAreServedByPriorityAndNest() {
    bus.interrupt(0, 0x41, false);
    bus.interrupt(0, 0x52, false);
    bus.interrupt(0, 0x45, false);
    assertThat(apic.acknowledge()).isEqualTo(0x52);
    assertThat(apic.readMmio(0xA0)).isEqualTo(0x50);
    assertThat(apic.interruptPending()).as("0x45 is of a lower class").isFalse();
    bus.interrupt(0, 0x5F, false);
    assertThat(apic.interruptPending()).as("the same class waits").isFalse();
    bus.interrupt(0, 0x60, false);
    assertThat(apic.acknowledge()).isEqualTo(0x60);
    apic.writeMmio(0xB0, 0);
    assertThat(apic.acknowledge()).isEqualTo(-1);
    apic.writeMmio(0xB0, 0);
    assertThat(apic.acknowledge()).isEqualTo(0x5F);
    apic.writeMmio(0xB0, 0);
    assertThat(apic.acknowledge()).isEqualTo(0x45);
    apic.writeMmio(0xB0, 0);
    assertThat(apic.acknowledge()).isEqualTo(0x41);
    apic.writeMmio(0xB0, 0);
    assertThat(apic.readMmio(0xA0)).isZero();
  }

  @Test
  void requestAndServiceRegistersShowTheVector() {
    bus.interrupt(0, 0xE5, false);
    assertThat(apic.readMmio(0x270)).isEqualTo(1 << 5);
    assertThat(apic.acknowledge()).isEqualTo(0xE5);
    assertThat(apic.readMmio(0x270)).isZero();
    assertThat(apic.readMmio(0x170)).isEqualTo(1 << 5);
    apic.writeMmio(0xB0, 0);
    assertThat(apic.readMmio(0x170)).isZero();
  }

  @Test
  void taskPriorityHoldsInterruptsBackAndReleasesThem() {
    apic.taskPriority(5);
    assertThat(apic.readMmio(0x80)).isEqualTo(0x50);
    bus.interrupt(0, 0x5A, false);
    assertThat(apic.interruptPending()).isFalse();
    attention.drainPermits();
    apic.writeMmio(0x80, 0x4F);
    assertThat(attention.tryAcquire()).as("the processor is told").isTrue();
    assertThat(apic.taskPriority()).isEqualTo(4);
    assertThat(apic.acknowledge()).isEqualTo(0x5A);
  }

  @Test
  void anInterruptThatEndsItselfIsNeverInService() {
    bus.interrupt(0, 0x70, true);
    assertThat(apic.acknowledge()).isEqualTo(0x70);
    assertThat(apic.readMmio(0xA0)).isZero();
    bus.interrupt(0, 0x70, false);
    assertThat(apic.acknowledge()).isEqualTo(0x70);
    assertThat(apic.readMmio(0xA0)).isEqualTo(0x70);
  }

  @Test
  void illegalVectorsAreErrorsWithAnInterruptOfTheirOwn() {
    apic.writeMmio(0x370, 0x33);
    apic.writeMmio(0x300, 0x4000 | 5);
    assertThat(apic.readMmio(0x280)).as("nothing before the register is written").isZero();
    apic.writeMmio(0x280, 0);
    assertThat(apic.readMmio(0x280)).isEqualTo(0x20);
    assertThat(apic.acknowledge()).isEqualTo(0x33);
    bus.interrupt(0, 3, false);
    apic.writeMmio(0x280, 0);
    assertThat(apic.readMmio(0x280)).isEqualTo(0x40);
    apic.readMmio(0x40);
    apic.writeMmio(0x280, 0);
    assertThat(apic.readMmio(0x280)).isEqualTo(0x80);
    apic.writeMmio(0x280, 0);
    assertThat(apic.readMmio(0x280)).isZero();
  }

  @Test
  void initAndStartupReachTheOtherProcessorInTheirOrder() {
    apic.writeMmio(0x310, 1 << 24);
    apic.writeMmio(0x300, 0x4600 | 0x12);
    apic.writeMmio(0x300, 0x4500);
    assertThat(other.takeStartup()).as("INIT makes an older start-up void").isEqualTo(-1);
    apic.writeMmio(0x300, 0x4600 | 0x99);
    assertThat(other.takeInit()).isTrue();
    assertThat(other.takeInit()).isFalse();
    assertThat(other.takeStartup()).isEqualTo(0x99);
    assertThat(other.takeStartup()).isEqualTo(-1);
    apic.writeMmio(0x300, 0x8500);
    assertThat(other.takeInit()).as("level de-assert does nothing").isFalse();
    assertThat(apic.takeInit()).isFalse();
  }

  @Test
  void shorthandsNameSelfAllAndOthers() {
    apic.writeMmio(0x300, 0x4_4050);
    assertThat(apic.acknowledge()).isEqualTo(0x50);
    assertThat(other.acknowledge()).isEqualTo(-1);
    apic.writeMmio(0x300, 0x8_4060);
    assertThat(apic.acknowledge()).isEqualTo(0x60);
    assertThat(other.acknowledge()).isEqualTo(0x60);
    apic.writeMmio(0x300, 0xC_4470);
    assertThat(other.takeNmi()).isTrue();
    assertThat(apic.takeNmi()).isFalse();
  }

  @Test
  void baseRefusesTheTransitionsTheManualForbids() {
    assertThat(apic.base(0xFEE0_0100L | 1 << 10)).as("x2APIC without enable").isFalse();
    assertThat(apic.base(0xFEE0_0100L | X2APIC)).isTrue();
    assertThat(apic.base(0xFEE0_0900L)).as("x2APIC to xAPIC").isFalse();
    assertThat(apic.base(0xFEE0_0100L)).as("x2APIC to disabled").isTrue();
    assertThat(apic.base(0xFEE0_0100L | X2APIC)).as("disabled to x2APIC").isFalse();
    assertThat(apic.base(0xFEE0_0900L)).isTrue();
    assertThat(apic.base(0xFEE0_0901L)).as("reserved bit").isFalse();
    assertThat(apic.base(1L << 40 | 0x900)).as("beyond the physical addresses").isFalse();
    assertThat(apic.base()).isEqualTo(0xFEE0_0900L);
    assertThat(apic.readMmio(0xF0)).as("disabling resets").isEqualTo(0xFF);
  }

  @Test
  void x2apicRegistersAreMsrsAndMemoryIsGone() {
    assertThat(apic.readMsr(0x802, result)).as("not before x2APIC mode").isFalse();
    apic.base(0xFEE0_0100L | X2APIC);
    assertThat(apic.readMmio(0x30)).isEqualTo(-1);
    assertThat(msr(0x802)).isZero();
    assertThat(msr(0x80D)).isEqualTo(1);
    assertThat(other.base(0xFEE0_0000L | X2APIC)).isTrue();
    assertThat(other.readMsr(0x80D, result)).isTrue();
    assertThat(result[0]).isEqualTo(2);
    for (int absent : new int[] {0x80E, 0x80B, 0x83F, 0x831, 0x809, 0x80C, 0x800, 0x8FF, 0x840}) {
      assertThat(apic.readMsr(absent, result)).as("read of 0x%x", absent).isFalse();
    }
    for (int readOnly : new int[] {0x802, 0x803, 0x80A, 0x80D, 0x810, 0x820, 0x839, 0x80E, 0x8FF}) {
      assertThat(apic.writeMsr(readOnly, 0)).as("write of 0x%x", readOnly).isFalse();
    }
    assertThat(apic.writeMsr(0x80B, 1)).as("EOI takes only 0").isFalse();
    assertThat(apic.writeMsr(0x828, 1)).as("ESR takes only 0").isFalse();
    assertThat(apic.writeMsr(0x808, 0x100)).as("reserved bit of TPR").isFalse();
    assertThat(apic.writeMsr(0x80F, 0x11FF)).as("reserved bit of SVR").isFalse();
    assertThat(apic.writeMsr(0x830, 1L << 20)).as("reserved bit of ICR").isFalse();
  }

  @Test
  void x2apicIpisTakeWholeDestinations() {
    apic.base(0xFEE0_0100L | X2APIC);
    other.base(0xFEE0_0000L | X2APIC);
    assertThat(apic.writeMsr(0x830, 1L << 32 | 0xF3)).isTrue();
    assertThat(other.acknowledge()).isEqualTo(0xF3);
    assertThat(msr(0x830)).isEqualTo(1L << 32 | 0xF3);
    apic.writeMsr(0x830, 0xFFFF_FFFF_0000_00F4L);
    other.writeMsr(0x80B, 0);
    assertThat(other.acknowledge()).isEqualTo(0xF4);
    assertThat(apic.acknowledge()).isEqualTo(0xF4);
    apic.writeMsr(0x80B, 0);
    apic.writeMsr(0x830, 0x0000_0003_0000_08F5L);
    assertThat(apic.acknowledge()).as("logical, cluster 0, both").isEqualTo(0xF5);
    apic.writeMsr(0x80B, 0);
    apic.writeMsr(0x83F, 0x41);
    assertThat(apic.acknowledge()).isEqualTo(0x41);
    apic.writeMsr(0x830, 0x0001_0001_0000_08F6L);
    assertThat(apic.interruptPending()).as("another cluster").isFalse();
  }

  @Test
  void oneShotTimerRunsOutOnceAfterItsTime() throws InterruptedException {
    apic.writeMmio(0x3E0, 0xB);
    apic.writeMmio(0x320, 0xEC);
    long start = clock.nanoseconds();
    apic.writeMmio(0x380, 1_000_000);
    assertThat(apic.readMmio(0x390)).isBetween(0, 1_000_000);
    assertThat(awaitInterrupt()).isEqualTo(0xEC);
    assertThat(clock.nanoseconds() - start).isGreaterThanOrEqualTo(5_000_000);
    assertThat(apic.readMmio(0x390)).isZero();
    assertThat(apic.readMmio(0x380)).isEqualTo(1_000_000);
  }

  @Test
  void periodicTimerGoesOnUntilItsCountIsZero() throws InterruptedException {
    apic.writeMmio(0x3E0, 0);
    apic.writeMmio(0x320, 0x200EC);
    apic.writeMmio(0x380, 50_000);
    for (int i = 0; i < 5; i++) {
      assertThat(awaitInterrupt()).isEqualTo(0xEC);
      apic.writeMmio(0xB0, 0);
    }
    assertThat(apic.readMmio(0x390)).isBetween(1, 50_000);
    apic.writeMmio(0x380, 0);
    assertThat(apic.readMmio(0x390)).isZero();
  }

  @Test
  void divideRegisterSlowsTheCount() {
    int[] codes = {0xB, 0, 1, 2, 3, 8, 9, 0xA};
    for (int i = 0; i < codes.length; i++) {
      apic.writeMmio(0x3E0, codes[i]);
      long before = clock.nanoseconds();
      apic.writeMmio(0x380, -1);
      long started = clock.nanoseconds();
      while (clock.nanoseconds() - started < 200_000) {
        Thread.onSpinWait();
      }
      long least = clock.nanoseconds() - started;
      long elapsed = 0xFFFF_FFFFL - Integer.toUnsignedLong(apic.readMmio(0x390));
      long most = clock.nanoseconds() - before;
      assertThat(elapsed)
          .as("divided by %d", 1 << i)
          .isBetween((least / 5 >> i) - 1, most / 5 >> i);
    }
  }

  @Test
  void deadlineTimerComparesWithTheGuestsCounter() throws InterruptedException {
    apic.writeMmio(0x320, 0x400ED);
    apic.tscOffset(1_000_000_000_000L);
    long deadline = clock.tsc() + 3_000_000;
    assertThat(apic.writeMsr(0x6E0, deadline + 1_000_000_000_000L)).isTrue();
    assertThat(awaitInterrupt()).isEqualTo(0xED);
    assertThat(clock.tsc()).isGreaterThanOrEqualTo(deadline);
    assertThat(msr(0x6E0)).as("disarmed").isZero();
    apic.writeMmio(0xB0, 0);
    apic.writeMsr(0x6E0, 1);
    assertThat(apic.acknowledge()).as("a moment that has passed is now").isEqualTo(0xED);
    apic.writeMmio(0xB0, 0);
    apic.writeMsr(0x6E0, -1);
    assertThat(apic.interruptPending()).as("centuries away").isFalse();
    apic.writeMmio(0x320, 0xED);
    assertThat(msr(0x6E0)).as("leaving the mode disarms").isZero();
    apic.writeMsr(0x6E0, 1);
    assertThat(apic.interruptPending()).as("no deadline in another mode").isFalse();
  }

  @Test
  void externalControllerComesThroughLint0() {
    int[] vectors = {0x08};
    apic.externalInterrupts(() -> vectors[0]);
    apic.lint(0, true);
    assertThat(apic.interruptPending()).as("LINT0 is masked").isFalse();
    apic.writeMmio(0x350, 0x700);
    assertThat(apic.interruptPending()).isTrue();
    assertThat(apic.acknowledge()).isEqualTo(0x08);
    apic.lint(0, false);
    assertThat(apic.interruptPending()).isFalse();
    apic.base(0xFEE0_0100L);
    apic.lint(0, true);
    assertThat(apic.acknowledge()).as("an APIC that is off lets it through").isEqualTo(0x08);
  }

  @Test
  void lint1BringsTheBoardsNmi() {
    apic.writeMmio(0x360, 0x400);
    apic.lint(1, true);
    assertThat(apic.takeNmi()).isTrue();
    apic.lint(1, true);
    assertThat(apic.takeNmi()).as("no second edge").isFalse();
  }

  @Test
  void levelOnLint0InterruptsAgainAfterItsEnd() {
    apic.writeMmio(0x350, 0x8000 | 0x61);
    apic.lint(0, true);
    assertThat(apic.acknowledge()).isEqualTo(0x61);
    assertThat(apic.readMmio(0x350) & 1 << 14).isNotZero();
    apic.writeMmio(0xB0, 0);
    assertThat(apic.acknowledge()).isEqualTo(0x61);
    apic.lint(0, false);
    apic.writeMmio(0xB0, 0);
    assertThat(apic.acknowledge()).isEqualTo(-1);
    assertThat(apic.readMmio(0x350) & 1 << 14).isZero();
  }

  @Test
  void initKeepsTheModeAndTheId() {
    apic.base(0xFEE0_0100L | X2APIC);
    apic.writeMsr(0x80F, 0x1FF);
    bus.interrupt(0, 0x55, false);
    apic.reset();
    assertThat(apic.base()).isEqualTo(0xFEE0_0100L | X2APIC);
    assertThat(apic.interruptPending()).isFalse();
    assertThat(msr(0x80F)).isEqualTo(0xFF);
    assertThat(msr(0x80D)).isEqualTo(1);
    bus.powerOn();
    assertThat(apic.base()).isEqualTo(0xFEE0_0900L);
  }
}
