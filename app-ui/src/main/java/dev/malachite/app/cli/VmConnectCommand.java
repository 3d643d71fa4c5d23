// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.engine.catalogue.MachineEntry;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code malachite vm connect}: a running machine's serial console on this terminal. */
@Command(
    name = "connect",
    description = {
      "Attach a running machine's serial console to this terminal; Ctrl-A x leaves it running.",
      "The console window is not available in this version.",
    })
final class VmConnectCommand extends VmVerb {
  @Parameters(paramLabel = "NAME", description = "The machine.")
  private String name;

  @Override
  public Integer call() throws IOException {
    MachineEntry machine = catalogue().find(name);
    return new SerialConsole(err()).attach(machine, manager());
  }
}
