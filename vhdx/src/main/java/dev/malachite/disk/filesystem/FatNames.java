// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.filesystem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** Long and short names of FAT entries (specification, sections 6.1 and 7). */
final class FatNames {
  static final int SHORT = 11;
  private static final int MAX_LONG = 255;
  private static final int BASE = 8;
  private static final String NEVER = "\"*/:<>?\\|";
  private static final String NOT_SHORT = "+,;=[]. ";

  private FatNames() {}

  /**
   * Fails if a name can't be given to a file.
   *
   * @throws IOException if so, saying why
   */
  static void check(String name) throws IOException {
    boolean good = !name.isEmpty() && name.length() <= MAX_LONG;
    for (int i = 0; i < name.length(); i++) {
      good &= name.charAt(i) >= ' ' && NEVER.indexOf(name.charAt(i)) < 0;
    }
    if (!good || name.endsWith(".") || name.endsWith(" ") || name.startsWith(" ")) {
      throw new IOException(
          "'" + name + "' can't be a name on FAT. Give the file another and try again.");
    }
  }

  /** Whether a name needs no long entries: at most 8 and 3 capital letters, digits and the like. */
  static boolean isShort(String name) {
    int dot = name.lastIndexOf('.');
    String base = dot < 0 ? name : name.substring(0, dot);
    String extension = dot < 0 ? "" : name.substring(dot + 1);
    return !base.isEmpty()
        && base.length() <= BASE
        && extension.length() <= SHORT - BASE
        && base.equals(part(base))
        && extension.equals(part(extension));
  }

  /** Capital letters of ASCII, with what can't be in a short name left off or replaced. */
  private static String part(String text) {
    StringBuilder part = new StringBuilder();
    for (char c : text.toUpperCase(Locale.ROOT).toCharArray()) {
      if (c == ' ' || c == '.') {
        continue;
      }
      part.append(c > '~' || NOT_SHORT.indexOf(c) >= 0 ? '_' : c);
    }
    return part.toString();
  }

  /**
   * A short name for a long one.
   *
   * @param taken the short names in the folder, as text
   */
  static byte[] shorten(String name, Set<String> taken) throws IOException {
    int dot = name.lastIndexOf('.');
    String base = part(dot <= 0 ? name : name.substring(0, dot));
    String extension = part(dot <= 0 ? "" : name.substring(dot + 1));
    if (isShort(name)) {
      return raw(base, extension);
    }
    for (int number = 1; number < 1_000_000; number++) {
      String tail = "~" + number;
      int length = Math.min(base.length(), BASE - tail.length());
      byte[] candidate = raw(base.substring(0, length) + tail, extension);
      if (!taken.contains(text(candidate))) {
        return candidate;
      }
    }
    throw new IOException("the folder has too many files with names like '" + name + "'");
  }

  private static byte[] raw(String base, String extension) {
    byte[] raw = new byte[SHORT];
    Arrays.fill(raw, (byte) ' ');
    put(raw, 0, base, BASE);
    put(raw, BASE, extension, SHORT - BASE);
    return raw;
  }

  private static void put(byte[] raw, int at, String text, int most) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, raw, at, Math.min(bytes.length, most));
  }

  /** A short name as text to be compared. */
  static String text(byte[] raw) {
    return new String(raw, StandardCharsets.ISO_8859_1);
  }
}
