// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.board;

import dev.malachite.engine.machine.Board;
import dev.malachite.engine.machine.BoardProvider;
import dev.malachite.engine.machine.MachineConfiguration;

/** Makes Generation 2 boards. */
public final class Generation2Provider implements BoardProvider {
  /** For the service loader. */
  public Generation2Provider() {}

  @Override
  public int generation() {
    return 2;
  }

  @Override
  public Board create(MachineConfiguration configuration) {
    return new Generation2Board(configuration);
  }
}
