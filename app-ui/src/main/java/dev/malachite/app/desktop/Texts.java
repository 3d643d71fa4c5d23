// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.desktop;

import java.util.Locale;

/** Numbers as people read them. Any thread. */
public final class Texts {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private Texts() {}

  /** Bytes, such as {@code 1.5 GiB}. */
  public static String size(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    boolean whole = value == Math.rint(value) || value >= 100;
    return String.format(Locale.ROOT, whole ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
  }

  /** A time, such as {@code 2:05:09}; days in front if there are any. */
  public static String duration(long millis) {
    long seconds = millis / 1000;
    long days = seconds / 86_400;
    String clock =
        String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    return days == 0 ? clock : days + " d " + clock;
  }
}
