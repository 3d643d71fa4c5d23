// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.app.desktop.Windows;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The program itself, without a verb. */
@Command(
    name = "malachite",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    description = "Client Hyper-V for any developer workstation.",
    subcommands = {
      RunCommand.class,
      VmCommand.class,
      DiskCommand.class,
      QuickCreateCommand.class,
      HostCommand.class,
      CompletionCommand.class,
    })
final class MalachiteCommand implements Callable<Integer> {
  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show where in the program a failure came from.")
  private boolean debug;

  /** Whether failures show a stack trace. */
  boolean debug() {
    return debug;
  }

  @Override
  public Integer call() {
    return DesktopStart.run(Windows::manager);
  }
}
