// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.machine;

import dev.malachite.engine.processor.ExitReason;
import dev.malachite.engine.processor.VirtualProcessor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs each processor on its own thread, and brings all of them to a standstill when something must
 * be done between two instructions of the whole machine.
 */
final class ProcessorThreads {
  private final List<? extends VirtualProcessor> processors;
  private final IntConsumer tripleFault;
  private final Consumer<Throwable> failure;
  private final List<Thread> threads = new ArrayList<>();
  private final Object lock = new Object();
  private final List<Runnable> work = new ArrayList<>();
  private int standing;
  private boolean stopping;
  private boolean busy;
  private boolean held;
  private @Nullable Thread keeper;

  /**
   * @param tripleFault told the number of a processor that has shut down
   * @param failure told of an exception that is the engine's fault
   */
  ProcessorThreads(
      List<? extends VirtualProcessor> processors,
      IntConsumer tripleFault,
      Consumer<Throwable> failure) {
    this.processors = processors;
    this.tripleFault = tripleFault;
    this.failure = failure;
  }

  void start() {
    for (VirtualProcessor processor : processors) {
      Thread thread =
          Thread.ofPlatform()
              .name("processor-" + processor.index())
              .daemon()
              .unstarted(() -> body(processor));
      threads.add(thread);
    }
    Thread thread = Thread.ofPlatform().name("machine").daemon().unstarted(this::keep);
    keeper = thread;
    threads.forEach(Thread::start);
    thread.start();
  }

  /** Does something while no processor runs. Returns at once. */
  void between(Runnable action) {
    synchronized (lock) {
      work.add(action);
      lock.notifyAll();
    }
    kickAll();
  }

  /**
   * Makes all processors stand still until they are released. Returns at once.
   *
   * @param standing done once they stand still
   */
  void hold(Runnable standing) {
    between(
        () -> {
          synchronized (lock) {
            held = true;
          }
          standing.run();
        });
  }

  /** Lets processors that are held go on. */
  void release() {
    synchronized (lock) {
      held = false;
      lock.notifyAll();
    }
  }

  /** Makes all processors stop for good. Returns at once. */
  void stop() {
    synchronized (lock) {
      stopping = true;
      lock.notifyAll();
    }
    kickAll();
  }

  private void kickAll() {
    for (VirtualProcessor processor : processors) {
      processor.kick();
    }
  }

  /** Waits until all threads have ended. Not from one of them. */
  void join() {
    boolean interrupted = false;
    List<Thread> all = new ArrayList<>(threads);
    Thread last = keeper;
    if (last != null) {
      all.add(last);
    }
    for (Thread thread : all) {
      while (thread.isAlive() && thread != Thread.currentThread()) {
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

  private void body(VirtualProcessor processor) {
    try {
      while (goOn()) {
        if (processor.run() == ExitReason.TRIPLE_FAULT) {
          tripleFault.accept(processor.index());
        }
      }
    } catch (RuntimeException | Error e) {
      failure.accept(e);
    }
  }

  // Waits while there is work for a machine that stands still; false when it is over.
  private boolean goOn() {
    synchronized (lock) {
      standing++;
      lock.notifyAll();
      try {
        while ((busy || held || !work.isEmpty()) && !stopping) {
          lock.wait();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      } finally {
        standing--;
      }
      return !stopping;
    }
  }

  private void keep() {
    try {
      while (true) {
        List<Runnable> due = awaitWork();
        if (due.isEmpty()) {
          return;
        }
        // Without the lock, which devices may want; processors stay in goOn while busy is set.
        due.forEach(Runnable::run);
        synchronized (lock) {
          busy = false;
          lock.notifyAll();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failure.accept(e);
    }
  }

  // Returns what to do now that all processors stand still; nothing when it is over.
  private List<Runnable> awaitWork() throws InterruptedException {
    synchronized (lock) {
      while (!stopping && (work.isEmpty() || standing < processors.size())) {
        lock.wait();
      }
      if (stopping) {
        return List.of();
      }
      busy = true;
      List<Runnable> due = List.copyOf(work);
      work.clear();
      return due;
    }
  }
}
