// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;

/**
 * Serves one open channel.
 *
 * <p>A <em>turn</em> is {@link #turn}, then packets. Turns of one channel never overlap; they run
 * on the scheduler's threads whenever the guest has signalled, has made room in a ring that was
 * full, or {@link VmbusChannel#schedule} has been called. A turn must not block.
 */
public interface ChannelHandler {
  /** A turn starts: the place to send what found the ring full before, or what has become due. */
  default void turn() throws ChannelFault {}

  /**
   * Whether this handler can take a packet now; asked before each.
   *
   * @return false to leave packets where they are until {@link VmbusChannel#schedule} is called
   */
  default boolean ready() {
    return true;
  }

  /**
   * Takes a packet.
   *
   * @param packet good until this returns
   * @throws ChannelFault if the guest is beyond repair; the channel is closed
   */
  void received(Packet packet) throws ChannelFault;

  /**
   * The guest takes back memory it shared with this channel. Called on the control thread, between
   * turns or during one; the memory must not be touched after this returns.
   */
  default void tornDown(Gpadl gpadl) {}

  /**
   * Waits for transfers under way: afterwards nothing of this channel changes until the next turn.
   * While no turn runs.
   */
  default void drain() {}

  /**
   * Saves or restores what isn't in the rings. Restoring, the handler is new: the device's {@link
   * VmbusDevice#open} has just made it, and no turn has run. Only while the bus stands still.
   *
   * @throws StateException if it can't be saved; that is so unless the handler says otherwise
   */
  default void transfer(StateTransfer s) throws StateException {
    throw new StateException(
        "an open channel of a device can't be saved in this version; shut the machine down");
  }

  /**
   * The channel is closed; no turn runs and none will. Called on the control thread. Guest memory
   * must not be touched after this returns, so this waits for transfers under way.
   */
  void closed();
}
