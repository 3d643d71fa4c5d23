// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;

/**
 * Channel messages on their way to the guest, in order. Control thread only.
 *
 * <p>The partition queues messages too; what it can't take stays here and is tried again.
 */
final class Outbox {
  private static final int MOST_SAVED = 16_384;

  private final VmbusPorts ports;
  private final int sint;
  private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
  private int vp;

  Outbox(VmbusPorts ports, int sint) {
    this.ports = ports;
    this.sint = sint;
  }

  /** Sets the processor that gets messages from now on. */
  void target(int newVp) {
    vp = newVp;
  }

  /** Sends a message of {@code length} bytes. */
  void post(byte[] message, int length) {
    if (!waiting.isEmpty() || !ports.postMessage(vp, sint, message, length)) {
      waiting.add(Arrays.copyOf(message, length));
    }
  }

  /** Tries again; true if nothing waits any more. */
  boolean flush() {
    while (true) {
      byte[] first = waiting.peek();
      if (first == null) {
        return true;
      }
      if (!ports.postMessage(vp, sint, first, first.length)) {
        return false;
      }
      waiting.remove();
    }
  }

  /** How many messages wait. */
  int size() {
    return waiting.size();
  }

  /** Forgets what waits. */
  void clear() {
    waiting.clear();
  }

  void transfer(StateTransfer s) throws StateException {
    vp = s.number(vp, 0, ports.processors() - 1);
    List<byte[]> messages = List.copyOf(waiting);
    int count = s.number(messages.size(), 0, MOST_SAVED);
    waiting.clear();
    for (int i = 0; i < count; i++) {
      byte[] message = s.loading() ? new byte[0] : messages.get(i);
      waiting.add(s.block(message, ChannelMessage.MAX_SIZE));
    }
  }
}
