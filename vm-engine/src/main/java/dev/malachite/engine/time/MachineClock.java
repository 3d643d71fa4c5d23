// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.time;

import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;

/**
 * The machine's time: nanoseconds since power-on, the time stamp counter derived from it, and the
 * Hyper-V reference time.
 *
 * <p>The time stamp counter of software processors counts at {@link #TSC_FREQUENCY}, so that it is
 * the host's monotonic clock and all processors agree. Any thread.
 */
public final class MachineClock implements Saveable {
  /** The guest's time stamp counter frequency in Hz on software processors. */
  public static final long TSC_FREQUENCY = 1_000_000_000L;

  /** The local APIC timer's input frequency in Hz (before its divider), as Hyper-V's: 200 MHz. */
  public static final long APIC_FREQUENCY = 200_000_000L;

  private static final long GOING = -1;

  private volatile long start = System.nanoTime();
  private volatile long stoppedAt = GOING;

  /** A clock that starts now. */
  public MachineClock() {}

  /** Nanoseconds since power-on, without those in which the clock stood still. */
  public long nanoseconds() {
    long stopped = stoppedAt;
    return stopped == GOING ? System.nanoTime() - start : stopped;
  }

  /** The time stamp counter. */
  public long tsc() {
    return nanoseconds();
  }

  /**
   * What the host's monotonic clock showed when this one would have started, had it never stopped.
   */
  public long origin() {
    long stopped = stoppedAt;
    return stopped == GOING ? start : System.nanoTime() - stopped;
  }

  /** Reference time in units of 100 ns (TLFS, Partition Reference Counter). */
  public long referenceTime() {
    return nanoseconds() / 100;
  }

  /** Stops the clock, while no processor runs. */
  public synchronized void stop() {
    if (stoppedAt == GOING) {
      stoppedAt = System.nanoTime() - start;
    }
  }

  /** Lets a stopped clock go on from where it stands. */
  public synchronized void go() {
    if (stoppedAt != GOING) {
      start = System.nanoTime() - stoppedAt;
      stoppedAt = GOING;
    }
  }

  /** Saves or restores how far it has come; it must stand still. */
  @Override
  public synchronized void transfer(StateTransfer s) throws StateException {
    if (stoppedAt == GOING) {
      throw new IllegalStateException("a clock that goes can't be saved");
    }
    stoppedAt = s.number(stoppedAt, 0, Long.MAX_VALUE / 4);
  }
}
