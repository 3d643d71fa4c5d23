// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Completion scripts and the manual page against the commands, and against the shells. */
class CompletionTest {
  @TempDir private Path folder = Path.of("");

  private static String script(String kind) {
    Invocation invocation = Invocation.of("completion", kind);
    assertThat(invocation.exitCode()).isZero();
    return invocation.out();
  }

  private static void forEach(
      CommandLine command, String name, BiConsumer<String, CommandLine> to) {
    to.accept(name, command);
    command
        .getSubcommands()
        .forEach(
            (verb, below) -> {
              if (verb.equals(below.getCommandName())) {
                forEach(below, name + " " + verb, to);
              }
            });
  }

  @Test
  void theManualPageHasEveryVerbAndEveryOption() {
    String page = script("man").replace("\\-", "-");
    forEach(
        Program.create(),
        "malachite",
        (name, command) -> {
          int start = page.indexOf(".SS " + name + "\n");
          assertThat(start).as(name).isPositive();
          int next = page.indexOf(".SS ", start + 1);
          String section = next < 0 ? page.substring(start) : page.substring(start, next);
          command
              .getCommandSpec()
              .options()
              .forEach(option -> assertThat(section).contains(option.longestName()));
        });
  }

  @Test
  void fishKnowsEveryVerbAndEveryLongOption() {
    String fish = script("fish");
    forEach(
        Program.create(),
        "",
        (name, command) -> {
          String path = name.strip();
          if (!path.isEmpty()) {
            int last = path.lastIndexOf(' ');
            String above = last < 0 ? "" : " " + path.substring(0, last);
            assertThat(fish)
                .contains(
                    "'__malachite_just" + above + "' -f -a '" + path.substring(last + 1) + "'");
          }
          String at = path.isEmpty() ? "'__malachite_at'" : "'__malachite_at " + path + "'";
          command
              .getCommandSpec()
              .options()
              .forEach(
                  option ->
                      assertThat(fish.lines())
                          .anyMatch(
                              line ->
                                  line.contains(at)
                                      && line.contains(
                                          "-l " + option.longestName().substring(2) + " ")));
        });
  }

  @Test
  void bashCompletesAVerb() throws Exception {
    assertThat(
            run(
                "bash",
                "bash",
                "COMP_WORDS=(malachite vm turn); COMP_CWORD=2; COMP_LINE='malachite vm turn';"
                    + " _complete_malachite; echo \"${COMPREPLY[@]}\""))
        .isEqualTo("turn-off");
  }

  @Test
  void fishCompletesVerbsAndChoices() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/fish")), "fish is not installed");
    assertThat(run("fish", "fish", "complete -C 'malachite vm turn'")).startsWith("turn-off");
    assertThat(run("fish", "fish", "complete -C 'malachite run --engine int'"))
        .startsWith("interpreter");
  }

  @Test
  void zshTakesTheScript() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/zsh")), "zsh is not installed");
    assertThat(run("zsh", "zsh", "echo ${_comps[malachite]}")).contains("_complete_malachite");
  }

  private String run(String shell, String kind, String then)
      throws IOException, InterruptedException {
    Path script = folder.resolve("script." + kind);
    Files.writeString(script, script(kind));
    String start = shell.equals("zsh") ? "autoload -Uz compinit; compinit -u -D; " : "";
    ProcessBuilder builder =
        new ProcessBuilder(shell, "-c", start + "source " + script + "; " + then);
    builder.environment().put("HOME", folder.toString());
    builder.redirectErrorStream(true);
    Process process = builder.start();
    process.getOutputStream().close();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    process.waitFor();
    return output;
  }
}
