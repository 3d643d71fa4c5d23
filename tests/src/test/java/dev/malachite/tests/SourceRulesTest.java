// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for every source file and no other gate sees. */
final class SourceRulesTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @Test
  void everySourceFileSaysWhoseItIs() throws IOException {
    assertThat(sources(".java"))
        .isNotEmpty()
        .allSatisfy(
            file ->
                assertThat(head(file))
                    .as(file.toString())
                    .startsWith(
                        "// Copyright 2026 The Malachite Authors",
                        "// SPDX-License-Identifier: Apache-2.0"));
  }

  @Test
  void everyPackageIsNullMarked() throws IOException {
    List<Path> folders =
        sources(".java").stream()
            .filter(file -> file.toString().contains("/src/main/java/dev/"))
            .map(Path::getParent)
            .distinct()
            .toList();
    assertThat(folders)
        .isNotEmpty()
        .allSatisfy(
            folder ->
                assertThat(folder.resolve("package-info.java")).content().contains("@NullMarked"));
  }

  private static List<Path> sources(String ending) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(ending))
          .filter(file -> file.toString().contains("/src/"))
          .filter(file -> !file.toString().contains("/target/"))
          .toList();
    }
  }

  private static List<String> head(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.limit(2).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
