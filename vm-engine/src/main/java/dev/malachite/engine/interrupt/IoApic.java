// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.interrupt;

import dev.malachite.engine.device.InterruptLine;
import dev.malachite.engine.device.MmioHandler;
import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An IOAPIC with 24 inputs, version 0x20 (Intel 82093AA, with the EOI register of later ones).
 *
 * <p>Its registers take a page at {@link #ADDRESS}. Lines may be driven from any thread. A line's
 * "asserted" means that the device wants attention, whatever electrical polarity the guest has
 * programmed, so the polarity bit changes nothing. An edge that comes while its entry is masked is
 * lost, as on the real one.
 */
public final class IoApic implements MmioHandler, Saveable {
  /** Where a PC has it. */
  public static final long ADDRESS = 0xFEC0_0000L;

  /** Bytes of its registers' page. */
  public static final long SIZE = 0x1000;

  /** How many inputs it has. */
  public static final int PINS = 24;

  private static final int SELECT = 0x00;
  private static final int WINDOW = 0x10;
  private static final int END_OF_INTERRUPT = 0x40;

  private static final int REGISTER_ID = 0;
  private static final int REGISTER_VERSION = 1;
  private static final int REGISTER_ARBITRATION = 2;
  private static final int REGISTER_ENTRIES = 0x10;
  private static final int VERSION = PINS - 1 << 16 | 0x20;

  private static final long ENTRY_LOGICAL = 1 << 11;
  private static final long ENTRY_REMOTE_IRR = 1 << 14;
  private static final long ENTRY_LEVEL = 1 << 15;
  private static final long ENTRY_MASKED = 1 << 16;

  /** Everything but the delivery status and the remote IRR. */
  private static final long ENTRY_WRITABLE = 0xFF00_0000_0001_AFFFL;

  private final ApicBus bus;
  private final Object lock = new Object();
  private final long[] entries = new long[PINS];
  private final int[] asserted = new int[PINS];
  private final List<Line> lines = new ArrayList<>();
  private int select;
  private int id;

  /** Makes one in its reset state and puts it on the bus. */
  @SuppressWarnings("this-escape")
  public IoApic(ApicBus bus) {
    this.bus = bus;
    reset();
    bus.add(this);
  }

  /** Masks all entries. The lines keep their levels. */
  public void reset() {
    synchronized (lock) {
      for (int pin = 0; pin < PINS; pin++) {
        entries[pin] = ENTRY_MASKED;
      }
      select = 0;
      id = 0;
    }
  }

  /**
   * Makes a line to an input. Every call makes another one: an input is asserted while at least one
   * of its lines is.
   *
   * @param pin 0 to 23
   */
  public InterruptLine line(int pin) {
    if (pin < 0 || pin >= PINS) {
      throw new IllegalArgumentException("the IOAPIC has inputs 0 to 23, not " + pin);
    }
    Line line = new Line(pin);
    synchronized (lock) {
      lines.add(line);
    }
    return line;
  }

  private final class Line implements InterruptLine {
    private final int pin;
    private boolean level;

    Line(int pin) {
      this.pin = pin;
    }

    @Override
    public void set(boolean newLevel) {
      synchronized (lock) {
        if (level == newLevel) {
          return;
        }
        level = newLevel;
        asserted[pin] += newLevel ? 1 : -1;
        if (newLevel && asserted[pin] == 1) {
          service(pin, true);
        }
      }
    }
  }

  /** Sends an input's interrupt if there is one to send. With the lock held. */
  private void service(int pin, boolean edge) {
    long entry = entries[pin];
    boolean level = (entry & ENTRY_LEVEL) != 0;
    if ((entry & ENTRY_MASKED) != 0
        || asserted[pin] == 0
        || (level ? (entry & ENTRY_REMOTE_IRR) != 0 : !edge)) {
      return;
    }
    int destination = (int) (entry >>> 56);
    boolean logical = (entry & ENTRY_LOGICAL) != 0;
    int mode = (int) (entry >> 8) & 7;
    if (mode == DeliveryMode.STARTUP) {
      return;
    }
    boolean vectored = mode == DeliveryMode.FIXED || mode == DeliveryMode.LOWEST_PRIORITY;
    boolean taken =
        bus.deliver(
            !logical && destination == 0xFF ? ApicBus.EVERYBODY : destination,
            logical,
            mode,
            (int) entry & 0xFF,
            level && vectored);
    if (taken && level && vectored) {
      entries[pin] |= ENTRY_REMOTE_IRR;
    }
  }

  /** A processor has ended the interrupt of a vector: inputs still asserted interrupt again. */
  void endOfInterrupt(int vector) {
    synchronized (lock) {
      for (int pin = 0; pin < PINS; pin++) {
        long entry = entries[pin];
        if ((entry & ENTRY_REMOTE_IRR) != 0 && (entry & 0xFF) == vector) {
          entries[pin] = entry & ~ENTRY_REMOTE_IRR;
          service(pin, false);
        }
      }
    }
  }

  @Override
  public long readMmio(long offset, int size) {
    synchronized (lock) {
      return switch ((int) offset) {
        case SELECT -> select;
        case WINDOW -> Integer.toUnsignedLong(readRegister());
        default -> 0;
      };
    }
  }

  private int readRegister() {
    int index = select - REGISTER_ENTRIES;
    if (index >= 0 && index < 2 * PINS) {
      return (int) (entries[index >> 1] >>> (index & 1) * 32);
    }
    return switch (select) {
      case REGISTER_ID, REGISTER_ARBITRATION -> id << 24;
      case REGISTER_VERSION -> VERSION;
      default -> 0;
    };
  }

  @Override
  public void writeMmio(long offset, int size, long value) {
    synchronized (lock) {
      switch ((int) offset) {
        case SELECT -> select = (int) value & 0xFF;
        case WINDOW -> writeRegister((int) value);
        case END_OF_INTERRUPT -> endOfInterrupt((int) value & 0xFF);
        default -> {}
      }
    }
  }

  private void writeRegister(int value) {
    int index = select - REGISTER_ENTRIES;
    if (index < 0 || index >= 2 * PINS) {
      if (select == REGISTER_ID) {
        id = value >>> 24 & 0xF;
      }
      return;
    }
    int pin = index >> 1;
    long before = entries[pin];
    long written =
        (index & 1) == 0
            ? before & 0xFFFF_FFFF_0000_0000L | Integer.toUnsignedLong(value)
            : before & 0xFFFF_FFFFL | (long) value << 32;
    // An entry made edge-triggered forgets its remote IRR: guests end interrupts that way.
    long remoteIrr = (written & ENTRY_LEVEL) != 0 ? before & ENTRY_REMOTE_IRR : 0;
    entries[pin] = written & ENTRY_WRITABLE | remoteIrr;
    if ((entries[pin] & ENTRY_LEVEL) != 0) {
      service(pin, false);
    }
  }

  /**
   * Saves or restores registers and lines. The lines are those of the same board, made in the same
   * order; whoever drives one finds it as it was.
   */
  @Override
  public void transfer(StateTransfer s) throws StateException {
    synchronized (lock) {
      s.longs(entries);
      for (int pin = 0; pin < PINS; pin++) {
        entries[pin] &= ENTRY_WRITABLE | ENTRY_REMOTE_IRR;
      }
      select = s.number(select, 0, 0xFF);
      id = s.number(id, 0, 0xF);
      if (s.int32(lines.size()) != lines.size()) {
        throw s.impossible("the board has other interrupt lines");
      }
      Arrays.fill(asserted, 0);
      for (Line line : lines) {
        line.level = s.flag(line.level);
        asserted[line.pin] += line.level ? 1 : 0;
      }
    }
  }
}
