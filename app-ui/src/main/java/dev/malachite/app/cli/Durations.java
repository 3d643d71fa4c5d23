// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/**
 * Times as people write them: {@code 60s}, {@code 5m}, {@code 500ms}, {@code 2h}; a bare number is
 * seconds.
 */
final class Durations {
  private static final Pattern SYNTAX = Pattern.compile("(\\d{1,9})(ms|s|m|h|)");

  private Durations() {}

  /**
   * Reads a time.
   *
   * @throws TypeConversionException when the text is no time
   */
  static Duration parse(String text) {
    Matcher match = SYNTAX.matcher(text);
    if (!match.matches()) {
      throw new TypeConversionException("'" + text + "' is not a time; write 500ms, 60s, 5m or 2h");
    }
    long number = Long.parseLong(match.group(1));
    return switch (match.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofSeconds(number);
    };
  }

  /** The time as {@link #parse} reads it. */
  static String describe(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }
}
