// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The threads that carry out disk requests; several disks may share one.
 *
 * <p>Each request in progress takes one thread, so the number of threads bounds how many system
 * calls are under way; further requests wait in order of submission. Queueing allocates nothing.
 */
public final class DiskExecutor implements AutoCloseable {
  /** Threads of {@link #create()}. */
  public static final int DEFAULT_THREADS = 4;

  private final Object lock = new Object();
  private final List<Thread> threads = new ArrayList<>();
  private @Nullable DiskRequest head;
  private @Nullable DiskRequest tail;
  private int idle;
  private boolean closed;

  private DiskExecutor(String name, int count) {
    for (int i = 0; i < count; i++) {
      threads.add(new Worker(this, name + "-" + i));
    }
  }

  /** Starts an executor with {@value #DEFAULT_THREADS} threads. */
  public static DiskExecutor create() {
    return create("disk-io", DEFAULT_THREADS);
  }

  /**
   * Starts an executor.
   *
   * @param name what its threads are called, a number added
   * @param threads how many, at least 1
   */
  public static DiskExecutor create(String name, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("a disk executor needs a thread");
    }
    DiskExecutor executor = new DiskExecutor(name, threads);
    executor.threads.forEach(Thread::start);
    return executor;
  }

  /** Queues a request; false if the executor is closed. */
  boolean execute(DiskRequest request) {
    synchronized (lock) {
      if (closed) {
        return false;
      }
      request.next = null;
      DiskRequest last = tail;
      if (last == null) {
        head = request;
      } else {
        last.next = request;
      }
      tail = request;
      if (idle > 0 && !keeps(Thread.currentThread())) {
        lock.notify();
      }
      return true;
    }
  }

  /**
   * Whether a thread takes what it has just queued itself: a worker does, once, when the completion
   * that it is in returns. Waking another for that would move the work to a cold processor.
   */
  private boolean keeps(Thread thread) {
    if (thread instanceof Worker worker && worker.owner == this && !worker.keeps) {
      worker.keeps = true;
      return true;
    }
    return false;
  }

  /** Whether the calling thread is one of this executor's. */
  boolean isWorker() {
    return Thread.currentThread() instanceof Worker worker && worker.owner == this;
  }

  /** One of this executor's threads, to ask memory whether it may be used there. */
  Thread anyThread() {
    return threads.getFirst();
  }

  private @Nullable DiskRequest take(Worker worker) {
    synchronized (lock) {
      worker.keeps = false;
      while (true) {
        DiskRequest first = head;
        if (first != null) {
          head = first.next;
          if (head == null) {
            tail = null;
          }
          first.next = null;
          return first;
        }
        if (closed) {
          return null;
        }
        idle++;
        try {
          lock.wait();
        } catch (InterruptedException e) {
          // Nobody is meant to interrupt a worker, and an interrupt must not close a disk's
          // channel; closing the executor is what ends it.
        } finally {
          idle--;
        }
      }
    }
  }

  /** Finishes what is queued, ends the threads and waits for them. Close the disks first. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
    if (isWorker()) {
      return;
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
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

  private static final class Worker extends Thread {
    private final DiskExecutor owner;

    /** Whether something in the queue is this thread's to take; under the executor's lock. */
    private boolean keeps;

    Worker(DiskExecutor owner, String name) {
      super(name);
      this.owner = owner;
      setDaemon(true);
    }

    @Override
    public void run() {
      for (DiskRequest request = owner.take(this); request != null; request = owner.take(this)) {
        AbstractVirtualDisk disk = request.target;
        if (disk != null) {
          disk.execute(request);
        }
      }
    }
  }
}
