// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The script that teaches fish to complete a command line, made of the commands themselves. */
final class FishCompletion {
  private final StringBuilder script = new StringBuilder();

  private FishCompletion() {}

  /** The script of a program. */
  static String of(CommandLine program) {
    FishCompletion completion = new FishCompletion();
    completion.script.append(
        """
        # fish completion of malachite; made by: malachite completion fish
        function __malachite_at
            set -l words
            for word in (commandline -opc)[2..]
                string match -q -- '-*' $word; or set -a words $word
            end
            test (count $words) -ge (count $argv); or return 1
            for i in (seq (count $argv))
                test $words[$i] = $argv[$i]; or return 1
            end
        end
        function __malachite_just
            set -l words
            for word in (commandline -opc)[2..]
                string match -q -- '-*' $word; or set -a words $word
            end
            test (count $words) -eq (count $argv); and __malachite_at $argv
        end
        """);
    completion.add(program, List.of());
    return completion.script.toString();
  }

  private void add(CommandLine command, List<String> path) {
    for (Map.Entry<String, CommandLine> verb : command.getSubcommands().entrySet()) {
      line("__malachite_just", path)
          .append(" -f -a ")
          .append(quote(verb.getKey()))
          .append(" -d ")
          .append(quote(description(verb.getValue().getCommandSpec().usageMessage().description())))
          .append('\n');
      List<String> below = new ArrayList<>(path);
      below.add(verb.getKey());
      add(verb.getValue(), below);
    }
    for (OptionSpec option : command.getCommandSpec().options()) {
      if (!option.hidden()) {
        add(option, path);
      }
    }
  }

  private void add(OptionSpec option, List<String> path) {
    line("__malachite_at", path);
    for (String name : option.names()) {
      script.append(
          name.startsWith("--")
              ? " -l " + name.substring(2)
              : (name.length() == 2 ? " -s " : " -o ") + name.substring(1));
    }
    if (option.arity().max() > 0) {
      script.append(" -r");
      String choices = choices(option);
      if (!choices.isEmpty()) {
        script.append(" -f -a ").append(quote(choices));
      }
    }
    script.append(" -d ").append(quote(description(option.description()))).append('\n');
  }

  private StringBuilder line(String function, List<String> path) {
    String condition = path.isEmpty() ? function : function + " " + String.join(" ", path);
    return script.append("complete -c malachite -n ").append(quote(condition));
  }

  // An option's words are in its label: auto|kvm|translator.
  private static String choices(OptionSpec option) {
    String label = option.paramLabel();
    return label.matches("[a-z0-9]+(\\|[a-z0-9]+)+") ? label.replace('|', ' ') : "";
  }

  private static String description(String[] lines) {
    String text = lines.length == 0 ? "" : lines[0].replace("%%", "%");
    int end = text.indexOf(". ");
    return end > 0 ? text.substring(0, end) : text;
  }

  private static String quote(String text) {
    return "'"
        + text.replace("\\", "\\\\").replace("'", "\\'").replaceAll("\\s+", " ").strip()
        + "'";
  }
}
