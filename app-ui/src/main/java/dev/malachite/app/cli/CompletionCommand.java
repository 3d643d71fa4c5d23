// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
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
    FISH
  }

  @Parameters(paramLabel = "bash|zsh|fish", description = "The shell.")
  private Shell shell;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (shell == Shell.FISH) {
      throw new CommandFailure(
          "completion for fish is not available in this version; bash and zsh are");
    }
    spec.commandLine()
        .getOut()
        .println(AutoComplete.bash("malachite", spec.root().commandLine()).stripTrailing());
    return ExitCodes.DONE;
  }
}
