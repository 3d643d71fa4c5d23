// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.engine.catalogue.Catalogue;
import dev.malachite.engine.catalogue.Folders;
import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.control.MachineManager;
import dev.malachite.engine.control.WorkerLauncher;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the verbs on machines of the catalogue have in common. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
abstract class VmVerb implements Callable<Integer> {
  @Spec private CommandSpec spec;

  private final MachineManager manager =
      new MachineManager(new Catalogue(Folders.ofEnvironment()), WorkerLauncher.ofThisProgram());

  /** What is done to one machine of several. */
  @FunctionalInterface
  interface Work {
    /** Does it, or fails with a sentence that names the machine. */
    void on(MachineEntry machine) throws IOException;
  }

  final MachineManager manager() {
    return manager;
  }

  final Catalogue catalogue() {
    return manager.catalogue();
  }

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  final void say(String message) {
    err().println("malachite: " + message);
    err().flush();
  }

  final ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /**
   * Does something to each of several machines; one that fails doesn't keep it from the others.
   *
   * @return the exit code
   */
  final int forEach(List<String> names, Work work) throws IOException {
    if (names.size() == 1) {
      work.on(catalogue().find(names.getFirst()));
      return ExitCodes.DONE;
    }
    int code = ExitCodes.DONE;
    for (String name : names) {
      try {
        work.on(catalogue().find(name));
      } catch (IOException e) {
        say(Failures.describe(e));
        code = ExitCodes.FAILED;
      }
    }
    return code;
  }
}
