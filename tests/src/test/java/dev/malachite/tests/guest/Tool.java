// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Programs of the host that tests check against. */
final class Tool {
  private Tool() {}

  /**
   * Runs a program to its end.
   *
   * @return its standard output
   * @throws AssertionError if it fails
   */
  static String run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    if (code != 0) {
      throw new AssertionError(List.of(command) + " ended with " + code + ": " + output);
    }
    return output;
  }
}
