// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.chipset;

import dev.malachite.engine.device.InterruptLine;
import dev.malachite.engine.device.IoBus;
import dev.malachite.engine.device.PortHandler;
import dev.malachite.engine.machine.MachineControl;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;

/**
 * The PIIX4's power management, function 3 (Intel data sheet 290562, chapter 7): the ACPI registers
 * with timer, power button, soft off, and the ports through which ACPI is switched on. There is no
 * management mode: what firmware's handler would do for those ports is done here. Any thread.
 */
public final class PowerManagement extends PciFunction {
  /** Port of the command that switches ACPI on or off. */
  public static final int COMMAND_PORT = 0xB2;

  /** Command that switches ACPI on. */
  public static final int ENABLE_ACPI = 0xF1;

  /** Command that switches ACPI off. */
  public static final int DISABLE_ACPI = 0xF0;

  /** SLP_TYP of soft off. */
  public static final int SLEEP_TYPE_OFF = 0;

  /** Ticks of the power management timer a second. */
  public static final long TIMER_FREQUENCY = 3_579_545;

  private static final int PORTS = 64;
  private static final int PORT_BASE = 0x40;
  private static final int DEVICE_ACTIVITY_B = 0x58;
  private static final int MISCELLANEOUS = 0x80;

  // Offsets of the ACPI registers.
  private static final int STATUS_REGISTER = 0x00;
  private static final int ENABLE_REGISTER = 0x02;
  private static final int CONTROL_REGISTER = 0x04;
  private static final int TIMER_REGISTER = 0x08;
  private static final int GENERAL_STATUS = 0x0C;
  private static final int GENERAL_ENABLE = 0x0E;

  private static final int TIMER_OVERFLOW = 1;
  private static final int POWER_BUTTON = 1 << 8;
  private static final int WAKE = 1 << 15;
  private static final int STATUS_BITS = TIMER_OVERFLOW | 1 << 5 | POWER_BUTTON | 1 << 10 | WAKE;
  private static final int ENABLE_BITS = TIMER_OVERFLOW | 1 << 5 | POWER_BUTTON | 1 << 10;

  private static final int SCI_ENABLE = 1;
  private static final int SLEEP_ENABLE = 1 << 13;
  private static final int CONTROL_BITS = 0x1C07;

  private static final int TIMER_MASK = 0xFF_FFFF;
  private static final long HALF_PERIOD = 1 << 23;
  private static final long SECOND = 1_000_000_000L;

  private final InterruptLine sci;
  private final MachineClock clock;
  private final MachineControl machine;
  private final TimerQueue.Timer overflowTimer;
  private final IoBus.PortWindow window;
  private final Object lock = new Object();

  private int status;
  private int enable;
  private int control;
  private int generalStatus;
  private int generalEnable;
  private int commandByte;
  private int statusByte;
  private long halfPeriods;

  /**
   * Power management.
   *
   * @param sci the system control interrupt
   */
  public PowerManagement(
      InterruptLine sci, IoBus bus, MachineClock clock, TimerQueue timers, MachineControl machine) {
    super(0x8086, 0x7113, 3, 0x06_80_00);
    this.sci = sci;
    this.clock = clock;
    this.machine = machine;
    overflowTimer = timers.timer(this::overflow);
    window = bus.window(PORTS, new Registers());
    bus.mapPorts(COMMAND_PORT, 2, new Commands());
    set16(STATUS, 0x0280);
    set8(INTERRUPT_PIN, 1);
    set8(INTERRUPT_LINE, 9);
    set8(PORT_BASE, 1);
    writable(PORT_BASE, 2, 0xFFC0);
    for (int offset = 0x44; offset < 0x80; offset += 4) {
      writable(offset, 4, -1);
    }
    // Management interrupts of the command port count as set up already.
    set8(DEVICE_ACTIVITY_B + 3, 2);
    writable(MISCELLANEOUS, 1, 1);
    set8(0x90, 1);
    writable(0x90, 2, 0xFFF0);
    writable(0xD2, 1, 0x0F);
  }

  @Override
  public void reset() {
    synchronized (lock) {
      status = 0;
      enable = 0;
      control = 0;
      generalStatus = 0;
      generalEnable = 0;
      commandByte = 0;
      statusByte = 0;
      halfPeriods = ticks() / HALF_PERIOD;
      update();
    }
    super.reset();
  }

  @Override
  protected void changed(int offset, int size) {
    boolean enabled = (get8(MISCELLANEOUS) & 1) != 0;
    int base = get16(PORT_BASE) & 0xFFC0;
    window.move(enabled && base != 0 ? base : -1);
  }

  /** Presses the power button; true if the guest has asked to be told. */
  public boolean pressPowerButton() {
    synchronized (lock) {
      status |= POWER_BUTTON;
      update();
      return (enable & POWER_BUTTON) != 0;
    }
  }

  private long ticks() {
    long time = clock.nanoseconds();
    return time / SECOND * TIMER_FREQUENCY + time % SECOND * TIMER_FREQUENCY / SECOND;
  }

  // With the lock: notes an overflow, that is a change of the timer's highest bit.
  private void update() {
    long now = ticks() / HALF_PERIOD;
    if (now != halfPeriods) {
      halfPeriods = now;
      status |= TIMER_OVERFLOW;
    }
    sci.set(
        (control & SCI_ENABLE) != 0 && (status & enable) != 0
            || (generalStatus & generalEnable) != 0);
    if ((enable & ~status & TIMER_OVERFLOW) != 0) {
      long tick = (now + 1) * HALF_PERIOD;
      overflowTimer.arm(
          tick / TIMER_FREQUENCY * SECOND
              + (tick % TIMER_FREQUENCY * SECOND + TIMER_FREQUENCY - 1) / TIMER_FREQUENCY);
    } else {
      overflowTimer.cancel();
    }
  }

  private void overflow() {
    synchronized (lock) {
      update();
    }
  }

  private void sleep(int type) {
    if (type == SLEEP_TYPE_OFF) {
      machine.powerOff();
    }
  }

  private final class Registers implements PortHandler {
    @Override
    public int readPort(int port, int size) {
      int offset = port & PORTS - 1;
      synchronized (lock) {
        update();
        if (offset >= TIMER_REGISTER && offset < TIMER_REGISTER + 4) {
          return (int) (ticks() & TIMER_MASK) >> 8 * (offset - TIMER_REGISTER);
        }
        if (size == 4) {
          return register(offset & -2) | register(offset + 2 & -2) << 16;
        }
        return register(offset & -2) >> 8 * (offset & 1);
      }
    }

    private int register(int offset) {
      return switch (offset) {
        case STATUS_REGISTER -> status;
        case ENABLE_REGISTER -> enable;
        case CONTROL_REGISTER -> control;
        case GENERAL_STATUS -> generalStatus;
        case GENERAL_ENABLE -> generalEnable;
        default -> 0;
      };
    }

    @Override
    public void writePort(int port, int size, int value) {
      int offset = port & PORTS - 1;
      boolean sleeps = false;
      synchronized (lock) {
        update();
        for (int i = 0; i < size; i++) {
          sleeps |= writeByte(offset + i, value >> 8 * i & 0xFF);
        }
        update();
      }
      if (sleeps) {
        sleep(control >> 10 & 7);
      }
    }

    // Returns true if the machine is to sleep now.
    private boolean writeByte(int offset, int value) {
      int shift = 8 * (offset & 1);
      int mask = 0xFF << shift;
      int data = value << shift;
      switch (offset & -2) {
        case STATUS_REGISTER -> status &= ~(data & STATUS_BITS);
        case ENABLE_REGISTER -> enable = (enable & ~mask | data) & ENABLE_BITS;
        case CONTROL_REGISTER -> {
          // SCI_EN belongs to the command port.
          int kept = control & SCI_ENABLE;
          control = (control & ~mask | data) & CONTROL_BITS & ~SCI_ENABLE | kept;
          return (data & SLEEP_ENABLE) != 0;
        }
        case GENERAL_STATUS -> generalStatus &= ~data;
        case GENERAL_ENABLE -> generalEnable = generalEnable & ~mask | data;
        default -> {
          // The timer can't be written, the other registers aren't there.
        }
      }
      return false;
    }
  }

  private final class Commands implements PortHandler {
    @Override
    public int readPort(int port, int size) {
      synchronized (lock) {
        return port == COMMAND_PORT ? commandByte : statusByte;
      }
    }

    @Override
    public void writePort(int port, int size, int value) {
      synchronized (lock) {
        if (port != COMMAND_PORT) {
          statusByte = value & 0xFF;
          return;
        }
        commandByte = value & 0xFF;
        switch (commandByte) {
          case ENABLE_ACPI -> control |= SCI_ENABLE;
          case DISABLE_ACPI -> control &= ~SCI_ENABLE;
          default -> {
            // Nobody handles other commands.
          }
        }
        update();
      }
    }
  }

  @Override
  public void transfer(StateTransfer s) throws StateException {
    synchronized (lock) {
      status = s.number(status, 0, 0xFFFF);
      enable = s.number(enable, 0, 0xFFFF);
      control = s.number(control, 0, 0xFFFF);
      generalStatus = s.number(generalStatus, 0, 0xFFFF);
      generalEnable = s.number(generalEnable, 0, 0xFFFF);
      commandByte = s.number(commandByte, 0, 0xFF);
      statusByte = s.number(statusByte, 0, 0xFF);
      halfPeriods = s.number(halfPeriods, 0, Long.MAX_VALUE);
      overflowTimer.transfer(s);
    }
    super.transfer(s);
  }
}
