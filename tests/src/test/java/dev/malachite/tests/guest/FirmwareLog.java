// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.guest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Listens to what firmware writes to its debug port. */
final class FirmwareLog extends Handler implements AutoCloseable {
  private final Logger logger = Logger.getLogger("malachite.firmware");
  private final List<String> lines = new ArrayList<>();

  FirmwareLog() {
    logger.setLevel(Level.ALL);
    logger.addHandler(this);
  }

  @Override
  public void publish(LogRecord entry) {
    synchronized (lines) {
      lines.add(entry.getMessage());
      lines.notifyAll();
    }
  }

  @Override
  public void flush() {
    // Nothing is kept back.
  }

  @Override
  public void close() {
    logger.removeHandler(this);
  }

  /** Waits for a line that contains some text; returns all lines until then. */
  List<String> await(String wanted, Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    synchronized (lines) {
      while (lines.stream().noneMatch(line -> line.contains(wanted))) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new AssertionError(
              "no \"" + wanted + "\" from the firmware, which says:\n" + lines);
        }
        lines.wait(left);
      }
      return List.copyOf(lines);
    }
  }
}
