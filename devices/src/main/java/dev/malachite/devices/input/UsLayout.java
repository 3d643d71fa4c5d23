// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.input;

/** Where characters are on a US keyboard: PS/2 scan codes of set 1. */
final class UsLayout {
  static final int LEFT_SHIFT = 0x2A;

  private static final int SHIFTED = 0x100;

  /** Scan code by character, {@link #SHIFTED} added where shift is held; 0 where there's no key. */
  private static final int[] KEYS = new int[128];

  static {
    put(0x02, "1234567890-=", "!@#$%^&*()_+");
    put(0x10, "qwertyuiop[]", "QWERTYUIOP{}");
    put(0x1E, "asdfghjkl;'`", "ASDFGHJKL:\"~");
    put(0x2B, "\\zxcvbnm,./", "|ZXCVBNM<>?");
    put(0x39, " ", "");
    put(0x1C, "\n", "");
    put(0x0F, "\t", "");
    put(0x0E, "\b", "");
    put(0x01, "\u001B", "");
  }

  private UsLayout() {}

  private static void put(int firstCode, String plain, String shifted) {
    for (int i = 0; i < plain.length(); i++) {
      KEYS[plain.charAt(i)] = firstCode + i;
    }
    for (int i = 0; i < shifted.length(); i++) {
      KEYS[shifted.charAt(i)] = firstCode + i | SHIFTED;
    }
  }

  /** True if a key writes the character. */
  static boolean has(char character) {
    return character < KEYS.length && KEYS[character] != 0;
  }

  static int scanCode(char character) {
    return KEYS[character] & 0xFF;
  }

  static boolean isShifted(char character) {
    return (KEYS[character] & SHIFTED) != 0;
  }
}
