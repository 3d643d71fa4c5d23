// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.input;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;

/** Bytes that a PS/2 device has for its controller, at most a fixed number. Not thread-safe. */
final class Ps2Queue {
  private final byte[] bytes;
  private int first;
  private int count;

  Ps2Queue(int capacity) {
    bytes = new byte[capacity];
  }

  void clear() {
    count = 0;
  }

  boolean isEmpty() {
    return count == 0;
  }

  boolean hasRoom(int more) {
    return count + more <= bytes.length;
  }

  /** Adds a byte; one that has no room is lost. */
  void add(int value) {
    if (count < bytes.length) {
      bytes[(first + count) % bytes.length] = (byte) value;
      count++;
    }
  }

  /** Takes the first byte; there must be one. */
  int take() {
    int value = bytes[first] & 0xFF;
    first = (first + 1) % bytes.length;
    count--;
    return value;
  }

  void transfer(StateTransfer s) throws StateException {
    byte[] waiting = new byte[count];
    for (int i = 0; i < count; i++) {
      waiting[i] = bytes[(first + i) % bytes.length];
    }
    waiting = s.block(waiting, bytes.length);
    if (s.loading()) {
      System.arraycopy(waiting, 0, bytes, 0, waiting.length);
      first = 0;
      count = waiting.length;
    }
  }
}
