// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.console;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Keys pressed and not read yet, bounded. Any thread. */
public final class KeyQueue {
  private static final int MOST = 256;

  private final Deque<InputKey> keys = new ArrayDeque<>();

  /** An empty queue. */
  public KeyQueue() {}

  /** Adds a key; false if there is no room. */
  public synchronized boolean add(InputKey key) {
    return keys.size() < MOST && keys.add(key);
  }

  /** The oldest key, or null. */
  public synchronized @Nullable InputKey poll() {
    return keys.poll();
  }

  /** True if there is none. */
  public synchronized boolean isEmpty() {
    return keys.isEmpty();
  }

  /** Forgets all keys. */
  public synchronized void clear() {
    keys.clear();
  }
}
