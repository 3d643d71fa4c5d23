// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A guest that {@code tests/guests/build} has built: a folder of files. */
record GuestImage(Path folder) {
  /** Builds a guest, or finds it in the cache. Building takes minutes the first time. */
  static GuestImage build(String name) throws IOException, InterruptedException {
    Path script = repository().resolve("tests/guests/build");
    String folder = Tool.run(script.toString(), name).strip();
    return new GuestImage(Path.of(folder));
  }

  private static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("tests/guests/build"))) {
      Path parent = folder.getParent();
      if (parent == null) {
        throw new IllegalStateException("tests/guests/build is not above " + Path.of(""));
      }
      folder = parent;
    }
    return folder;
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  /** The kernel command line the guest wants, with words added. */
  String commandLine(String more) throws IOException {
    return Files.readString(file("cmdline")).strip() + " " + more;
  }

  /** The SHA-256 that stands in a {@code .sha256} file. */
  String sha256(String name) throws IOException {
    String line = Files.readString(file(name + ".sha256"), StandardCharsets.US_ASCII);
    return line.substring(0, line.indexOf(' '));
  }
}
