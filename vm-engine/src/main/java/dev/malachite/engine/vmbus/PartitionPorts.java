// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import dev.malachite.engine.hyperv.HypervPartition;
import org.jspecify.annotations.Nullable;

/** VMBus's ports on a real partition. */
record PartitionPorts(HypervPartition partition, int processors) implements VmbusPorts {
  /** The type of channel messages in both directions. */
  private static final int CHANNEL_MESSAGE = 1;

  @Override
  public boolean postMessage(int vp, int sint, byte[] payload, int length) {
    return partition.postMessage(vp, sint, CHANNEL_MESSAGE, payload, 0, length);
  }

  @Override
  public void signalEvent(int vp, int sint, int flag) {
    partition.signalEvent(vp, sint, flag);
  }

  @Override
  public void listenForMessages(int connectionId, @Nullable MessageListener listener) {
    if (listener == null) {
      partition.messagePort(connectionId, null);
    } else {
      partition.messagePort(
          connectionId,
          (vp, connection, type, payload, length) ->
              type != CHANNEL_MESSAGE || listener.message(payload, length));
    }
  }

  @Override
  public void listenForEvents(int connectionId, @Nullable Runnable listener) {
    if (listener == null) {
      partition.eventPort(connectionId, null);
    } else {
      partition.eventPort(connectionId, flag -> listener.run());
    }
  }
}
