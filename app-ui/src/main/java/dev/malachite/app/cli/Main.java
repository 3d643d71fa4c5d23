// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

/** The program's entry point. */
public final class Main {
  private Main() {}

  /**
   * Runs the command line and ends the process with its exit code.
   *
   * @param args the arguments, without the program's name
   */
  public static void main(String[] args) {
    System.exit(Program.create().execute(args));
  }
}
