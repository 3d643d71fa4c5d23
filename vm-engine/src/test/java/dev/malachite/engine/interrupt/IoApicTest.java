// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.interrupt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.malachite.engine.device.InterruptLine;
import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The IOAPIC's registers and lines (Intel 82093AA). */
class IoApicTest {
  private static final long LEVEL = 1 << 15;
  private static final long MASKED = 1 << 16;
  private static final long REMOTE_IRR = 1 << 14;

  private final MachineClock clock = new MachineClock();
  private final TimerQueue timers = new TimerQueue(clock);
  private final ApicBus bus = new ApicBus();
  private final LocalApic apic = new LocalApic(0, bus, clock, timers);
  private final LocalApic second = new LocalApic(1, bus, clock, timers);
  private final IoApic ioApic = new IoApic(bus);

  @BeforeEach
  void enable() {
    apic.writeMmio(0xF0, 0x1FF);
    second.writeMmio(0xF0, 0x1FF);
  }

  @AfterEach
  void end() {
    timers.close();
  }

  private int read(int register) {
    ioApic.writeMmio(0, 4, register);
    return (int) ioApic.readMmio(0x10, 4);
  }

  private void write(int register, int value) {
    ioApic.writeMmio(0, 4, register);
    ioApic.writeMmio(0x10, 4, Integer.toUnsignedLong(value));
  }

  private void entry(int pin, long value) {
    write(0x11 + 2 * pin, (int) (value >>> 32));
    write(0x10 + 2 * pin, (int) value);
  }

  private long entry(int pin) {
    return (long) read(0x11 + 2 * pin) << 32 | Integer.toUnsignedLong(read(0x10 + 2 * pin));
  }

  @Test
  void startsWithAllInputsMasked() {
    assertThat(read(1)).isEqualTo(0x170020);
    for (int pin = 0; pin < 24; pin++) {
      assertThat(entry(pin)).isEqualTo(MASKED);
    }
    write(0, 0x0F00_0000);
    assertThat(read(0)).isEqualTo(0x0F00_0000);
    assertThat(read(0x40)).as("no such register").isZero();
  }

  @Test
  void edgeInterruptsOncePerEdge() {
    entry(4, 1L << 56 | 0x34);
    InterruptLine line = ioApic.line(4);
    line.set(true);
    line.set(true);
    assertThat(second.acknowledge()).isEqualTo(0x34);
    second.endOfInterrupt();
    assertThat(second.acknowledge()).isEqualTo(-1);
    line.set(false);
    line.pulse();
    assertThat(second.acknowledge()).isEqualTo(0x34);
    assertThat(entry(4) & REMOTE_IRR).isZero();
  }

  @Test
  void levelInterruptsUntilTheDeviceIsContent() {
    entry(9, LEVEL | 0x51);
    InterruptLine line = ioApic.line(9);
    line.set(true);
    assertThat(entry(9) & REMOTE_IRR).isNotZero();
    assertThat(apic.acknowledge()).isEqualTo(0x51);
    assertThat(apic.readMmio(0x1A0) & 1 << 0x51 - 0x40).as("trigger mode register").isNotZero();
    apic.writeMmio(0xB0, 0);
    assertThat(apic.acknowledge()).as("still asserted").isEqualTo(0x51);
    line.set(false);
    apic.writeMmio(0xB0, 0);
    assertThat(apic.acknowledge()).isEqualTo(-1);
    assertThat(entry(9) & REMOTE_IRR).isZero();
  }

  @Test
  void levelThatCameWhileMaskedInterruptsWhenUnmasked() {
    entry(9, MASKED | LEVEL | 0x51);
    ioApic.line(9).set(true);
    assertThat(apic.interruptPending()).isFalse();
    entry(9, LEVEL | 0x51);
    assertThat(apic.acknowledge()).isEqualTo(0x51);
  }

  @Test
  void sharedInputIsAssertedWhileAnyOfItsLinesIs() {
    entry(10, LEVEL | 0x52);
    InterruptLine one = ioApic.line(10);
    InterruptLine two = ioApic.line(10);
    one.set(true);
    two.set(true);
    assertThat(apic.acknowledge()).isEqualTo(0x52);
    one.set(false);
    apic.writeMmio(0xB0, 0);
    assertThat(apic.acknowledge()).isEqualTo(0x52);
    two.set(false);
    apic.writeMmio(0xB0, 0);
    assertThat(apic.acknowledge()).isEqualTo(-1);
  }

  @Test
  void endOfInterruptRegisterAndEdgeTrickClearRemoteIrr() {
    entry(9, LEVEL | 0x51);
    InterruptLine line = ioApic.line(9);
    line.set(true);
    line.set(false);
    ioApic.writeMmio(0x40, 4, 0x51);
    assertThat(entry(9) & REMOTE_IRR).isZero();
    line.set(true);
    entry(9, MASKED | 0x51);
    entry(9, MASKED | LEVEL | 0x51);
    assertThat(entry(9) & REMOTE_IRR).isZero();
  }

  @Test
  void readOnlyBitsStayAsTheyAre() {
    write(0x10, -1);
    write(0x11, -1);
    assertThat(entry(0)).isEqualTo(0xFF00_0000_0001_AFFFL);
  }

  @Test
  void refusesPinsItDoesNotHave() {
    assertThatThrownBy(() -> ioApic.line(24)).isInstanceOf(IllegalArgumentException.class);
  }
}
