// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.chipset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.device.IoBus;
import dev.malachite.engine.machine.MachineControl;
import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The ACPI registers by the PIIX4 data sheet, chapter 7. */
class PowerManagementTest {
  private static final int BASE = 0x600;

  private final MachineClock clock = new MachineClock();
  private final TimerQueue timers = new TimerQueue(clock);
  private final IoBus bus = new IoBus();
  private boolean sci;
  private int offs;
  private final PowerManagement power =
      new PowerManagement(
          asserted -> sci = asserted,
          bus,
          clock,
          timers,
          new MachineControl() {
            @Override
            public void powerOff() {
              offs++;
            }

            @Override
            public void reset() {
              throw new AssertionError("no reset was asked for");
            }

            @Override
            public void crashed(String detail) {
              throw new AssertionError(detail);
            }
          });

  @BeforeEach
  void place() {
    power.reset();
    power.write(0x40, 4, BASE | 1);
    power.write(0x80, 1, 1);
  }

  @AfterEach
  void close() {
    timers.close();
  }

  @Test
  void portsAreWhereTheBaseSays() {
    assertThat(power.read(0x40, 4)).isEqualTo(BASE | 1);
    assertThat(bus.readPort(BASE + 4, 2)).isZero();
    power.write(0x80, 1, 0);
    assertThat(bus.readPort(BASE + 4, 2)).isEqualTo(-1);
    assertThat(power.read(0x5B, 1) & 2).as("no management mode to set up").isEqualTo(2);
  }

  @Test
  void theTimerRuns() {
    int first = bus.readPort(BASE + 8, 4);
    long start = clock.nanoseconds();
    while (clock.nanoseconds() - start < 2_000_000) {
      Thread.onSpinWait();
    }
    int ticks = bus.readPort(BASE + 8, 4) - first & 0xFF_FFFF;
    long most = (clock.nanoseconds() - start) * 3_579_545 / 1_000_000_000 + 3_000_000;
    assertThat((long) ticks).isBetween(7_150L, most);
    assertThat(first).isBetween(0, 0xFF_FFFF);
  }

  @Test
  void acpiIsSwitchedOnByItsCommand() {
    bus.writePort(BASE + 4, 2, 1);
    assertThat(bus.readPort(BASE + 4, 2)).isZero();
    bus.writePort(0xB2, 1, 0xF1);
    assertThat(bus.readPort(BASE + 4, 2)).isEqualTo(1);
    bus.writePort(0xB2, 1, 0xF0);
    assertThat(bus.readPort(BASE + 4, 2)).isZero();
    bus.writePort(0xB3, 1, 0x42);
    assertThat(bus.readPort(0xB3, 1)).isEqualTo(0x42);
  }

  @Test
  void thePowerButtonInterrupts() {
    assertThat(power.pressPowerButton()).as("nobody asked").isFalse();
    bus.writePort(0xB2, 1, 0xF1);
    bus.writePort(BASE, 2, 0xFFFF);
    bus.writePort(BASE + 2, 2, 0x100);
    assertThat(sci).isFalse();
    assertThat(power.pressPowerButton()).isTrue();
    assertThat(sci).isTrue();
    assertThat(bus.readPort(BASE, 2)).isEqualTo(0x100);
    bus.writePort(BASE, 2, 0x100);
    assertThat(sci).isFalse();
    assertThat(bus.readPort(BASE, 4)).as("status and enable").isEqualTo(0x100_0000);
  }

  @Test
  void sleepTypeZeroIsOff() {
    bus.writePort(BASE + 4, 2, 5 << 10 | 1 << 13);
    assertThat(offs).isZero();
    bus.writePort(BASE + 4, 2, 0 << 10);
    assertThat(offs).isZero();
    bus.writePort(BASE + 4, 2, 1 << 13);
    assertThat(offs).isEqualTo(1);
    bus.writePort(BASE + 5, 1, 1 << 5);
    assertThat(offs).as("by its high byte").isEqualTo(2);
  }

  @Test
  void nothingAGuestWritesBreaksIt() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int[] sizes = {1, 2, 4};
    for (int i = 0; i < 100_000; i++) {
      int size = sizes[random.nextInt(3)];
      int port = BASE + random.nextInt(64);
      switch (random.nextInt(4)) {
        case 0 -> bus.readPort(port, size);
        case 1 -> bus.writePort(port, size, random.nextInt() & (int) ((1L << 8 * size) - 1));
        case 2 -> {
          int offset = random.nextInt(256 / size) * size;
          power.write(offset, size, random.nextInt());
          power.read(offset, size);
        }
        default -> bus.writePort(0xB2 + random.nextInt(2), 1, random.nextInt(256));
      }
      if (i % 1000 == 0) {
        place();
      }
    }
  }
}
