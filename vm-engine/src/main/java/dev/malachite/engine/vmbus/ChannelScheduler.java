// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs channels' work on a few platform threads: each channel's serially, all of them in turn.
 *
 * <p>Asking for a channel's work while it waits in the queue does nothing; asking while it runs
 * makes it run once more. Queueing allocates nothing.
 */
public final class ChannelScheduler implements AutoCloseable {
  /** Work that is run in turns. */
  abstract static class Work {
    private @Nullable Work next;
    private volatile int state = IDLE;
    private @Nullable Thread runner;

    /** Runs one turn; true to be queued for another at once. */
    abstract boolean run();
  }

  private static final int IDLE = 0;
  private static final int QUEUED = 1;
  private static final int RUNNING = 2;
  private static final int RUNNING_AGAIN = 3;
  private static final int STOPPED = 4;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition finished = lock.newCondition();
  private final List<Thread> threads = new ArrayList<>();
  private @Nullable Work head;
  private @Nullable Work tail;
  private boolean closed;
  private boolean held;
  private int running;

  /**
   * Starts a scheduler.
   *
   * @param count how many threads
   */
  public ChannelScheduler(int count) {
    for (int i = 0; i < count; i++) {
      threads.add(Thread.ofPlatform().name("vmbus-" + i).daemon().unstarted(this::loop));
    }
    threads.forEach(Thread::start);
  }

  /** Asks for a turn. Any thread. */
  void schedule(Work task) {
    if (task.state == QUEUED) {
      return;
    }
    lock.lock();
    try {
      switch (task.state) {
        case IDLE -> enqueue(task);
        case RUNNING -> task.state = RUNNING_AGAIN;
        default -> {}
      }
    } finally {
      lock.unlock();
    }
  }

  private void enqueue(Work task) {
    task.state = QUEUED;
    task.next = null;
    Work last = tail;
    if (last == null) {
      head = task;
    } else {
      last.next = task;
    }
    tail = task;
    work.signal();
  }

  /**
   * Stops work for good and waits for a turn under way. From within that turn it returns at once,
   * and the turn is the last.
   */
  void stop(Work task) {
    lock.lock();
    try {
      task.state = STOPPED;
      while (task.runner != null && task.runner != Thread.currentThread()) {
        finished.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Lets no turn begin any more, and waits for those under way. */
  void hold() {
    lock.lock();
    try {
      held = true;
      while (running > 0) {
        finished.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Lets turns begin again. */
  void release() {
    lock.lock();
    try {
      held = false;
      work.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void loop() {
    lock.lock();
    try {
      while (true) {
        Work task = held && !closed ? null : head;
        if (task == null) {
          if (closed) {
            return;
          }
          work.awaitUninterruptibly();
          continue;
        }
        head = task.next;
        task.next = null;
        if (head == null) {
          tail = null;
        }
        if (task.state != QUEUED) {
          continue;
        }
        task.state = RUNNING;
        task.runner = Thread.currentThread();
        running++;
        boolean more = false;
        lock.unlock();
        try {
          more = task.run();
        } finally {
          lock.lock();
          task.runner = null;
          running--;
          finished.signalAll();
          if (task.state == STOPPED) {
            // Whoever has stopped it waits for nothing more.
          } else if (more || task.state == RUNNING_AGAIN) {
            enqueue(task);
          } else {
            task.state = IDLE;
          }
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Finishes what is queued, ends the threads and waits for them. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      work.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread != Thread.currentThread() && thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
