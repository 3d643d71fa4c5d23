// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.clock;

import dev.malachite.engine.device.InterruptLine;
import dev.malachite.engine.device.PortHandler;
import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;

/**
 * The MC146818 real-time clock behind ports 0x70 and 0x71 (Motorola data sheet), with 128 bytes of
 * memory, the century in byte 0x32, alarm, update and periodic interrupts. Keeps UTC.
 */
public final class RealTimeClock implements PortHandler, Saveable {
  /** The index port; the data port follows. */
  public static final int PORT = 0x70;

  private static final int SECONDS = 0;
  private static final int SECONDS_ALARM = 1;
  private static final int MINUTES = 2;
  private static final int MINUTES_ALARM = 3;
  private static final int HOURS = 4;
  private static final int HOURS_ALARM = 5;
  private static final int WEEKDAY = 6;
  private static final int DAY = 7;
  private static final int MONTH = 8;
  private static final int YEAR = 9;
  private static final int REGISTER_A = 10;
  private static final int REGISTER_B = 11;
  private static final int REGISTER_C = 12;
  private static final int REGISTER_D = 13;
  private static final int CENTURY = 0x32;

  // Register B.
  private static final int SET = 0x80;
  private static final int PERIODIC = 0x40;
  private static final int ALARM = 0x20;
  private static final int UPDATE = 0x10;
  private static final int BINARY = 4;
  private static final int HOURS_24 = 2;

  // Register C.
  private static final int INTERRUPT = 0x80;

  private static final int PM = 0x80;
  private static final long SECOND = 1_000_000_000L;
  private static final int INDEX_MASK = 0x7F;

  /** A clock that is set shows years up to 9999: so much it may differ from the host's. */
  private static final long MOST_SECONDS = 400_000_000_000L;

  private final InterruptLine line;
  private final MachineClock machine;
  private final Clock host;
  private final TimerQueue.Timer secondTimer;
  private final TimerQueue.Timer periodicTimer;
  private final int[] ram = new int[128];
  private int index;
  private long period;
  private long nextPeriodic;

  /** What the guest has set the clock to, less the host's time. */
  private Duration offset = Duration.ZERO;

  /**
   * A clock that shows the host's time.
   *
   * @param line its interrupt
   * @param host where the time comes from
   */
  public RealTimeClock(InterruptLine line, MachineClock machine, TimerQueue timers, Clock host) {
    this.line = line;
    this.machine = machine;
    this.host = host;
    secondTimer = timers.timer(this::everySecond);
    periodicTimer = timers.timer(this::everyPeriod);
    ram[REGISTER_A] = 0x26;
    ram[REGISTER_B] = HOURS_24;
    ram[REGISTER_D] = 0x80;
  }

  /**
   * Sets a byte of the memory, as a board does that tells its firmware of itself.
   *
   * @param index 14 to 127, without the century
   */
  public synchronized void store(int index, int value) {
    if (index <= REGISTER_D || index > INDEX_MASK || index == CENTURY) {
      throw new IllegalArgumentException("byte %d is not the clock's memory".formatted(index));
    }
    ram[index] = value & 0xFF;
  }

  /** Reset: interrupts off; time and memory stay, as the battery sees to. */
  public synchronized void reset() {
    ram[REGISTER_B] &= ~(PERIODIC | ALARM | UPDATE);
    ram[REGISTER_C] = 0;
    index = 0;
    secondTimer.cancel();
    periodicTimer.cancel();
    line.set(false);
  }

  @Override
  public synchronized int readPort(int port, int size) {
    if (port == PORT) {
      return 0xFF;
    }
    if (isTime(index) && (ram[REGISTER_B] & SET) == 0) {
      fillTime();
    }
    if (index == REGISTER_C) {
      int value = ram[REGISTER_C];
      ram[REGISTER_C] = 0;
      line.set(false);
      return value;
    }
    return ram[index];
  }

  @Override
  public synchronized void writePort(int port, int size, int value) {
    if (port == PORT) {
      index = value & INDEX_MASK;
      return;
    }
    int data = value & 0xFF;
    switch (index) {
      case REGISTER_A -> {
        ram[REGISTER_A] = data & 0x7F;
        schedule();
      }
      case REGISTER_B -> writeB(data);
      case REGISTER_C, REGISTER_D -> {
        // Read only.
      }
      default -> {
        boolean running = (ram[REGISTER_B] & SET) == 0;
        if (isTime(index) && running) {
          fillTime();
        }
        ram[index] = data;
        if (isTime(index) && running) {
          takeTime();
        }
      }
    }
  }

  private void writeB(int data) {
    boolean wasSet = (ram[REGISTER_B] & SET) != 0;
    if (!wasSet && (data & SET) != 0) {
      fillTime();
    }
    // A change of format converts nothing: the guest writes the time anew.
    ram[REGISTER_B] = data & ~8;
    if (wasSet && (data & SET) == 0) {
      takeTime();
    }
    schedule();
    updateLine();
  }

  private static boolean isTime(int register) {
    return register == SECONDS
        || register == MINUTES
        || register == HOURS
        || register >= WEEKDAY && register <= YEAR
        || register == CENTURY;
  }

  private LocalDateTime now() {
    return LocalDateTime.ofInstant(host.instant().plus(offset), ZoneOffset.UTC);
  }

  private void fillTime() {
    LocalDateTime now = now();
    ram[SECONDS] = encode(now.getSecond());
    ram[MINUTES] = encode(now.getMinute());
    ram[HOURS] = encodeHour(now.getHour());
    ram[WEEKDAY] = encode(now.getDayOfWeek().getValue() % 7 + 1);
    ram[DAY] = encode(now.getDayOfMonth());
    ram[MONTH] = encode(now.getMonthValue());
    ram[YEAR] = encode(now.getYear() % 100);
    ram[CENTURY] = encode(now.getYear() / 100);
  }

  private void takeTime() {
    try {
      LocalDateTime time =
          LocalDateTime.of(
              decode(ram[CENTURY]) * 100 + decode(ram[YEAR]),
              decode(ram[MONTH]),
              decode(ram[DAY]),
              decodeHour(ram[HOURS]),
              decode(ram[MINUTES]),
              decode(ram[SECONDS]));
      offset = Duration.between(host.instant(), time.toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      // Not a date, perhaps half written: the clock goes on as it was.
      fillTime();
    }
  }

  private int encode(int value) {
    return (ram[REGISTER_B] & BINARY) != 0 ? value : value / 10 << 4 | value % 10;
  }

  private int decode(int value) {
    return (ram[REGISTER_B] & BINARY) != 0 ? value : (value >> 4) * 10 + (value & 15);
  }

  private int encodeHour(int hour) {
    if ((ram[REGISTER_B] & HOURS_24) != 0) {
      return encode(hour);
    }
    int twelve = hour % 12 == 0 ? 12 : hour % 12;
    return encode(twelve) | (hour >= 12 ? PM : 0);
  }

  private int decodeHour(int value) {
    if ((ram[REGISTER_B] & HOURS_24) != 0) {
      return decode(value);
    }
    return decode(value & ~PM) % 12 + ((value & PM) != 0 ? 12 : 0);
  }

  // ---- interrupts ----------------------------------------------------------------------------

  private void schedule() {
    int b = ram[REGISTER_B];
    if ((b & (ALARM | UPDATE)) != 0 && (b & SET) == 0) {
      long intoSecond = now().get(ChronoField.NANO_OF_SECOND);
      secondTimer.arm(machine.nanoseconds() + SECOND - intoSecond);
    } else {
      secondTimer.cancel();
    }
    int rate = ram[REGISTER_A] & 15;
    if ((b & PERIODIC) != 0 && rate != 0) {
      // Rates 1 and 2 are those of 8 and 9.
      int shift = rate <= 2 ? rate + 6 : rate - 1;
      long wanted = (SECOND << shift) / 32_768;
      if (wanted != period || nextPeriodic == 0) {
        period = wanted;
        nextPeriodic = machine.nanoseconds() + wanted;
        periodicTimer.arm(nextPeriodic);
      }
    } else {
      nextPeriodic = 0;
      periodicTimer.cancel();
    }
  }

  private synchronized void everySecond() {
    ram[REGISTER_C] |= UPDATE;
    if (alarmMatches()) {
      ram[REGISTER_C] |= ALARM;
    }
    updateLine();
    schedule();
  }

  private boolean alarmMatches() {
    LocalDateTime now = now();
    return matches(ram[SECONDS_ALARM], encode(now.getSecond()))
        && matches(ram[MINUTES_ALARM], encode(now.getMinute()))
        && matches(ram[HOURS_ALARM], encodeHour(now.getHour()));
  }

  // The two top bits set mean "always".
  private static boolean matches(int alarm, int value) {
    return (alarm & 0xC0) == 0xC0 || alarm == value;
  }

  private synchronized void everyPeriod() {
    if (nextPeriodic == 0) {
      return;
    }
    ram[REGISTER_C] |= PERIODIC;
    updateLine();
    // A guest that was not running doesn't get the interrupts it missed.
    nextPeriodic = Math.max(nextPeriodic + period, machine.nanoseconds());
    periodicTimer.arm(nextPeriodic);
  }

  private void updateLine() {
    boolean due = (ram[REGISTER_B] & ram[REGISTER_C] & (PERIODIC | ALARM | UPDATE)) != 0;
    ram[REGISTER_C] = due ? ram[REGISTER_C] | INTERRUPT : ram[REGISTER_C] & ~INTERRUPT;
    line.set(due);
  }

  @Override
  public synchronized void transfer(StateTransfer s) throws StateException {
    s.numbers(ram, 0, 0xFF);
    index = s.number(index, 0, INDEX_MASK);
    period = s.number(period, 0, Long.MAX_VALUE / 4);
    nextPeriodic = s.number(nextPeriodic, 0, Long.MAX_VALUE / 4);
    offset =
        Duration.ofSeconds(
            s.number(offset.getSeconds(), -MOST_SECONDS, MOST_SECONDS),
            s.number(offset.getNano(), 0, 999_999_999));
    periodicTimer.transfer(s);
    if (s.loading()) {
      // Its seconds are the host's, which has gone on meanwhile.
      schedule();
    }
  }
}
