// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The GNU assembler, so that guests in tests can be read. */
final class Assembler {
  private Assembler() {}

  /** True if the tools are there. */
  static boolean isAvailable() {
    return Files.isExecutable(Path.of("/usr/bin/as")) && Files.isExecutable(Path.of("/usr/bin/ld"));
  }

  /**
   * Assembles a program in Intel syntax.
   *
   * @param origin the address it is loaded at
   */
  static byte[] assemble(String source, int origin) {
    try {
      Path folder = Files.createTempDirectory("guest");
      try {
        Path text = folder.resolve("guest.s");
        Files.writeString(text, ".intel_syntax noprefix\n.code64\n" + source + "\n");
        run("/usr/bin/as", "--64", "-o", folder.resolve("guest.o").toString(), text.toString());
        run(
            "/usr/bin/ld",
            "--oformat=binary",
            "-e0",
            "-Ttext=0x" + Integer.toHexString(origin),
            "-o",
            folder.resolve("guest.bin").toString(),
            folder.resolve("guest.o").toString());
        return Files.readAllBytes(folder.resolve("guest.bin"));
      } finally {
        for (String name : new String[] {"guest.s", "guest.o", "guest.bin"}) {
          Files.deleteIfExists(folder.resolve(name));
        }
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IllegalArgumentException(output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
