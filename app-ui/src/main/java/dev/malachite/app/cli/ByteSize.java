// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/**
 * A size in bytes as people write it: {@code 1G}, {@code 512M}, {@code 1.5T}, {@code 4096}. Units
 * are powers of 1024.
 *
 * @param bytes at least 0
 */
record ByteSize(long bytes) {
  private static final Pattern SYNTAX =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{1,6})?)([KMGTP]?)(?:I?B)?", Pattern.CASE_INSENSITIVE);
  private static final String UNITS = "KMGTP";

  /**
   * Reads a size.
   *
   * @throws TypeConversionException when the text is no size or is above 8 EiB
   */
  static ByteSize parse(String text) {
    Matcher match = SYNTAX.matcher(text);
    if (!match.matches()) {
      throw new TypeConversionException("'" + text + "' is not a size; write 512M, 1G or 1.5T");
    }
    String unit = match.group(2).toUpperCase(Locale.ROOT);
    int shift = unit.isEmpty() ? 0 : 10 * (UNITS.indexOf(unit) + 1);
    try {
      BigDecimal bytes = new BigDecimal(match.group(1)).multiply(BigDecimal.valueOf(1L << shift));
      return new ByteSize(bytes.longValueExact());
    } catch (ArithmeticException e) {
      throw new TypeConversionException(
          "'" + text + "' is not a whole number of bytes below 8 EiB");
    }
  }

  /** The size with the unit in which it is shortest to read, one decimal at most. */
  static String describe(long bytes) {
    if (bytes < 1024) {
      return bytes + " bytes";
    }
    int unit = -1;
    double value = bytes;
    while (value >= 1024 && unit < UNITS.length() - 1) {
      value /= 1024;
      unit++;
    }
    String number = String.format(Locale.ROOT, "%.1f", value);
    if (number.endsWith(".0")) {
      number = number.substring(0, number.length() - 2);
    }
    return number + " " + UNITS.charAt(unit) + "iB";
  }
}
