// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.app.Desktop;
import dev.malachite.engine.catalogue.MachineEntry;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code malachite vm connect}: a machine's console, in a window or on this terminal. */
@Command(
    name = "connect",
    description = {
      "Open a machine's console window; closing it leaves the machine running.",
      "Without a display, or with --serial, its serial console is attached to this terminal,",
      "which Ctrl-A x leaves.",
    })
final class VmConnectCommand extends VmVerb {
  @Parameters(paramLabel = "NAME", description = "The machine.")
  private String name;

  @Option(names = "--serial", description = "The serial console, on this terminal.")
  private boolean serial;

  @Override
  public Integer call() throws IOException {
    MachineEntry machine = catalogue().find(name);
    if (serial || !Desktop.hasDisplay()) {
      return new SerialConsole(err()).attach(machine, manager());
    }
    return DesktopStart.run(windows -> windows.console(machine.settings().id()));
  }
}
