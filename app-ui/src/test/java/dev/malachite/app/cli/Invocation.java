// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * One call of the command line and what came of it.
 *
 * @param exitCode the exit code
 * @param out what was printed on standard output
 * @param err what was printed on standard error
 */
record Invocation(int exitCode, String out, String err) {
  static Invocation of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine program = Program.create();
    program.setOut(new PrintWriter(out));
    program.setErr(new PrintWriter(err));
    int exitCode = program.execute(arguments);
    return new Invocation(exitCode, out.toString(), err.toString());
  }
}
