// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import java.io.IOException;

/**
 * Lets flushes that wait at the same time share one.
 *
 * <p>A flush covers what completed before it began, so one that begins after a caller arrived
 * serves the caller too. A failed one serves nobody but its runner.
 */
final class FlushGate {
  /** What makes things durable. */
  @FunctionalInterface
  interface Flush {
    void run() throws IOException;
  }

  private boolean running;
  private long begun;
  private long done;

  /** Returns once a flush that began after the call has succeeded. */
  void run(Flush flush) throws IOException {
    long number;
    synchronized (this) {
      long need = begun + 1;
      boolean interrupted = false;
      while (running) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
        if (done >= need) {
          break;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      if (done >= need) {
        return;
      }
      running = true;
      number = ++begun;
    }
    boolean good = false;
    try {
      flush.run();
      good = true;
    } finally {
      synchronized (this) {
        running = false;
        if (good) {
          done = number;
        }
        notifyAll();
      }
    }
  }
}
