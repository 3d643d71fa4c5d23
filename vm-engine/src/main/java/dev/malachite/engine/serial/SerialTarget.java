// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.serial;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a machine's serial port leads, as its settings say. */
public sealed interface SerialTarget {
  /** Nowhere: the machine has no such port. */
  record Nothing() implements SerialTarget {}

  /**
   * A Unix-domain socket that the machine listens on, for one peer at a time.
   *
   * @param path its name, or null for the usual one in the machine's runtime folder
   */
  record Socket(@Nullable Path path) implements SerialTarget {}

  /** A pseudo-terminal of the host; its name is in the machine's status. */
  record PseudoTerminal() implements SerialTarget {}

  /**
   * A file that the guest's output is added to.
   *
   * @param path its name
   */
  record OutputFile(Path path) implements SerialTarget {}

  /**
   * Reads {@code none}, {@code socket}, {@code socket:PATH}, {@code pty} or {@code file:PATH}.
   *
   * @throws IllegalArgumentException if the text is none of them, with a sentence for people
   */
  static SerialTarget parse(String text) {
    return switch (text) {
      case "none" -> new Nothing();
      case "socket" -> new Socket(null);
      case "pty" -> new PseudoTerminal();
      default -> {
        if (text.startsWith("socket:")) {
          yield new Socket(path(text, "socket:"));
        } else if (text.startsWith("file:")) {
          yield new OutputFile(path(text, "file:"));
        }
        throw refuse(text);
      }
    };
  }

  private static Path path(String text, String prefix) {
    try {
      Path path = Path.of(text.substring(prefix.length()));
      if (path.isAbsolute()) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw refuse(text.replace('\0', '?'));
    }
    throw new IllegalArgumentException("'" + text + "' must name the whole path, from / on");
  }

  private static IllegalArgumentException refuse(String text) {
    return new IllegalArgumentException(
        "'" + text + "' is no serial target; write none, socket, socket:PATH, pty or file:PATH");
  }
}
