// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code malachite completion}: the script that teaches a shell to complete our verbs. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Print a shell's completion script: source <(malachite completion bash)")
final class CompletionCommand implements Callable<Integer> {
  /** The shells that have a script. */
  enum Shell {
    BASH,
    ZSH,
    FISH,
    /** No shell: the manual page. */
    MAN
  }

  @Parameters(
      paramLabel = "bash|zsh|fish|man",
      description = "The shell; or man, for the manual page.")
  private Shell shell;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    CommandLine program = spec.root().commandLine();
    String script =
        switch (shell) {
          // zsh runs bash's script by its bashcompinit, which the script itself asks for.
          case BASH, ZSH -> AutoComplete.bash("malachite", program);
          case FISH -> FishCompletion.of(program);
          case MAN -> ManualPage.of(program, new VersionProvider().getVersion()[0]);
        };
    spec.commandLine().getOut().println(script.stripTrailing());
    return ExitCodes.DONE;
  }
}
