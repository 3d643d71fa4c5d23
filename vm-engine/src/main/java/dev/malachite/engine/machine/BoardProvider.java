// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.machine;

/** Makes boards; found by {@link java.util.ServiceLoader}. */
public interface BoardProvider {
  /** Which generation its boards are, 1 or 2. */
  int generation();

  /**
   * Makes a board for a machine.
   *
   * @throws IllegalArgumentException if the configuration asks for what this board doesn't have,
   *     with a sentence for people
   */
  Board create(MachineConfiguration configuration);
}
