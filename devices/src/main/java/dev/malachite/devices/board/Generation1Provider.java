// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.board;

import dev.malachite.engine.machine.Board;
import dev.malachite.engine.machine.BoardProvider;
import dev.malachite.engine.machine.MachineConfiguration;
import java.io.IOException;

/** Makes Generation 1 boards. */
public final class Generation1Provider implements BoardProvider {
  /** For the service loader. */
  public Generation1Provider() {}

  @Override
  public int generation() {
    return 1;
  }

  @Override
  public Board create(MachineConfiguration configuration) {
    try {
      return new Generation1Board(configuration, SeaBios.installed());
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
