// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.console;

/**
 * A key stroke (UEFI 2.10, section 12.3).
 *
 * @param scan which key that writes nothing, or 0
 * @param character what the key writes, or 0
 * @param shift shift state as in section 12.2.3, its top bit set where it is known
 */
public record InputKey(int scan, int character, int shift) {
  /** Cursor up; down, right, left, home, end, insert, delete, page up and down follow. */
  public static final int UP = 1;

  /** Cursor down. */
  public static final int DOWN = 2;

  /** Cursor right. */
  public static final int RIGHT = 3;

  /** Cursor left. */
  public static final int LEFT = 4;

  /** Home. */
  public static final int HOME = 5;

  /** End. */
  public static final int END = 6;

  /** Insert. */
  public static final int INSERT = 7;

  /** Delete. */
  public static final int DELETE = 8;

  /** Page up. */
  public static final int PAGE_UP = 9;

  /** Page down. */
  public static final int PAGE_DOWN = 10;

  /** F1; the others follow. */
  public static final int F1 = 11;

  /** F12. */
  public static final int F12 = 22;

  /** Escape. */
  public static final int ESCAPE = 0x17;

  /** Shift state is known. */
  public static final int SHIFT_VALID = 0x8000_0000;

  /** A key that writes nothing. */
  static InputKey scan(int code) {
    return new InputKey(code, 0, SHIFT_VALID);
  }

  /** A key that writes. */
  static InputKey character(int c) {
    return new InputKey(0, c, SHIFT_VALID);
  }
}
