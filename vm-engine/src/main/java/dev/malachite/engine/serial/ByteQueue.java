// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.serial;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A bounded first-in, first-out queue of bytes between threads. Allocates nothing once made. */
final class ByteQueue {
  private final byte[] ring;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Condition drained = lock.newCondition();
  private int head;
  private int count;
  private boolean closed;

  /**
   * An empty queue.
   *
   * @param capacity bytes it can hold, at least 1
   */
  ByteQueue(int capacity) {
    ring = new byte[capacity];
  }

  /**
   * Adds a byte, waiting for room.
   *
   * @param patience nanoseconds to wait at most; 0 doesn't wait
   * @return false when there was no room in time, or the queue is closed; the byte is lost then
   */
  boolean put(byte value, long patience) {
    boolean interrupted = false;
    lock.lock();
    try {
      long left = patience;
      while (count == ring.length && !closed && left > 0) {
        try {
          left = drained.awaitNanos(left);
        } catch (InterruptedException e) {
          interrupted = true;
          left = 0;
        }
      }
      if (closed || count == ring.length) {
        return false;
      }
      int tail = head + count;
      ring[tail < ring.length ? tail : tail - ring.length] = value;
      if (count++ == 0) {
        filled.signalAll();
      }
      return true;
    } finally {
      lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Takes what is there, waiting for at least one byte.
   *
   * @return how many bytes were put into the array's start; -1 when the queue is closed and empty
   */
  int take(byte[] bytes) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (count == 0) {
        if (closed) {
          return -1;
        }
        filled.await();
      }
      int taken = Math.min(count, bytes.length);
      int first = Math.min(taken, ring.length - head);
      System.arraycopy(ring, head, bytes, 0, first);
      System.arraycopy(ring, 0, bytes, first, taken - first);
      head = (head + taken) % ring.length;
      count -= taken;
      drained.signalAll();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more bytes; what is there can still be taken. */
  void close() {
    lock.lock();
    try {
      closed = true;
      filled.signalAll();
      drained.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
