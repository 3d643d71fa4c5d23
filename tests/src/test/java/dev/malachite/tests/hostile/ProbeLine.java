// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.hostile;

import dev.malachite.engine.device.SerialBackend;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The other end of the probe's serial port: bytes both ways, with time limits. */
final class ProbeLine implements SerialBackend {
  /** The machine ended while something was expected of it. */
  static final class EndedError extends AssertionError {
    private static final long serialVersionUID = 1L;

    EndedError() {
      super("the machine ended");
    }
  }

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable Receiver receiver;
  private byte[] fromGuest = new byte[4096];
  private int head;
  private int tail;
  private byte[] toGuest = {};
  private int sent;
  private boolean ended;

  @Override
  public void connect(Receiver newReceiver) {
    receiver = newReceiver;
  }

  @Override
  public void transmit(byte value) {
    lock.lock();
    try {
      if (tail == fromGuest.length) {
        fromGuest = Arrays.copyOfRange(fromGuest, head, Math.max(4096, (tail - head) * 2) + head);
        tail -= head;
        head = 0;
      }
      fromGuest[tail++] = value;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void ready() {
    offer();
  }

  private void offer() {
    lock.lock();
    try {
      Receiver port = receiver;
      if (port != null && sent < toGuest.length) {
        sent += port.receive(toGuest, sent, toGuest.length - sent);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Sends bytes; what the port has no room for follows as the guest reads. */
  void send(byte[] bytes) {
    lock.lock();
    try {
      byte[] all = Arrays.copyOfRange(toGuest, sent, toGuest.length + bytes.length);
      System.arraycopy(bytes, 0, all, all.length - bytes.length, bytes.length);
      toGuest = all;
      sent = 0;
    } finally {
      lock.unlock();
    }
    offer();
  }

  /**
   * Takes bytes from the guest.
   *
   * @throws AssertionError if they don't come in time, or the machine ends before
   */
  byte[] take(int count) {
    byte[] bytes = poll(count, PATIENCE);
    if (bytes != null) {
      return bytes;
    }
    lock.lock();
    try {
      if (ended) {
        throw new EndedError();
      }
      throw new AssertionError("the guest doesn't answer");
    } finally {
      lock.unlock();
    }
  }

  /** Takes bytes from the guest; null if they don't come in time, or the machine ends before. */
  byte @Nullable [] poll(int count, Duration time) {
    lock.lock();
    try {
      long left = time.toNanos();
      while (tail - head < count) {
        if (left <= 0 || ended) {
          return null;
        }
        left = changed.awaitNanos(left);
      }
      byte[] bytes = Arrays.copyOfRange(fromGuest, head, head + count);
      head += count;
      return bytes;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      lock.unlock();
    }
  }

  /** The machine has ended: no more will come. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
