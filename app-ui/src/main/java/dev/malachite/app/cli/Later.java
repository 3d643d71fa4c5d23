// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * A verb that a later version brings: it is listed, takes anything, and fails with one clear line.
 */
final class Later implements Callable<Integer> {
  private final String verb;

  private Later(String verb) {
    this.verb = verb;
  }

  /**
   * Adds verbs to a command.
   *
   * @param namesAndDescriptions a name, its description, the next name, and so on
   */
  static void addTo(CommandLine parent, String... namesAndDescriptions) {
    for (int i = 0; i < namesAndDescriptions.length; i += 2) {
      String name = namesAndDescriptions[i];
      boolean top = parent.getParent() == null;
      String verb = top ? name : parent.getCommandName() + " " + name;
      CommandSpec spec = CommandSpec.wrapWithoutInspection(new Later(verb));
      spec.usageMessage()
          .description(namesAndDescriptions[i + 1] + " Not available in this version.")
          .hidden(false);
      spec.mixinStandardHelpOptions(true);
      spec.addPositional(
          PositionalParamSpec.builder()
              .paramLabel("ARGUMENT")
              .type(String[].class)
              .index("0..*")
              .arity("0..*")
              .build());
      spec.parser().unmatchedOptionsArePositionalParams(true);
      parent.addSubcommand(name, spec);
    }
  }

  @Override
  public Integer call() {
    throw new CommandFailure(
        verb + " is not available in this version; see malachite --help for what is");
  }
}
