// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import dev.malachite.engine.hyperv.HypervPartition;
import org.jspecify.annotations.Nullable;

/**
 * What VMBus needs of the partition: messages and event flags to the guest's processors, and the
 * connections on which the guest posts messages and signals.
 *
 * <p>Any thread may call; the listeners are called on the signalling processor's thread and are
 * quick.
 */
public interface VmbusPorts {
  /** Takes what the guest posts. */
  @FunctionalInterface
  interface MessageListener {
    /**
     * A message from the guest.
     *
     * @param payload good until this returns
     * @return false if there is no room now; the guest tries again
     */
    boolean message(byte[] payload, int length);
  }

  /** How many processors the machine has. */
  int processors();

  /**
   * Queues a channel message for a processor.
   *
   * @return false if the guest's interrupt controller is off or its queue full
   */
  boolean postMessage(int vp, int sint, byte[] payload, int length);

  /**
   * Sets an event flag and interrupts.
   *
   * @param flag 0 to 2047
   */
  void signalEvent(int vp, int sint, int flag);

  /** Sets, or with null removes, the one who takes channel messages posted on a connection. */
  void listenForMessages(int connectionId, @Nullable MessageListener listener);

  /** Sets, or with null removes, the one who is told of signals on a connection. */
  void listenForEvents(int connectionId, @Nullable Runnable listener);

  /** The ports of a partition of so many processors. */
  static VmbusPorts of(HypervPartition partition, int processors) {
    return new PartitionPorts(partition, processors);
  }
}
