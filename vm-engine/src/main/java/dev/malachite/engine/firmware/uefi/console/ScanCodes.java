// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.console;

import org.jspecify.annotations.Nullable;

/** Turns PS/2 scan codes of set 1 into keys, US layout. One thread at a time. */
public final class ScanCodes {
  private static final String PLAIN =
      "\0\0331234567890-=\b\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";
  private static final String SHIFTED =
      "\0\033!@#$%^&*()_+\b\tQWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 ";
  private static final int[] KEYPAD = {
    InputKey.HOME,
    InputKey.UP,
    InputKey.PAGE_UP,
    0,
    InputKey.LEFT,
    0,
    InputKey.RIGHT,
    0,
    InputKey.END,
    InputKey.DOWN,
    InputKey.PAGE_DOWN,
    InputKey.INSERT,
    InputKey.DELETE
  };

  // Shift state bits (section 12.2.3).
  private static final int RIGHT_SHIFT = 1;
  private static final int LEFT_SHIFT = 2;
  private static final int RIGHT_CONTROL = 4;
  private static final int LEFT_CONTROL = 8;
  private static final int RIGHT_ALT = 16;
  private static final int LEFT_ALT = 32;

  private int shift;
  private boolean capsLock;

  /** No key is down. */
  public ScanCodes() {}

  /**
   * Takes a key's change.
   *
   * @param code without the break bit; {@code 0xE0xx} for keys with a prefix
   * @return what was typed, or null
   */
  public @Nullable InputKey key(int code, boolean pressed) {
    int modifier =
        switch (code) {
          case 0x2A -> LEFT_SHIFT;
          case 0x36 -> RIGHT_SHIFT;
          case 0x1D -> LEFT_CONTROL;
          case 0xE01D -> RIGHT_CONTROL;
          case 0x38 -> LEFT_ALT;
          case 0xE038 -> RIGHT_ALT;
          default -> 0;
        };
    if (modifier != 0) {
      shift = pressed ? shift | modifier : shift & ~modifier;
      return null;
    }
    if (!pressed) {
      return null;
    }
    if (code == 0x3A) {
      capsLock = !capsLock;
      return null;
    }
    int plain = code & 0x7F;
    int function = scan(plain);
    if (function != 0) {
      return new InputKey(function, 0, InputKey.SHIFT_VALID | shift);
    }
    boolean upper = (shift & (LEFT_SHIFT | RIGHT_SHIFT)) != 0;
    String table = upper ? SHIFTED : PLAIN;
    char c = plain < table.length() ? table.charAt(plain) : 0;
    if (code == 0xE01C) {
      c = '\r';
    } else if (code == 0xE035) {
      c = '/';
    }
    if (c == 0) {
      return null;
    }
    if (capsLock && Character.isLetter(c)) {
      c = upper ? Character.toLowerCase(c) : Character.toUpperCase(c);
    }
    if (c == 0x1B) {
      return new InputKey(InputKey.ESCAPE, 0, InputKey.SHIFT_VALID | shift);
    }
    if ((shift & (LEFT_CONTROL | RIGHT_CONTROL)) != 0 && Character.isLetter(c)) {
      c = (char) (c & 0x1F);
    }
    return new InputKey(0, c, InputKey.SHIFT_VALID | shift);
  }

  private static int scan(int code) {
    if (code >= 0x47 && code <= 0x53) {
      return KEYPAD[code - 0x47];
    }
    if (code >= 0x3B && code <= 0x44) {
      return InputKey.F1 + code - 0x3B;
    }
    return code == 0x57 ? InputKey.F1 + 10 : code == 0x58 ? InputKey.F1 + 11 : 0;
  }
}
