// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.console;

import java.util.EnumMap;
import java.util.Map;
import javafx.scene.input.KeyCode;

/**
 * Scan codes of PS/2 set 1, {@code 0xE0xx} with a prefix: by the Linux kernel's numbers of keys,
 * which X11's are eight more than, and by JavaFX's names of keys on a US keyboard. Any thread.
 */
final class ScanCodes {
  /** No such key. */
  static final int NONE = 0;

  private static final int X11_OFFSET = 8;
  private static final int FIRST_AS_IT_IS = 1;
  private static final int LAST_AS_IT_IS = 88;
  private static final int KATAKANA_FIRST = 84;

  // input-event-codes.h of Linux, from KEY_RO on; those before are set 1's own numbers.
  private static final int[][] OTHERS = {
    {85, 0x76},
    {89, 0x73},
    {92, 0x79},
    {93, 0x70},
    {94, 0x7B},
    {96, 0xE01C},
    {97, 0xE01D},
    {98, 0xE035},
    {99, 0xE037},
    {100, 0xE038},
    {102, 0xE047},
    {103, 0xE048},
    {104, 0xE049},
    {105, 0xE04B},
    {106, 0xE04D},
    {107, 0xE04F},
    {108, 0xE050},
    {109, 0xE051},
    {110, 0xE052},
    {111, 0xE053},
    {113, 0xE020},
    {114, 0xE02E},
    {115, 0xE030},
    {117, 0x59},
    {119, 0xE046},
    {121, 0x7E},
    {124, 0x7D},
    {125, 0xE05B},
    {126, 0xE05C},
    {127, 0xE05D},
    {163, 0xE019},
    {164, 0xE022},
    {165, 0xE010},
    {166, 0xE024}
  };

  private static final Map<KeyCode, Integer> BY_NAME = byName();

  private ScanCodes() {}

  /**
   * The scan code of a key.
   *
   * @param code an X11 key code, 8 to 255
   * @return {@link #NONE} if a PS/2 keyboard has no such key
   */
  static int ofX11(int code) {
    int key = code - X11_OFFSET;
    if (key >= FIRST_AS_IT_IS && key <= LAST_AS_IT_IS && (key < KATAKANA_FIRST || key > 85)) {
      return key;
    }
    for (int[] other : OTHERS) {
      if (other[0] == key) {
        return other[1];
      }
    }
    return NONE;
  }

  /** The scan code of a key by its name, as if the keyboard were a US one. */
  static int of(KeyCode code) {
    return BY_NAME.getOrDefault(code, NONE);
  }

  private static Map<KeyCode, Integer> byName() {
    Map<KeyCode, Integer> map = new EnumMap<>(KeyCode.class);
    row(map, 0x02, KeyCode.DIGIT1, KeyCode.DIGIT2, KeyCode.DIGIT3, KeyCode.DIGIT4, KeyCode.DIGIT5);
    row(map, 0x07, KeyCode.DIGIT6, KeyCode.DIGIT7, KeyCode.DIGIT8, KeyCode.DIGIT9, KeyCode.DIGIT0);
    row(map, 0x0C, KeyCode.MINUS, KeyCode.EQUALS, KeyCode.BACK_SPACE, KeyCode.TAB);
    row(map, 0x10, KeyCode.Q, KeyCode.W, KeyCode.E, KeyCode.R, KeyCode.T, KeyCode.Y, KeyCode.U);
    row(map, 0x17, KeyCode.I, KeyCode.O, KeyCode.P, KeyCode.OPEN_BRACKET, KeyCode.CLOSE_BRACKET);
    row(map, 0x1C, KeyCode.ENTER, KeyCode.CONTROL, KeyCode.A, KeyCode.S, KeyCode.D, KeyCode.F);
    row(map, 0x22, KeyCode.G, KeyCode.H, KeyCode.J, KeyCode.K, KeyCode.L, KeyCode.SEMICOLON);
    row(map, 0x28, KeyCode.QUOTE, KeyCode.BACK_QUOTE, KeyCode.SHIFT, KeyCode.BACK_SLASH);
    row(map, 0x2C, KeyCode.Z, KeyCode.X, KeyCode.C, KeyCode.V, KeyCode.B, KeyCode.N, KeyCode.M);
    row(map, 0x33, KeyCode.COMMA, KeyCode.PERIOD, KeyCode.SLASH);
    row(map, 0x37, KeyCode.MULTIPLY, KeyCode.ALT, KeyCode.SPACE, KeyCode.CAPS);
    row(map, 0x3B, KeyCode.F1, KeyCode.F2, KeyCode.F3, KeyCode.F4, KeyCode.F5, KeyCode.F6);
    row(map, 0x41, KeyCode.F7, KeyCode.F8, KeyCode.F9, KeyCode.F10);
    row(map, 0x45, KeyCode.NUM_LOCK, KeyCode.SCROLL_LOCK);
    row(map, 0x47, KeyCode.NUMPAD7, KeyCode.NUMPAD8, KeyCode.NUMPAD9, KeyCode.SUBTRACT);
    row(map, 0x4B, KeyCode.NUMPAD4, KeyCode.NUMPAD5, KeyCode.NUMPAD6, KeyCode.ADD);
    row(map, 0x4F, KeyCode.NUMPAD1, KeyCode.NUMPAD2, KeyCode.NUMPAD3, KeyCode.NUMPAD0);
    row(map, 0x53, KeyCode.DECIMAL);
    row(map, 0x56, KeyCode.LESS, KeyCode.F11, KeyCode.F12);
    row(map, 0x01, KeyCode.ESCAPE);
    row(map, 0xE035, KeyCode.DIVIDE);
    row(map, 0xE037, KeyCode.PRINTSCREEN, KeyCode.ALT_GRAPH);
    row(map, 0xE047, KeyCode.HOME, KeyCode.UP, KeyCode.PAGE_UP);
    row(map, 0xE04B, KeyCode.LEFT);
    row(map, 0xE04D, KeyCode.RIGHT);
    row(map, 0xE04F, KeyCode.END, KeyCode.DOWN, KeyCode.PAGE_DOWN, KeyCode.INSERT, KeyCode.DELETE);
    row(map, 0xE05B, KeyCode.WINDOWS);
    row(map, 0xE05D, KeyCode.CONTEXT_MENU);
    map.put(KeyCode.META, 0xE05B);
    return map;
  }

  // Keys whose codes follow each other.
  private static void row(Map<KeyCode, Integer> map, int first, KeyCode... keys) {
    for (int i = 0; i < keys.length; i++) {
      map.put(keys[i], first + i);
    }
  }
}
