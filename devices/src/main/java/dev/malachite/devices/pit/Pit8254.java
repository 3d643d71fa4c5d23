// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.pit;

import dev.malachite.engine.device.InterruptLine;
import dev.malachite.engine.device.IoBus;
import dev.malachite.engine.device.PortHandler;
import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;

/**
 * The 8254 interval timer of a PC (Intel data sheet 231164) and port 0x61 (PIIX4 data sheet,
 * section 4.2.3): counter 0 interrupts, counter 1 refreshes nothing, counter 2 would sound the
 * speaker, which is silent here. Any thread.
 */
public final class Pit8254 implements PortHandler, Saveable {
  /** Ticks a second. */
  public static final long FREQUENCY = 1_193_182;

  private static final int COUNTERS = 0x40;
  private static final int CONTROL = 0x43;
  private static final int PORT_B = 0x61;
  private static final long SECOND = 1_000_000_000L;

  // Port 0x61.
  private static final int GATE_2 = 1;
  private static final int PORT_B_WRITABLE = 0x0F;
  private static final int REFRESH = 0x10;
  private static final int OUTPUT_2 = 0x20;

  /** Refresh toggles every 15 microseconds. */
  private static final int REFRESH_TICKS = 18;

  private final InterruptLine line;
  private final MachineClock clock;
  private final TimerQueue.Timer timer;
  private Counter[] counters = newCounters();
  private int portB;
  private long dueTick = Counter.NEVER;

  /**
   * Makes the timer, not yet programmed.
   *
   * @param line counter 0's output
   */
  public Pit8254(InterruptLine line, MachineClock clock, TimerQueue timers) {
    this.line = line;
    this.clock = clock;
    timer = timers.timer(this::rise);
  }

  private static Counter[] newCounters() {
    return new Counter[] {new Counter(true), new Counter(true), new Counter(false)};
  }

  /** Connects its registers: ports 0x40 to 0x43, and 0x61. */
  public void connect(IoBus bus) {
    bus.mapPorts(COUNTERS, 4, this);
    bus.mapPorts(PORT_B, 1, this);
  }

  /** Sets the state after power-on. */
  public synchronized void reset() {
    counters = newCounters();
    portB = 0;
    dueTick = Counter.NEVER;
    timer.cancel();
    line.set(false);
  }

  private long now() {
    long time = clock.nanoseconds();
    return time / SECOND * FREQUENCY + time % SECOND * FREQUENCY / SECOND;
  }

  // The first nanosecond at which now() has reached the tick.
  private static long nanoseconds(long tick) {
    return tick / FREQUENCY * SECOND + (tick % FREQUENCY * SECOND + FREQUENCY - 1) / FREQUENCY;
  }

  private void update(long now) {
    line.set(counters[0].output(now));
    long next = counters[0].nextRise(now);
    if (next != dueTick) {
      dueTick = next;
      if (next == Counter.NEVER) {
        timer.cancel();
      } else {
        timer.arm(nanoseconds(next));
      }
    }
  }

  private synchronized void rise() {
    long now = now();
    if (dueTick <= now) {
      // The output was low just before; a square wave that was late may be low again.
      dueTick = Counter.NEVER;
      line.set(false);
      line.set(true);
    }
    update(now);
  }

  @Override
  public synchronized int readPort(int port, int size) {
    long now = now();
    if (port == PORT_B) {
      return portB
          | (now / REFRESH_TICKS % 2 != 0 ? REFRESH : 0)
          | (counters[2].output(now) ? OUTPUT_2 : 0);
    }
    return port == CONTROL ? 0xFF : counters[port - COUNTERS].read(now);
  }

  @Override
  public synchronized void writePort(int port, int size, int value) {
    long now = now();
    int data = value & 0xFF;
    if (port == PORT_B) {
      portB = data & PORT_B_WRITABLE;
      counters[2].gate((portB & GATE_2) != 0, now);
    } else if (port != CONTROL) {
      counters[port - COUNTERS].write(data, now);
    } else if (data >> 6 == 3) {
      readBack(data, now);
    } else {
      counters[data >> 6].control(data & 0x3F, now);
    }
    update(now);
  }

  // Bits 5 and 4 are low for what is to be latched, bits 3 to 1 choose counters.
  private void readBack(int command, long now) {
    for (int i = 0; i < counters.length; i++) {
      if ((command & 2 << i) != 0) {
        if ((command & 0x20) == 0) {
          counters[i].latchCount(now);
        }
        if ((command & 0x10) == 0) {
          counters[i].latchStatus(now);
        }
      }
    }
  }

  @Override
  public synchronized void transfer(StateTransfer s) throws StateException {
    for (Counter counter : counters) {
      counter.transfer(s, now());
    }
    portB = s.number(portB, 0, 0xFF);
    dueTick = s.int64(dueTick);
    timer.transfer(s);
  }
}
