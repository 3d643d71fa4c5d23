// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code malachite vm}: the machines of the catalogue. */
@Command(
    name = "vm",
    mixinStandardHelpOptions = true,
    description = "Machines in the catalogue.",
    subcommands = {
      VmListCommand.class,
      VmShowCommand.class,
      VmCreateCommand.class,
      VmPowerCommands.Start.class,
      VmPowerCommands.Stop.class,
      VmPowerCommands.TurnOff.class,
      VmPowerCommands.Pause.class,
      VmPowerCommands.Save.class,
      VmPowerCommands.DiscardState.class,
      VmPowerCommands.Resume.class,
      VmPowerCommands.Reset.class,
      VmConnectCommand.class,
      VmRenameCommand.class,
      VmDeleteCommand.class,
      VmSetCommand.class,
      VmTransferCommands.Export.class,
      VmTransferCommands.Import.class,
      VmTransferCommands.Clone.class,
      VmScreenshotCommand.class,
      VmSendKeysCommand.class,
    })
final class VmCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "say what to do, such as list, create or start");
  }
}
