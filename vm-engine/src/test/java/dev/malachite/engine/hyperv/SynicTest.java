// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages, events and synthetic timers as the TLFS describes them. */
class SynicTest {
  private static final int SIEFP = 0x4000_0082;
  private static final int SIMP = 0x4000_0083;
  private static final int EOM = 0x4000_0084;
  private static final int SINT0 = 0x4000_0090;
  private static final int TIMER0_CONFIG = 0x4000_00B0;
  private static final int TIMER0_COUNT = 0x4000_00B1;
  private static final long MESSAGES = 0x5000;
  private static final long EVENTS = 0x6000;
  private static final long SLOT = MESSAGES + 2 * 256;
  private static final byte[] PAYLOAD = {1, 2, 3, 4, 5, 6, 7, 8};

  private final TestPartition t = new TestPartition(2);

  @BeforeEach
  void enable() {
    t.put(MESSAGES, -1, -1);
    assertThat(t.write(SIMP, MESSAGES | 1)).isTrue();
    assertThat(t.write(SIEFP, EVENTS | 1)).isTrue();
    assertThat(t.write(SINT0 + 2, 0xF3)).isTrue();
  }

  @AfterEach
  void end() {
    t.close();
  }

  private boolean post(int type) {
    return t.partition.postMessage(0, 2, type, PAYLOAD, 2, 4);
  }

  /** Takes the next interrupt, waiting for it if there is none yet; -1 if none comes. */
  private int awaitInterrupt() throws InterruptedException {
    int vector = acknowledge();
    while (vector < 0 && t.attention.tryAcquire(10, TimeUnit.SECONDS)) {
      vector = acknowledge();
    }
    return vector;
  }

  private int acknowledge() {
    int vector = t.bus.apic(0).acknowledge();
    if (vector >= 0) {
      t.bus.apic(0).endOfInterrupt();
    }
    return vector;
  }

  @Test
  void resetStateIsTheSpecifications() {
    t.partition.reset();
    assertThat(t.read(0x4000_0080)).isEqualTo(1);
    assertThat(t.read(0x4000_0081)).isEqualTo(1);
    assertThat(t.read(SIMP)).isZero();
    assertThat(t.read(EOM)).isZero();
    for (int sint = 0; sint < 16; sint++) {
      assertThat(t.read(SINT0 + sint)).isEqualTo(0x10000);
    }
    assertThat(post(1)).as("no page").isFalse();
    assertThat(t.partition.signalEvent(0, 2, 5)).as("no page").isFalse();
  }

  @Test
  void enablingAPageClearsItAndNeedsMemory() {
    assertThat(t.memory.readLong(MESSAGES)).isZero();
    assertThat(t.write(SIMP, TestPartition.MEMORY | 1)).isFalse();
    assertThat(t.read(SIMP)).isEqualTo(MESSAGES | 1);
    assertThat(t.write(SIMP, TestPartition.MEMORY)).as("not enabled, so not used").isTrue();
    assertThat(t.write(SIMP, -4096L | 1)).isFalse();
  }

  @Test
  void vectorsBelow16AreRefusedUnlessMasked() {
    assertThat(t.write(SINT0 + 3, 0x0F)).isFalse();
    assertThat(t.write(SINT0 + 3, 0x1_000F)).isTrue();
    assertThat(t.read(SINT0 + 3)).isEqualTo(0x1_000F);
    assertThat(t.write(0x4000_0081, 1)).as("the version can't be written").isFalse();
  }

  @Test
  void messageLiesInItsSlotAndInterrupts() {
    assertThat(post(1)).isTrue();
    assertThat(t.memory.readInt(SLOT)).isEqualTo(1);
    assertThat(t.memory.readByte(SLOT + 4)).isEqualTo(4);
    assertThat(t.memory.readByte(SLOT + 5)).isZero();
    assertThat(t.memory.readInt(SLOT + 16)).isEqualTo(0x06050403);
    assertThat(acknowledge()).isEqualTo(0xF3);
    assertThat(acknowledge()).isEqualTo(-1);
  }

  @Test
  void messagesThatFindTheSlotTakenWaitForEndOfMessage() {
    for (int type = 1; type <= 4; type++) {
      assertThat(post(type)).isTrue();
    }
    for (int type = 1; type <= 4; type++) {
      assertThat(t.memory.readInt(SLOT)).isEqualTo(type);
      assertThat(acknowledge()).isEqualTo(0xF3);
      assertThat(t.memory.readByte(SLOT + 5)).as("more wait").isEqualTo(type < 4 ? 1 : 0);
      t.write(EOM, 0);
      assertThat(t.memory.readInt(SLOT)).as("not emptied yet").isEqualTo(type);
      t.memory.writeInt(SLOT, 0);
      t.write(EOM, 0);
    }
    assertThat(t.memory.readInt(SLOT)).isZero();
  }

  @Test
  void endOfInterruptLooksForFreeSlotsToo() {
    post(1);
    post(2);
    assertThat(t.bus.apic(0).acknowledge()).isEqualTo(0xF3);
    t.memory.writeInt(SLOT, 0);
    t.bus.apic(0).writeMmio(0xB0, 0);
    assertThat(t.memory.readInt(SLOT)).isEqualTo(2);
    assertThat(acknowledge()).isEqualTo(0xF3);
  }

  @Test
  void queueHasALimit() {
    int taken = 0;
    while (taken < 100_000 && post(1)) {
      taken++;
    }
    assertThat(taken).isEqualTo(4097);
  }

  @Test
  void maskedAndPolledSourcesDoNotInterrupt() {
    t.write(SINT0 + 2, 0x1_00F3);
    post(1);
    assertThat(t.memory.readInt(SLOT)).isEqualTo(1);
    assertThat(acknowledge()).isEqualTo(-1);
    t.write(SINT0 + 2, 0x4_00F3);
    t.partition.signalEvent(0, 2, 1);
    assertThat(acknowledge()).isEqualTo(-1);
  }

  @Test
  void autoEndSourceIsNeverInService() {
    t.write(SINT0 + 2, 0x2_00F3);
    post(1);
    assertThat(t.bus.apic(0).acknowledge()).isEqualTo(0xF3);
    assertThat(t.bus.apic(0).readMmio(0xA0)).isZero();
  }

  @Test
  void eventFlagsAreSetAndInterruptOnce() {
    assertThat(t.partition.signalEvent(0, 2, 0)).isTrue();
    assertThat(t.partition.signalEvent(0, 2, 37)).isTrue();
    assertThat(t.partition.signalEvent(0, 2, 2047)).isTrue();
    assertThat(t.memory.readLong(EVENTS + 512)).isEqualTo(1 | 1L << 37);
    assertThat(t.memory.readLong(EVENTS + 512 + 248)).isEqualTo(Long.MIN_VALUE);
    assertThat(acknowledge()).isEqualTo(0xF3);
    assertThat(t.partition.signalEvent(0, 2, 37)).isTrue();
    assertThat(acknowledge()).as("the flag was set already").isEqualTo(-1);
    assertThat(t.partition.signalEvent(0, 2, 2048)).isFalse();
    assertThat(t.partition.signalEvent(0, 16, 0)).isFalse();
    assertThat(t.partition.signalEvent(2, 2, 0)).isFalse();
    t.write(0x4000_0080, 0);
    assertThat(t.partition.signalEvent(0, 2, 3)).as("SynIC off").isFalse();
  }

  @Test
  void directTimerInterruptsAtItsTime() throws InterruptedException {
    t.write(TIMER0_CONFIG, 1 << 12 | 0xED << 4 | 1 << 3);
    long due = t.read(0x4000_0020) + 50_000;
    t.write(TIMER0_COUNT, due);
    assertThat(awaitInterrupt()).isEqualTo(0xED);
    assertThat(t.read(0x4000_0020)).isGreaterThanOrEqualTo(due);
    assertThat(t.read(TIMER0_CONFIG) & 1).as("one-shot").isZero();
    t.write(TIMER0_COUNT, 1);
    assertThat(acknowledge()).as("a time that has passed is now").isEqualTo(0xED);
    t.write(TIMER0_COUNT, -1);
    assertThat(acknowledge()).isEqualTo(-1);
    assertThat(t.read(TIMER0_CONFIG) & 1).as("enabled itself").isEqualTo(1);
    t.write(TIMER0_COUNT, 0);
    assertThat(t.read(TIMER0_CONFIG) & 1).as("count 0 disables").isZero();
  }

  @Test
  void messageTimerSaysWhichAndWhen() throws InterruptedException {
    t.write(TIMER0_CONFIG + 2, 2 << 16 | 1 << 3);
    long due = t.read(0x4000_0020) + 20_000;
    t.write(TIMER0_COUNT + 2, due);
    assertThat(awaitInterrupt()).isEqualTo(0xF3);
    assertThat(t.memory.readInt(SLOT)).isEqualTo(0x8000_0010);
    assertThat(t.memory.readByte(SLOT + 4)).isEqualTo(24);
    assertThat(t.memory.readInt(SLOT + 16)).isEqualTo(1);
    assertThat(t.memory.readLong(SLOT + 24)).isEqualTo(due);
    assertThat(t.memory.readLong(SLOT + 32)).isGreaterThanOrEqualTo(due);
  }

  @Test
  void messageTimerWaitsForATakenSlot() {
    post(1);
    t.write(TIMER0_CONFIG, 2 << 16 | 1 << 3);
    t.write(TIMER0_COUNT, 1);
    assertThat(t.memory.readInt(SLOT)).isEqualTo(1);
    assertThat(t.memory.readByte(SLOT + 5)).as("the guest is asked to tell").isEqualTo(1);
    t.memory.writeInt(SLOT, 0);
    t.write(EOM, 0);
    assertThat(t.memory.readInt(SLOT)).isEqualTo(0x8000_0010);
    t.memory.writeInt(SLOT, 0);
    t.write(EOM, 0);
    assertThat(t.memory.readInt(SLOT)).as("only once").isZero();
  }

  @Test
  void periodicTimerGoesOn() throws InterruptedException {
    t.write(TIMER0_COUNT, 10_000);
    t.write(TIMER0_CONFIG, 1 << 12 | 0xED << 4 | 2 | 1);
    for (int i = 0; i < 5; i++) {
      assertThat(awaitInterrupt()).isEqualTo(0xED);
    }
    assertThat(t.read(TIMER0_CONFIG) & 1).isEqualTo(1);
    t.write(TIMER0_CONFIG, 0);
  }

  @Test
  void timersWithoutAWayToTellStayOff() {
    t.write(TIMER0_COUNT, 1_000_000);
    t.write(TIMER0_CONFIG, 1);
    assertThat(t.read(TIMER0_CONFIG) & 1).as("SINT 0").isZero();
    t.write(TIMER0_CONFIG, 1 << 12 | 5 << 4 | 1);
    assertThat(t.read(TIMER0_CONFIG) & 1).as("vector 5").isZero();
  }
}
