// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.machine;

/** What a device may do to the machine it sits in. Any thread; all return at once. */
public interface MachineControl {
  /** The guest has asked for power off. */
  void powerOff();

  /** The guest has asked for a reset. */
  void reset();

  /**
   * The guest has crashed and says so: the machine ends.
   *
   * @param detail what the guest says of it
   */
  void crashed(String detail);
}
