// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.state;

/**
 * A part of a machine that can be saved and restored.
 *
 * <p>One method does both, so that what is written and what is read can't differ: it hands each of
 * its values to the transfer and takes what it gets back. Values that others can be computed from
 * are left out; {@link StateTransfer#loading} tells when to compute them.
 */
@FunctionalInterface
public interface Saveable {
  /**
   * Saves or restores. Only while the machine stands still: no processor runs, the clock and the
   * timers are stopped, and no request to a disk is under way.
   *
   * @throws StateException if the state can't be saved now, or a restored value is impossible; the
   *     machine must not run then
   */
  void transfer(StateTransfer s) throws StateException;
}
