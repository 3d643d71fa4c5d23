// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.time;

import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Runs the machine's timers on one thread.
 *
 * <p>Actions run on the queue's thread, one after another, and must be short: they raise an
 * interrupt or wake somebody. The queue holds no lock while an action runs, so an action may arm
 * and cancel timers. An action that throws is logged, and the queue goes on.
 */
public final class TimerQueue implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(TimerQueue.class.getName());

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** One timer; armed for one moment at a time. Any thread. */
  public final class Timer implements Saveable {
    private final Runnable action;
    private long deadline;
    private long order;
    private boolean armed;

    private Timer(Runnable action) {
      this.action = action;
    }

    /**
     * Arms the timer, replacing what was armed before. A moment that has passed fires at once, on
     * the queue's thread as ever; timers for the same moment fire in the order they were armed.
     *
     * @param nanoseconds when to run, by the {@link MachineClock}
     */
    public void arm(long nanoseconds) {
      lock.lock();
      try {
        if (closed) {
          return;
        }
        if (armed) {
          queue.remove(this);
        }
        deadline = nanoseconds;
        order = nextOrder++;
        armed = true;
        queue.add(this);
        if (nanoseconds < wakeUp && !stopped) {
          wakeUp = nanoseconds;
          changed.signal();
        }
      } finally {
        lock.unlock();
      }
    }

    /** Saves or restores the moment for which it is armed, if it is. */
    @Override
    public void transfer(StateTransfer s) throws StateException {
      boolean set;
      long moment;
      lock.lock();
      try {
        set = armed;
        moment = armed ? deadline : 0;
      } finally {
        lock.unlock();
      }
      set = s.flag(set);
      moment = s.int64(moment);
      if (s.loading()) {
        if (set) {
          arm(moment);
        } else {
          cancel();
        }
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
  private final Condition idle = lock.newCondition();
  private final PriorityQueue<Timer> queue = new PriorityQueue<>(TimerQueue::compare);
  private final Thread thread;

  /** When the thread will look again by itself: an earlier timer must wake it. */
  private long wakeUp = Long.MAX_VALUE;

  private long nextOrder;
  private boolean stopped;
  private boolean acting;
  private boolean closed;

  /** Starts the queue's thread. */
  @SuppressWarnings("this-escape") // the thread waits for the lock until construction is over
  public TimerQueue(MachineClock clock) {
    this.clock = clock;
    thread = Thread.ofPlatform().name("timers").daemon().unstarted(this::loop);
    thread.start();
  }

  /** Makes a timer, not armed. */
  public Timer timer(Runnable action) {
    return new Timer(action);
  }

  /**
   * Keeps timers from firing, while the clock stands still; they stay armed. Waits for an action
   * that is running, unless that action calls.
   */
  public void stop() {
    lock.lock();
    try {
      stopped = true;
      changed.signal();
      while (acting && Thread.currentThread() != thread) {
        idle.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Lets timers fire again. */
  public void go() {
    lock.lock();
    try {
      stopped = false;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private static int compare(Timer a, Timer b) {
    return a.deadline != b.deadline
        ? Long.compare(a.deadline, b.deadline)
        : Long.compare(a.order, b.order);
  }

  private void loop() {
    lock.lock();
    try {
      while (!closed) {
        Timer first = stopped ? null : queue.peek();
        long now = clock.nanoseconds();
        if (first != null && first.deadline <= now) {
          queue.poll();
          first.armed = false;
          run(first);
          continue;
        }
        if (first == null) {
          wakeUp = Long.MAX_VALUE;
          changed.awaitUninterruptibly();
        } else {
          wakeUp = first.deadline;
          await(first.deadline - now);
        }
        wakeUp = Long.MIN_VALUE;
      }
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
  private void await(long nanoseconds) {
    try {
      changed.awaitNanos(nanoseconds);
    } catch (InterruptedException e) {
      // Nobody ends this thread by interrupting it: close() does.
      LOGGER.log(System.Logger.Level.DEBUG, "the timer thread was interrupted", e);
    }
  }

  private void run(Timer timer) {
    acting = true;
    lock.unlock();
    try {
      timer.action.run();
    } catch (RuntimeException | AssertionError e) {
      LOGGER.log(System.Logger.Level.ERROR, "a timer's action failed; the timers go on", e);
    } finally {
      lock.lock();
      acting = false;
      idle.signalAll();
    }
  }

  /**
   * Ends the thread; timers armed afterwards never fire. Waits for an action that is running, so
   * that what actions use may go away afterwards; so don't call it with a lock held that an action
   * takes. Called by an action, it doesn't wait.
   */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      for (Timer timer : queue) {
        timer.armed = false;
      }
      queue.clear();
      changed.signal();
    } finally {
      lock.unlock();
    }
    if (Thread.currentThread() == thread) {
      return;
    }
    try {
      if (!thread.join(PATIENCE)) {
        LOGGER.log(
            System.Logger.Level.WARNING,
            "a timer's action still runs {0} after its queue was closed",
            PATIENCE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
