// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code malachite host}: about the machine we run on. */
@Command(
    name = "host",
    mixinStandardHelpOptions = true,
    description = "About the machine that Malachite runs on.",
    subcommands = {
      HostInfoCommand.class,
      HostSettingsCommand.class,
      HostMachinesCommands.Start.class,
      HostMachinesCommands.Stop.class,
    })
final class HostCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "say what to do, such as info");
  }
}
