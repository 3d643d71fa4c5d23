// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code malachite disk}: work on disk files. */
@Command(
    name = "disk",
    mixinStandardHelpOptions = true,
    description = "Work on disk files.",
    subcommands = {
      DiskCreateCommand.class,
      DiskInfoCommand.class,
      DiskCheckCommand.class,
      DiskRepairCommand.class,
      DiskResizeCommand.class,
      DiskConvertCommand.class,
      DiskCompactCommand.class,
      DiskMergeCommand.class,
      DiskReparentCommand.class,
      DiskSetIdCommand.class,
      DiskFlattenCommand.class,
      DiskMountCommand.class,
    })
final class DiskCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "say what to do: create, info, check, convert ...");
  }
}
