// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Runs QEMU's disk tools, the independent reader and writer that ours are held against. */
public final class QemuTools {
  private QemuTools() {}

  /** Skips the calling test where the tools aren't installed. */
  public static void assumeInstalled() {
    assumeTrue(
        onPath("qemu-img") && onPath("qemu-io"),
        "qemu-img and qemu-io (Debian package qemu-utils) are not installed");
  }

  /** Skips the calling test where a program isn't installed. */
  public static void assumeProgram(String program, String debianPackage) {
    assumeTrue(
        onPath(program), program + " (Debian package " + debianPackage + ") is not installed");
  }

  private static boolean onPath(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  /** Runs a tool, which has to succeed; returns what it printed. */
  public static String run(Object... command) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>();
    for (Object word : command) {
      words.add(word.toString());
    }
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s%n%s", words, output).isZero();
    return output;
  }

  /** Asserts that QEMU finds nothing wrong with a VHDX file. */
  public static void check(Path vhdx) throws IOException, InterruptedException {
    assertThat(run("qemu-img", "check", "-f", "vhdx", vhdx)).contains("No errors");
  }

  /** Asserts that a VHDX file holds a raw file's bytes, as QEMU reads it. */
  public static void compare(Path vhdx, Path raw) throws IOException, InterruptedException {
    assertThat(run("qemu-img", "compare", "-f", "vhdx", "-F", "raw", vhdx, raw))
        .contains("identical");
  }
}
