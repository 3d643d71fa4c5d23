// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.control.AutomaticActions;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The verbs that the user's service unit calls when a session starts and ends. */
final class HostMachinesCommands {
  private HostMachinesCommands() {}

  @Command
  abstract static class Automatic extends VmVerb implements AutomaticActions.Report {
    final AutomaticActions actions() {
      return new AutomaticActions(manager(), this);
    }

    @Override
    public void done(MachineEntry machine, String what) {
      say(machine.name() + ": " + what);
    }

    @Override
    public void failed(MachineEntry machine, IOException failure) {
      say(Failures.describe(failure));
    }
  }

  /** {@code malachite host start-machines}. */
  @Command(
      name = "start-machines",
      description = "Start the machines whose automatic start action wants it (automatic.start).")
  static final class Start extends Automatic {
    @Override
    public Integer call() throws IOException {
      return actions().start() ? ExitCodes.DONE : ExitCodes.FAILED;
    }
  }

  /** {@code malachite host stop-machines}. */
  @Command(
      name = "stop-machines",
      description = "Save, shut down or turn off the machines that run (automatic.stop).")
  static final class Stop extends Automatic {
    @Option(
        names = "--timeout",
        paramLabel = "TIME",
        description = "Turn off what has not shut down by then: 60s, 5m; default 60s.")
    private Duration timeout = Duration.ofSeconds(60);

    @Override
    public Integer call() throws IOException {
      return actions().stop(timeout) ? ExitCodes.DONE : ExitCodes.FAILED;
    }
  }
}
