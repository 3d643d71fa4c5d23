// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.storage;

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
}
