// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page malachite(1), in man's macros, made of the commands themselves. */
final class ManualPage {
  private final StringBuilder page = new StringBuilder();

  private ManualPage() {}

  /** The page of a program. */
  static String of(CommandLine program, String version) {
    ManualPage manual = new ManualPage();
    manual.page.append(".TH MALACHITE 1 \"\" \"").append(version).append("\" Malachite\n");
    manual.section("NAME", "malachite \\- run virtual machines with the Hyper\\-V interface");
    manual.page.append(".SH SYNOPSIS\n.B malachite\n[\\fICOMMAND\\fR] [\\fIOPTION\\fR...]\n");
    manual.section(
        "DESCRIPTION",
        escape(
            "Malachite is Client Hyper-V for developer workstations: it runs Generation 1 and"
                + " Generation 2 machines with VMBus, synthetic devices and VHDX disks, with or"
                + " without hardware virtualization. The first command to try is malachite"
                + " quick-create, which makes a Debian machine, starts it and opens its console."));
    manual.page.append(".SH COMMANDS\n");
    manual.add(program, "malachite");
    manual.section(
        "EXIT STATUS",
        escape(
            "0: done. 1: failed, with one line that says why. 2: wrong usage. 3: run was ended by"
                + " its --timeout. 4: the guest crashed."));
    manual.section(
        "FILES",
        escape(
            "$XDG_DATA_HOME/malachite holds machines, $XDG_CONFIG_HOME/malachite settings,"
                + " $XDG_CACHE_HOME/malachite gallery images, $XDG_RUNTIME_DIR/malachite what"
                + " running machines need. MALACHITE_HOME puts all four under one folder."));
    return manual.page.toString();
  }

  private void section(String title, String text) {
    page.append(".SH ").append(title).append('\n').append(text).append('\n');
  }

  private void add(CommandLine command, String name) {
    page.append(".SS ").append(escape(name)).append('\n');
    for (String line : command.getCommandSpec().usageMessage().description()) {
      page.append(escape(line)).append('\n');
    }
    for (PositionalParamSpec parameter : command.getCommandSpec().positionalParameters()) {
      if (!parameter.hidden()) {
        item("\\fI" + escape(parameter.paramLabel()) + "\\fR", parameter.description());
      }
    }
    for (OptionSpec option : command.getCommandSpec().options()) {
      if (!option.hidden()) {
        String value =
            option.arity().max() > 0 ? " \\fI" + escape(option.paramLabel()) + "\\fR" : "";
        item(
            "\\fB" + escape(String.join(", ", option.names())) + "\\fR" + value,
            option.description());
      }
    }
    for (Map.Entry<String, CommandLine> verb : command.getSubcommands().entrySet()) {
      // An alias has the verb's own entry.
      if (verb.getKey().equals(verb.getValue().getCommandName())) {
        add(verb.getValue(), name + " " + verb.getKey());
      }
    }
  }

  private void item(String tag, String[] description) {
    page.append(".TP\n").append(tag).append('\n');
    for (String line : description) {
      page.append(escape(line)).append('\n');
    }
  }

  // A line that begins with a full stop or an apostrophe would be a request.
  private static String escape(String text) {
    String plain = text.replace("%%", "%").replace("\\", "\\e").replace("-", "\\-");
    return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
  }
}
