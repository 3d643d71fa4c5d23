// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.console;

import org.jspecify.annotations.Nullable;

/** Turns what a terminal sends (ECMA-48, UTF-8) into keys. One thread at a time. */
final class TerminalKeys {
  /** An escape with nothing behind it for so long is the key itself. */
  private static final long PATIENCE = 50_000_000L;

  private static final int ESC = 0x1B;
  private static final int MAX_SEQUENCE = 8;

  private final StringBuilder sequence = new StringBuilder();
  private long since;
  private int codePoint;
  private int more;

  /** Takes a byte; returns a key if it ends one. */
  @Nullable InputKey take(int b, long now) {
    if (!sequence.isEmpty()) {
      return inSequence(b);
    }
    if (b == ESC) {
      sequence.append((char) b);
      since = now;
      return null;
    }
    if (more > 0 && (b & 0xC0) == 0x80) {
      codePoint = codePoint << 6 | b & 0x3F;
      return --more == 0 && codePoint <= 0xFFFF ? InputKey.character(codePoint) : null;
    }
    more = 0;
    if (b >= 0xC2 && b < 0xF5) {
      more = b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
      codePoint = b & 0x3F >> more;
      return null;
    }
    return switch (b) {
      case 0x7F -> InputKey.character('\b');
      case '\n' -> InputKey.character('\r');
      default -> b < 0x80 && b > 0 ? InputKey.character(b) : null;
    };
  }

  /** A lone escape, once enough time has passed. */
  @Nullable InputKey idle(long now) {
    if (sequence.length() == 1 && now - since > PATIENCE) {
      sequence.setLength(0);
      return InputKey.scan(InputKey.ESCAPE);
    }
    return null;
  }

  private @Nullable InputKey inSequence(int b) {
    if (b == ESC) {
      sequence.setLength(1);
      return InputKey.scan(InputKey.ESCAPE);
    }
    sequence.append((char) b);
    if (sequence.length() == 2) {
      if (b == '[' || b == 'O') {
        return null;
      }
      sequence.setLength(0);
      return terminalFunction((char) b);
    }
    boolean ends = b >= 0x40 && b <= 0x7E;
    if (!ends && sequence.length() < MAX_SEQUENCE) {
      return null;
    }
    String body = sequence.substring(2);
    sequence.setLength(0);
    return ends ? key(body) : null;
  }

  // The VT-UTF8 way of function keys: escape and a digit.
  private static @Nullable InputKey terminalFunction(char c) {
    if (c >= '1' && c <= '9') {
      return InputKey.scan(InputKey.F1 + c - '1');
    }
    return switch (c) {
      case '0' -> InputKey.scan(InputKey.F1 + 9);
      case '!' -> InputKey.scan(InputKey.F1 + 10);
      case '@' -> InputKey.scan(InputKey.F1 + 11);
      case 'h' -> InputKey.scan(InputKey.HOME);
      case 'k' -> InputKey.scan(InputKey.END);
      case '+' -> InputKey.scan(InputKey.INSERT);
      case '-' -> InputKey.scan(InputKey.DELETE);
      case '?' -> InputKey.scan(InputKey.PAGE_UP);
      case '/' -> InputKey.scan(InputKey.PAGE_DOWN);
      default -> null;
    };
  }

  private static @Nullable InputKey key(String body) {
    int scan =
        switch (body) {
          case "A" -> InputKey.UP;
          case "B" -> InputKey.DOWN;
          case "C" -> InputKey.RIGHT;
          case "D" -> InputKey.LEFT;
          case "H", "1~", "7~" -> InputKey.HOME;
          case "F", "4~", "8~" -> InputKey.END;
          case "2~" -> InputKey.INSERT;
          case "3~" -> InputKey.DELETE;
          case "5~" -> InputKey.PAGE_UP;
          case "6~" -> InputKey.PAGE_DOWN;
          case "P", "11~" -> InputKey.F1;
          case "Q", "12~" -> InputKey.F1 + 1;
          case "R", "13~" -> InputKey.F1 + 2;
          case "S", "14~" -> InputKey.F1 + 3;
          case "15~" -> InputKey.F1 + 4;
          case "17~" -> InputKey.F1 + 5;
          case "18~" -> InputKey.F1 + 6;
          case "19~" -> InputKey.F1 + 7;
          case "20~" -> InputKey.F1 + 8;
          case "21~" -> InputKey.F1 + 9;
          case "23~" -> InputKey.F1 + 10;
          case "24~" -> InputKey.F1 + 11;
          default -> 0;
        };
    return scan == 0 ? null : InputKey.scan(scan);
  }
}
