// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.hostile;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Assembles guests with the GNU tools. */
final class ProbeImage {
  private static @Nullable Path image;

  private ProbeImage() {}

  /** The probe as an ELF file, assembled when first asked for. */
  static synchronized Path file() throws IOException {
    Path known = image;
    if (known != null) {
      return known;
    }
    Path folder = Files.createTempDirectory("probe");
    Path elf = folder.resolve("probe.elf");
    Path object = folder.resolve("probe.o");
    Path source = folder.resolve("probe.s");
    try (InputStream text = ProbeImage.class.getResourceAsStream("/hostile/probe.s")) {
      Files.copy(Objects.requireNonNull(text, "probe.s"), source);
    }
    run("as", "--64", "-o", object.toString(), source.toString());
    run(
        "ld",
        "-N",
        "--no-warn-rwx-segments",
        "-Ttext=0x100000",
        "-o",
        elf.toString(),
        object.toString());
    for (Path path : List.of(source, object, elf, folder)) {
      path.toFile().deleteOnExit();
    }
    image = elf;
    return elf;
  }

  /** Position-independent code in Intel syntax as bytes. */
  static byte[] code(String text) {
    try {
      Path folder = Files.createTempDirectory("code");
      Path object = folder.resolve("code.o");
      Path source = folder.resolve("code.s");
      Path binary = folder.resolve("code.bin");
      try {
        Files.writeString(source, ".intel_syntax noprefix\n.code64\n" + text + "\n");
        run("as", "--64", "-o", object.toString(), source.toString());
        run("objcopy", "-O", "binary", "-j", ".text", object.toString(), binary.toString());
        return Files.readAllBytes(binary);
      } finally {
        for (Path path : List.of(source, object, binary, folder)) {
          Files.deleteIfExists(path);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new AssertionError(List.of(command) + ": " + output);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
