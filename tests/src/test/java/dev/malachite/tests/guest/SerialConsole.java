// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.guest;

import dev.malachite.engine.device.SerialBackend;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The other end of a serial port: keeps what the guest writes, and types. */
final class SerialConsole implements SerialBackend {
  private static final int LIMIT = 4 << 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final StringBuilder text = new StringBuilder();
  private @Nullable Receiver receiver;
  private byte[] typed = {};
  private boolean ended;

  @Override
  public void connect(Receiver newReceiver) {
    receiver = newReceiver;
  }

  @Override
  public void transmit(byte value) {
    lock.lock();
    try {
      if (text.length() < LIMIT) {
        text.append((char) (value & 0xFF));
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void ready() {
    offer();
  }

  /** Types text; what the port has no room for follows as the guest reads. */
  void type(String line) {
    lock.lock();
    try {
      byte[] more = line.getBytes(StandardCharsets.US_ASCII);
      byte[] all = Arrays.copyOf(typed, typed.length + more.length);
      System.arraycopy(more, 0, all, typed.length, more.length);
      typed = all;
    } finally {
      lock.unlock();
    }
    offer();
  }

  private void offer() {
    lock.lock();
    try {
      Receiver port = receiver;
      if (port != null && typed.length > 0) {
        int taken = port.receive(typed, 0, typed.length);
        typed = Arrays.copyOfRange(typed, taken, typed.length);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Everything the guest has written. */
  String text() {
    lock.lock();
    try {
      return text.toString();
    } finally {
      lock.unlock();
    }
  }

  /** No more will come. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until the guest has written something.
   *
   * @return all that has been written by then
   * @throws AssertionError if it doesn't come in time or the machine ends before
   */
  String await(String wanted, Duration time) throws InterruptedException {
    return awaitTimes(wanted, 1, time);
  }

  /** As {@link #await}, for the number of times the text must have come. */
  String awaitTimes(String wanted, int times, Duration time) throws InterruptedException {
    long left = time.toNanos();
    lock.lock();
    try {
      while (occurrences(wanted) < times) {
        if (left <= 0 || ended) {
          throw new AssertionError(
              (ended ? "the machine ended" : "after " + time)
                  + " without \""
                  + wanted
                  + "\" on the serial port, which shows:\n"
                  + text);
        }
        left = changed.awaitNanos(left);
      }
      return text.toString();
    } finally {
      lock.unlock();
    }
  }

  private int occurrences(String wanted) {
    int count = 0;
    for (int at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
      count++;
    }
    return count;
  }
}
