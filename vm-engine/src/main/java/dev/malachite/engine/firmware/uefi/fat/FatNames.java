// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.fat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** Short and long names (FAT specification, sections 6 and 7). */
final class FatNames {
  /** Longest long name. */
  static final int MAX_LONG = 255;

  /** Characters in one entry of a long name. */
  static final int PER_ENTRY = 13;

  private static final String SHORT_SPECIAL = "$%'-_@~`!(){}^#&";
  private static final String FORBIDDEN = "\"*/:<>?\\|";
  private static final int BASE = 8;
  private static final int EXTENSION = 3;
  private static final int LOWER_BASE = 8;
  private static final int LOWER_EXTENSION = 0x10;

  private FatNames() {}

  /** The sum that ties long entries to their short one. */
  static int checksum(byte[] bytes, int offset) {
    int sum = 0;
    for (int i = 0; i < BASE + EXTENSION; i++) {
      sum = ((sum & 1) << 7 | sum >> 1) + bytes[offset + i] & 0xFF;
    }
    return sum;
  }

  /** A short name as people write it; {@code flags} says which parts are in small letters. */
  static String display(byte[] bytes, int offset, int flags) {
    byte[] name = Arrays.copyOfRange(bytes, offset, offset + BASE + EXTENSION);
    if (name[0] == 5) {
      name[0] = (byte) 0xE5;
    }
    String base = new String(name, 0, BASE, StandardCharsets.ISO_8859_1).stripTrailing();
    String extension =
        new String(name, BASE, EXTENSION, StandardCharsets.ISO_8859_1).stripTrailing();
    if ((flags & LOWER_BASE) != 0) {
      base = base.toLowerCase(Locale.ROOT);
    }
    if ((flags & LOWER_EXTENSION) != 0) {
      extension = extension.toLowerCase(Locale.ROOT);
    }
    return extension.isEmpty() ? base : base + "." + extension;
  }

  /** True for a name that a file may have. */
  static boolean valid(String name) {
    if (name.isEmpty() || name.length() > MAX_LONG || name.equals(".") || name.equals("..")) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c < 0x20 || FORBIDDEN.indexOf(c) >= 0) {
        return false;
      }
    }
    return !name.endsWith(".") && !name.endsWith(" ");
  }

  /** True if a name needs no long entries. */
  static boolean isShort(String name) {
    int dot = name.lastIndexOf('.');
    String base = dot < 0 ? name : name.substring(0, dot);
    String extension = dot < 0 ? "" : name.substring(dot + 1);
    return !base.isEmpty()
        && base.length() <= BASE
        && extension.length() <= EXTENSION
        && (dot < 0 || !extension.isEmpty())
        && plain(base)
        && plain(extension);
  }

  private static boolean plain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
      if (!letter && SHORT_SPECIAL.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  /** The eleven bytes of a short name. */
  static byte[] pack(String base, String extension) {
    byte[] bytes = new byte[BASE + EXTENSION];
    Arrays.fill(bytes, (byte) ' ');
    for (int i = 0; i < Math.min(BASE, base.length()); i++) {
      bytes[i] = (byte) base.charAt(i);
    }
    for (int i = 0; i < Math.min(EXTENSION, extension.length()); i++) {
      bytes[BASE + i] = (byte) extension.charAt(i);
    }
    return bytes;
  }

  /** A short name for a long one that no other file of the directory has. */
  static byte[] alias(String name, Set<String> taken) {
    int dot = name.lastIndexOf('.');
    String base = clean(dot <= 0 ? name : name.substring(0, dot));
    String extension = dot <= 0 ? "" : clean(name.substring(dot + 1));
    if (isShort(name)) {
      return pack(base, extension);
    }
    for (int i = 1; i < 1_000_000; i++) {
      String tail = "~" + i;
      String head = base.substring(0, Math.min(base.length(), BASE - tail.length()));
      byte[] bytes = pack(head + tail, extension);
      if (!taken.contains(new String(bytes, StandardCharsets.ISO_8859_1))) {
        return bytes;
      }
    }
    throw new IllegalStateException("a directory has too many names that are alike");
  }

  private static String clean(String text) {
    StringBuilder out = new StringBuilder();
    String upper = text.toUpperCase(Locale.ROOT);
    for (int i = 0; i < upper.length(); i++) {
      char c = upper.charAt(i);
      if (c != ' ' && c != '.') {
        out.append(plain(String.valueOf(c)) ? c : '_');
      }
    }
    return out.isEmpty() ? "_" : out.toString();
  }
}
