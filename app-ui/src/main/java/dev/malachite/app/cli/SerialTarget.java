// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import java.nio.file.Path;
import picocli.CommandLine.TypeConversionException;

/** Where a serial port leads, as {@code --com1} says. */
sealed interface SerialTarget {
  /** The terminal or pipe that the program was started with. */
  record StandardStreams() implements SerialTarget {}

  /**
   * A file that the guest's output is written to; nothing is ever typed.
   *
   * @param path the file, overwritten
   */
  record OutputFile(Path path) implements SerialTarget {}

  /**
   * A Unix-domain socket that we listen on, for one peer at a time.
   *
   * @param path the socket's name
   */
  record UnixSocket(Path path) implements SerialTarget {}

  /** Nowhere. */
  record Nothing() implements SerialTarget {}

  /**
   * Reads {@code stdio}, {@code file:PATH}, {@code unix:PATH} or {@code none}.
   *
   * @throws TypeConversionException when the text is none of them
   */
  static SerialTarget parse(String text) {
    if (text.equals("stdio")) {
      return new StandardStreams();
    }
    if (text.equals("none")) {
      return new Nothing();
    }
    if (text.startsWith("file:") && text.length() > 5) {
      return new OutputFile(Path.of(text.substring(5)));
    }
    if (text.startsWith("unix:") && text.length() > 5) {
      return new UnixSocket(Path.of(text.substring(5)));
    }
    throw new TypeConversionException(
        "'" + text + "' is no serial target; write stdio, file:PATH, unix:PATH or none");
  }
}
