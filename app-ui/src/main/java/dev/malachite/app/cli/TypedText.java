// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Text to type, as a command line gives it: a file's name, or the text with escapes. */
final class TypedText {
  private static final long LONGEST_FILE = 1L << 20;

  private TypedText() {}

  /**
   * The text that is meant.
   *
   * @throws CommandFailure if the file is too long to type
   */
  static String of(String textOrFile) throws IOException {
    @Nullable Path file = existingFile(textOrFile);
    if (file == null) {
      return unescape(textOrFile);
    }
    if (Files.size(file) > LONGEST_FILE) {
      throw new CommandFailure(file + ": too long to type, 1 MiB at most");
    }
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  private static @Nullable Path existingFile(String name) {
    try {
      Path path = Path.of(name);
      return Files.isRegularFile(path) ? path : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private static String unescape(String text) {
    StringBuilder result = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        char next = text.charAt(i + 1);
        int known = "nt\\".indexOf(next);
        if (known >= 0) {
          result.append("\n\t\\".charAt(known));
          i++;
          continue;
        }
      }
      result.append(c);
    }
    return result.toString();
  }
}
