// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.input;

/** A device on one of the 8042's two ports. Called with the controller's lock held. */
interface Ps2Device {
  /** What the device has to say. */
  Ps2Queue output();

  /** The guest sends a byte. */
  void receive(int value);

  /** Sets the power-on state. */
  void powerOn();
}
