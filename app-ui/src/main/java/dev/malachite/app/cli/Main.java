// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program's entry point. */
@Command(name = "malachite", mixinStandardHelpOptions = true, version = "0.1.0")
public final class Main implements Runnable {
  private Main() {}

  /**
   * Runs the command line and ends the process with its exit code.
   *
   * @param args the arguments, without the program's name
   */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public void run() {}
}
