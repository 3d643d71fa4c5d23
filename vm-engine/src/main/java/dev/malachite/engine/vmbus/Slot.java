// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import org.jspecify.annotations.Nullable;

/** A channel number and the device behind it. Changed on the control thread only. */
final class Slot {
  private final int relid;
  private final VmbusDevice device;
  private final ChannelOffer offer;

  /** The guest knows of the channel. */
  boolean offered;

  /** The device has gone; the number is free once the guest has let go of it. */
  boolean rescinded;

  /** The ring's GPADL while open. */
  int ringGpadl;

  /** The page of that GPADL at which the ring to the guest starts. */
  int downstreamPage;

  volatile @Nullable VmbusChannel channel;

  Slot(int relid, VmbusDevice device) {
    this.relid = relid;
    this.device = device;
    offer = device.offer();
  }

  int relid() {
    return relid;
  }

  VmbusDevice device() {
    return device;
  }

  ChannelOffer offer() {
    return offer;
  }
}
