// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;

/**
 * A synthetic device: what it offers the guest, and what happens when the guest takes the offer.
 *
 * <p>A guest may open, close and open again as often as it likes; each opening gets a handler of
 * its own.
 */
public interface VmbusDevice {
  /** What the guest is told; the same each time. */
  ChannelOffer offer();

  /**
   * The guest has opened the channel. Called on VMBus's control thread; packets may be sent from
   * here on, also before this returns.
   *
   * @param channel the open channel, good until the handler is told of its closing
   * @return what serves the channel
   * @throws ChannelFault if the channel can't be used; the guest's opening fails then
   */
  ChannelHandler open(VmbusChannel channel) throws ChannelFault;

  /**
   * Saves or restores what the device knows beyond what its open channel's handler does; that comes
   * before, after {@link #open} when restoring. Only while the bus stands still.
   *
   * @throws StateException if the device can't be saved; that is so unless it says otherwise
   */
  default void transfer(StateTransfer s) throws StateException {
    throw new StateException(
        "the device '" + offer() + "' can't be saved in this version; shut the machine down");
  }
}
