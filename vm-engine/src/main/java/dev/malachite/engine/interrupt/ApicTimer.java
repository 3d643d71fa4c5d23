// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.interrupt;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;

/**
 * The local APIC's timer (SDM volume 3, section 11.5.4): one-shot, periodic, or at a value of the
 * time stamp counter.
 *
 * <p>Registers are written by the processor's thread and the timer runs out on the timer queue's:
 * one lock joins them, held for a few instructions.
 */
final class ApicTimer {
  /** Told on the timer thread, or on the writer's if the moment has passed already. */
  interface Expiry {
    void expired();
  }

  static final int ONE_SHOT = 0;
  static final int PERIODIC = 1;
  static final int TSC_DEADLINE = 2;

  private static final long NANOSECONDS_PER_COUNT = 1_000_000_000L / MachineClock.APIC_FREQUENCY;

  /** Shorter periods would keep the host busy with nothing else; a missed period is lost. */
  private static final long SHORTEST_PERIOD = 100_000;

  /** A deadline further away than this, in nanoseconds, is looked at again then: in 36 years. */
  private static final long FAR = 1L << 60;

  private final MachineClock clock;
  private final TimerQueue.Timer timer;
  private final Expiry expiry;
  private final Object lock = new Object();

  private int mode;
  private boolean masked = true;
  private int divideRegister;
  private int initialCount;
  private boolean counting;
  private long start;
  private long deadline;
  private long tscOffset;

  /** When the queue is to run it; a run that comes earlier is one that was replaced meanwhile. */
  private long due;

  ApicTimer(MachineClock clock, TimerQueue queue, Expiry expiry) {
    this.clock = clock;
    this.expiry = expiry;
    timer = queue.timer(this::run);
  }

  void reset() {
    synchronized (lock) {
      timer.cancel();
      mode = ONE_SHOT;
      masked = true;
      divideRegister = 0;
      initialCount = 0;
      counting = false;
      start = 0;
      deadline = 0;
      due = 0;
    }
  }

  /** The timer's local vector table entry has changed. */
  void configure(int newMode, boolean newMasked) {
    boolean now;
    synchronized (lock) {
      if ((newMode == TSC_DEADLINE) != (mode == TSC_DEADLINE)) {
        counting = false;
        initialCount = 0;
        deadline = 0;
      }
      mode = newMode;
      masked = newMasked;
      now = schedule();
    }
    if (now) {
      run();
    }
  }

  int initialCount() {
    synchronized (lock) {
      return initialCount;
    }
  }

  void initialCount(int value) {
    boolean now;
    synchronized (lock) {
      if (mode == TSC_DEADLINE) {
        return;
      }
      initialCount = value;
      counting = value != 0;
      start = clock.nanoseconds();
      now = schedule();
    }
    if (now) {
      run();
    }
  }

  int currentCount() {
    synchronized (lock) {
      return (int) remaining(clock.nanoseconds());
    }
  }

  int divide() {
    synchronized (lock) {
      return divideRegister;
    }
  }

  /** Writes the divide register; the count goes on from where it is, at the new speed. */
  void divide(int value) {
    boolean now;
    synchronized (lock) {
      long moment = clock.nanoseconds();
      long left = remaining(moment);
      divideRegister = value & 0xB;
      if (counting) {
        start = moment - (Integer.toUnsignedLong(initialCount) - left) * unit();
      }
      now = schedule();
    }
    if (now) {
      run();
    }
  }

  long deadline() {
    synchronized (lock) {
      return mode == TSC_DEADLINE ? deadline : 0;
    }
  }

  void deadline(long value) {
    boolean now;
    synchronized (lock) {
      if (mode != TSC_DEADLINE) {
        return;
      }
      deadline = value;
      now = schedule();
    }
    if (now) {
      run();
    }
  }

  /** The guest's time stamp counter is the clock's plus this. */
  void tscOffset(long offset) {
    boolean now;
    synchronized (lock) {
      tscOffset = offset;
      now = schedule();
    }
    if (now) {
      run();
    }
  }

  /** Nanoseconds per count. */
  private long unit() {
    int code = divideRegister & 3 | divideRegister >> 1 & 4;
    return NANOSECONDS_PER_COUNT << (code + 1 & 7);
  }

  private long remaining(long moment) {
    if (!counting) {
      return 0;
    }
    long initial = Integer.toUnsignedLong(initialCount);
    long elapsed = Math.max(0, moment - start) / unit();
    if (mode == PERIODIC) {
      return initial - elapsed % initial;
    }
    return Math.max(0, initial - elapsed);
  }

  /** Arms the queue for the next expiry; true if the caller is to run it at once. */
  private boolean schedule() {
    if (mode == TSC_DEADLINE) {
      if (deadline == 0) {
        timer.cancel();
        return false;
      }
      long counter = clock.tsc() + tscOffset;
      if (Long.compareUnsigned(deadline, counter) <= 0) {
        timer.cancel();
        return true;
      }
      long wait = deadline - counter;
      arm(clock.nanoseconds() + (wait < 0 ? FAR : Math.min(wait, FAR)));
      return false;
    }
    if (!counting || mode == PERIODIC && masked) {
      timer.cancel();
      return false;
    }
    long period = Integer.toUnsignedLong(initialCount) * unit();
    if (mode == PERIODIC) {
      long moment = clock.nanoseconds();
      long passed = Math.max(0, moment - start) / period;
      arm(period < SHORTEST_PERIOD ? moment + SHORTEST_PERIOD : start + (passed + 1) * period);
    } else {
      arm(start + period);
    }
    return false;
  }

  private void arm(long moment) {
    due = moment;
    timer.arm(moment);
  }

  private void run() {
    synchronized (lock) {
      if (mode == TSC_DEADLINE) {
        if (deadline == 0) {
          return;
        }
        if (Long.compareUnsigned(deadline, clock.tsc() + tscOffset) > 0) {
          schedule();
          return;
        }
        deadline = 0;
      } else if (!counting || clock.nanoseconds() < due) {
        return;
      } else if (mode == PERIODIC) {
        if (masked) {
          return;
        }
        schedule();
      } else {
        counting = false;
      }
    }
    expiry.expired();
  }

  void transfer(StateTransfer s) throws StateException {
    synchronized (lock) {
      mode = s.number(mode, ONE_SHOT, 3);
      masked = s.flag(masked);
      divideRegister = s.number(divideRegister, 0, 0xB);
      initialCount = s.int32(initialCount);
      counting = s.flag(counting);
      // The first count may have been before power-on, when the guest has changed the divider.
      start = s.number(start, Long.MIN_VALUE / 4, clock.nanoseconds());
      deadline = s.int64(deadline);
      tscOffset = s.int64(tscOffset);
      due = s.int64(due);
      timer.transfer(s);
      if (counting && initialCount == 0) {
        throw s.impossible("a timer counts from 0");
      }
    }
  }
}
