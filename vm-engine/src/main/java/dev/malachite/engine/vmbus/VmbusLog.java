// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

/** Writes VMBus's log; a guest that causes message after message is cut off for a while. */
final class VmbusLog {
  private static final System.Logger LOGGER = System.getLogger("malachite.vmbus");
  private static final int MESSAGES = 100;
  private static final long PERIOD_NANOSECONDS = 60_000_000_000L;

  private long periodStart = System.nanoTime();
  private int left = MESSAGES;

  private synchronized boolean allowed() {
    long now = System.nanoTime();
    if (now - periodStart > PERIOD_NANOSECONDS) {
      periodStart = now;
      left = MESSAGES;
    }
    if (left == 0) {
      return false;
    }
    if (--left == 0) {
      LOGGER.log(
          System.Logger.Level.WARNING, "VMBus: too many messages, silent for up to a minute");
    }
    return true;
  }

  /** The guest did something it must not. */
  void warning(String message) {
    if (allowed()) {
      LOGGER.log(System.Logger.Level.WARNING, "VMBus: {0}", message);
    }
  }

  /** The host did something it must not. */
  void error(String message, Throwable cause) {
    if (allowed()) {
      LOGGER.log(System.Logger.Level.ERROR, "VMBus: " + message, cause);
    }
  }

  /** A step for those who look into a start. */
  void debug(String format, Object... arguments) {
    LOGGER.log(System.Logger.Level.DEBUG, "VMBus: " + format, arguments);
  }
}
