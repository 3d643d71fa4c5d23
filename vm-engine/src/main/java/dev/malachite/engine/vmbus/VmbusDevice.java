// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

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
}
