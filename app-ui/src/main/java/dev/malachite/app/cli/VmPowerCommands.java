// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineState;
import dev.malachite.engine.control.WorkerService;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verbs that start and stop machines. */
final class VmPowerCommands {
  private VmPowerCommands() {}

  /** A verb on one or more machines. */
  @Command
  abstract static class Several extends VmVerb {
    @Parameters(paramLabel = "NAME", arity = "1..*", description = "The machines.")
    private List<String> names;

    abstract void on(MachineEntry machine) throws IOException;

    @Override
    public final Integer call() throws IOException {
      return forEach(names, this::on);
    }
  }

  /** {@code malachite vm start}. */
  @Command(name = "start", description = "Start machines; returns when their processors run.")
  static final class Start extends Several {
    @Override
    void on(MachineEntry machine) throws IOException {
      manager().start(machine.settings().id());
    }
  }

  /** {@code malachite vm stop}. */
  @Command(
      name = "stop",
      description = "Ask guests to shut down; returns when their machines are off.")
  static final class Stop extends Several {
    @Option(
        names = "--timeout",
        paramLabel = "TIME",
        description = "Give up waiting then: 60s, 5m; default 2m.")
    private Duration timeout = Duration.ofMinutes(2);

    @Override
    void on(MachineEntry machine) throws IOException {
      MachineEntry ended = manager().shutDown(machine.settings().id(), timeout);
      if (ended.state().state() == MachineState.FAILED) {
        throw new IOException(
            machine.name()
                + ": it failed while shutting down: "
                + CrashReport.of(String.valueOf(ended.state().reason())).summary());
      }
    }
  }

  /** {@code malachite vm turn-off}. */
  @Command(
      name = "turn-off",
      description = "Cut machines' power; what their guests have not written to disk is lost.")
  static final class TurnOff extends Several {
    @Override
    void on(MachineEntry machine) throws IOException {
      manager().turnOff(machine.settings().id());
    }
  }

  /** {@code malachite vm pause}. */
  @Command(name = "pause", description = "Make machines stand still, in memory.")
  static final class Pause extends Several {
    @Override
    void on(MachineEntry machine) throws IOException {
      manager().ask(machine.settings().id(), WorkerService::pause);
    }
  }

  /** {@code malachite vm save}. */
  @Command(
      name = "save",
      description = "Save machines' whole state to disk; starting them goes on from there.")
  static final class Save extends Several {
    @Override
    void on(MachineEntry machine) throws IOException {
      try (ProgressLine line = new ProgressLine(err(), "saving " + machine.name())) {
        manager().save(machine.settings().id(), now -> line.show(now.done(), now.total()));
      }
    }
  }

  /** {@code malachite vm discard-state}. */
  @Command(
      name = "discard-state",
      aliases = "delete-saved-state",
      description = "Throw machines' saved states away; they are off then.")
  static final class DiscardState extends Several {
    @Override
    void on(MachineEntry machine) throws IOException {
      catalogue().discardState(machine.settings().id());
    }
  }

  /** {@code malachite vm resume}. */
  @Command(name = "resume", description = "Let paused or saved machines go on.")
  static final class Resume extends Several {
    @Override
    void on(MachineEntry machine) throws IOException {
      manager().resume(machine.settings().id());
    }
  }

  /** {@code malachite vm reset}. */
  @Command(
      name = "reset",
      description = "Reset machines, as the button does; what is not on disk is lost.")
  static final class Reset extends Several {
    @Override
    void on(MachineEntry machine) throws IOException {
      manager().ask(machine.settings().id(), WorkerService::reset);
    }
  }
}
