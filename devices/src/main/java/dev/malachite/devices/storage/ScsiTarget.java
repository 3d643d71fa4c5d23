// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.storage;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;

/**
 * A logical unit: carries out SCSI commands, whoever transports them.
 *
 * <p>Any thread may call; many commands may be under way at once.
 */
public interface ScsiTarget {
  /**
   * Carries out a command; {@link ScsiCommand#finish} is called once, before this returns or later
   * on another thread. Must not block.
   */
  void execute(ScsiCommand command);

  /** The machine was reset: what the guest has set is as at power-on. */
  default void reset() {}

  /** Saves or restores what the target remembers from one command to the next; a disk nothing. */
  default void transfer(StateTransfer s) throws StateException {}
}
