// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0
package dev.malachite.engine.time;

import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Runs the machine's timers on one thread.
 *
 * <p>Actions run on the queue's thread, one after another, and must be short: they raise an
 * interrupt or wake somebody.
 */
public final class TimerQueue implements AutoCloseable {
  /** One timer; armed for one moment at a time. */
  public final class Timer {
    private final Runnable action;
    private long deadline;
    private boolean armed;

    private Timer(Runnable action) {
      this.action = action;
    }

    /**
     * Arms the timer, replacing what was armed before. A moment that has passed fires at once.
     *
     * @param nanoseconds when to run, by the {@link MachineClock}
     */
    public void arm(long nanoseconds) {
      lock.lock();
      try {
        if (armed) {
          queue.remove(this);
        }
        deadline = nanoseconds;
        armed = true;
        queue.add(this);
        if (queue.peek() == this) {
          changed.signal();
        }
      } finally {
        lock.unlock();
      }
    }

    /** Disarms the timer; its action may still be running when this returns. */
    public void cancel() {
      lock.lock();
      try {
        if (armed) {
          queue.remove(this);
          armed = false;
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private final MachineClock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final PriorityQueue<Timer> queue =
      new PriorityQueue<>((a, b) -> Long.compare(a.deadline, b.deadline));
  private final Thread thread;
  private boolean closed;

  /** Starts the queue's thread. */
  public TimerQueue(MachineClock clock) {
    this.clock = clock;
    thread = Thread.ofPlatform().name("timers").daemon().unstarted(this::loop);
    thread.start();
  }

  /** Makes a timer, not armed. */
  public Timer timer(Runnable action) {
    return new Timer(action);
  }

  private void loop() {
    lock.lock();
    try {
      while (!closed) {
        Timer first = queue.peek();
        if (first == null) {
          changed.await();
          continue;
        }
        long wait = first.deadline - clock.nanoseconds();
        if (wait > 0) {
          long left = changed.awaitNanos(wait);
          if (left > 0) {
            continue;
          }
        }
        if (queue.peek() == first && first.deadline <= clock.nanoseconds()) {
          queue.poll();
          first.armed = false;
          lock.unlock();
          try {
            first.action.run();
          } finally {
            lock.lock();
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the thread; timers armed afterwards never fire. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }
}
