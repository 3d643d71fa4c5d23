// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.interrupt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who gets which message (SDM volume 3, sections 11.6.2 and 11.11). */
class ApicBusTest {
  private static final int COUNT = 20;

  private final MachineClock clock = new MachineClock();
  private final TimerQueue timers = new TimerQueue(clock);
  private final ApicBus bus = new ApicBus();

  @BeforeEach
  void build() {
    for (int i = 0; i < COUNT; i++) {
      new LocalApic(i, bus, clock, timers).writeMmio(0xF0, 0x1FF);
    }
  }

  @AfterEach
  void end() {
    timers.close();
  }

  private List<Integer> receivers(int vector) {
    List<Integer> list = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      LocalApic apic = bus.apic(i);
      if (apic.acknowledge() == vector) {
        apic.endOfInterrupt();
        list.add(i);
      }
    }
    return list;
  }

  @Test
  void physicalDestinationIsOneProcessorOrAll() {
    assertThat(bus.deliver(7, false, DeliveryMode.FIXED, 0x40, false)).isTrue();
    assertThat(receivers(0x40)).containsExactly(7);
    assertThat(bus.deliver(200, false, DeliveryMode.FIXED, 0x40, false)).isFalse();
    bus.deliver(ApicBus.EVERYBODY, false, DeliveryMode.FIXED, 0x40, false);
    assertThat(receivers(0x40)).hasSize(COUNT);
  }

  @Test
  void flatLogicalDestinationIsAMaskOfEight() {
    for (int i = 0; i < 8; i++) {
      bus.apic(i).writeMmio(0xD0, 1 << 24 + i);
    }
    bus.deliver(0b1010_0001, true, DeliveryMode.FIXED, 0x41, false);
    assertThat(receivers(0x41)).containsExactly(0, 5, 7);
  }

  @Test
  void clusterDestinationIsAClusterAndAMaskOfFour() {
    for (int i = 0; i < 8; i++) {
      bus.apic(i).writeMmio(0xE0, 0);
      bus.apic(i).writeMmio(0xD0, (i / 4 << 4 | 1 << i % 4) << 24);
    }
    bus.deliver(0x16, true, DeliveryMode.FIXED, 0x42, false);
    assertThat(receivers(0x42)).containsExactly(5, 6);
    bus.deliver(0xF1, true, DeliveryMode.FIXED, 0x42, false);
    assertThat(receivers(0x42)).containsExactly(0, 4);
  }

  @Test
  void x2apicClustersHaveSixteen() {
    for (int i = 0; i < COUNT; i++) {
      assertThat(bus.apic(i).base(bus.apic(i).base() | 1 << 10)).isTrue();
    }
    bus.deliver(1 << 16 | 0b1001, true, DeliveryMode.FIXED, 0x43, false);
    assertThat(receivers(0x43)).containsExactly(16, 19);
  }

  @Test
  void lowestPriorityGoesToOneThatIsLeastBusy() {
    for (int i = 0; i < COUNT; i++) {
      bus.apic(i).taskPriority(i == 11 ? 2 : 3);
    }
    bus.deliver(ApicBus.EVERYBODY, false, DeliveryMode.LOWEST_PRIORITY, 0x44, false);
    assertThat(receivers(0x44)).containsExactly(11);
    bus.apic(11).writeMmio(0xF0, 0xFF);
    bus.deliver(ApicBus.EVERYBODY, false, DeliveryMode.LOWEST_PRIORITY, 0x44, false);
    assertThat(receivers(0x44)).hasSize(1).doesNotContain(11);
  }

  @Test
  void messageAddressAndDataAreTakenApart() {
    assertThat(bus.message(0xFEE0_3000L, 0x0051)).isTrue();
    assertThat(receivers(0x51)).containsExactly(3);
    bus.message(0xFEEF_F000L, 0x0052);
    assertThat(receivers(0x52)).hasSize(COUNT);
    bus.message(0xFEE0_4000L, 0x0400);
    assertThat(bus.apic(4).takeNmi()).isTrue();
    assertThat(bus.message(0xFEE0_3000L, 0x8051)).as("level de-assert").isFalse();
    assertThat(receivers(0x51)).isEmpty();
  }

  @Test
  void noInterruptIsLostBetweenThreads() throws InterruptedException {
    LocalApic apic = bus.apic(0);
    Semaphore attention = new Semaphore(0);
    apic.listen(attention::release);
    int each = 20_000;
    int[] vectors = {0x40, 0x61, 0x82};
    Semaphore[] maySend = new Semaphore[256];
    List<Thread> threads = new ArrayList<>();
    for (int vector : vectors) {
      // One request at a time for each vector, so that none may be merged.
      Semaphore mine = new Semaphore(1);
      maySend[vector] = mine;
      Runnable sender =
          () -> {
            for (int i = 0; i < each; i++) {
              mine.acquireUninterruptibly();
              bus.interrupt(0, vector, false);
            }
          };
      threads.add(Thread.ofPlatform().daemon().start(sender));
    }
    int total = 0;
    while (total < vectors.length * each && attention.tryAcquire(10, TimeUnit.SECONDS)) {
      for (int vector = apic.acknowledge(); vector >= 0; vector = apic.acknowledge()) {
        total++;
        apic.endOfInterrupt();
        maySend[vector].release();
      }
    }
    assertThat(total).isEqualTo(vectors.length * each);
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
