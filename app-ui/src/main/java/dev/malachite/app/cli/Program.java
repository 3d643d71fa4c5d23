// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Puts the command line together: its verbs, how it reads values and how it reports failures. */
final class Program {
  private Program() {}

  /** A command line that is ready to execute. */
  static CommandLine create() {
    CommandLine program = new CommandLine(new MalachiteCommand());
    Later.addTo(
        program, "switch", "Virtual switches.", "session", "The enhanced session of a machine.");
    Later.addTo(
        subcommand(program, "vm"),
        "checkpoint",
        "Keep a machine's state to go back to.",
        "apply",
        "Go back to a checkpoint.",
        "move",
        "Move a machine's files.",
        "trace",
        "Record what a machine does.",
        "exec",
        "Run a program in the guest.",
        "copy-file",
        "Copy a file into the guest.");
    registerConverters(program);
    program.setParameterExceptionHandler(Program::usageError);
    program.setExecutionExceptionHandler(Program::failure);
    program.setUsageHelpAutoWidth(true);
    return program;
  }

  /** Teaches a command line to read our kinds of values. */
  static void registerConverters(CommandLine commandLine) {
    commandLine.registerConverter(ByteSize.class, ByteSize::parse);
    commandLine.registerConverter(Duration.class, Durations::parse);
    commandLine.registerConverter(SerialTarget.class, SerialTarget::parse);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
  }

  private static CommandLine subcommand(CommandLine parent, String name) {
    return Objects.requireNonNull(parent.getSubcommands().get(name), name);
  }

  private static int usageError(ParameterException error, String[] args) {
    CommandLine command = error.getCommandLine();
    PrintWriter err = command.getErr();
    String name = command.getCommandSpec().qualifiedName();
    err.println(name + ": " + oneLine(Failures.describe(error)) + "; see " + name + " --help");
    err.flush();
    return ExitCodes.USAGE;
  }

  private static int failure(Exception error, CommandLine command, ParseResult result) {
    PrintWriter err = command.getErr();
    CommandSpec root = command.getCommandSpec().root();
    err.println("malachite: " + oneLine(Failures.describe(error)));
    if (((MalachiteCommand) root.userObject()).debug()) {
      error.printStackTrace(err);
    }
    err.flush();
    return error instanceof CommandFailure failure ? failure.exitCode() : ExitCodes.FAILED;
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
