// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.engine.control.KeyboardKeys.Stroke;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Keys by their names, as PS/2 scan codes of set 1. */
final class KeyNames {
  private static final Map<String, Integer> CODES = new HashMap<>();

  static {
    row("esc 1 2 3 4 5 6 7 8 9 0 - = backspace", 0x01);
    row("tab q w e r t y u i o p [ ] enter ctrl a s d f g h j k l ; ' ` shift", 0x0F);
    row("\\ z x c v b n m , . /", 0x2B);
    row("alt space capslock f1 f2 f3 f4 f5 f6 f7 f8 f9 f10", 0x38);
    CODES.put("f11", 0x57);
    CODES.put("f12", 0x58);
    CODES.put("altgr", 0xE038);
    CODES.put("home", 0xE047);
    CODES.put("up", 0xE048);
    CODES.put("pageup", 0xE049);
    CODES.put("left", 0xE04B);
    CODES.put("right", 0xE04D);
    CODES.put("end", 0xE04F);
    CODES.put("down", 0xE050);
    CODES.put("pagedown", 0xE051);
    CODES.put("ins", 0xE052);
    CODES.put("del", 0xE053);
    CODES.put("win", 0xE05B);
    CODES.put("menu", 0xE05D);
  }

  private KeyNames() {}

  // Keys that lie beside each other have codes that do.
  private static void row(String names, int first) {
    int code = first;
    for (String name : names.split(" ", -1)) {
      CODES.put(name, code++);
    }
  }

  /**
   * Keys pressed one after another and released in the other order.
   *
   * @param text their names joined by {@code +}
   * @throws IllegalArgumentException if there is no such key
   */
  static List<Stroke> chord(String text) {
    List<Integer> codes = new ArrayList<>();
    for (String name : text.toLowerCase(Locale.ROOT).split("\\+", -1)) {
      Integer code = CODES.get(name);
      if (code == null) {
        throw new IllegalArgumentException("--keys: there is no key '" + name + "'");
      }
      codes.add(code);
    }
    List<Stroke> strokes = new ArrayList<>();
    codes.forEach(code -> strokes.add(new Stroke(code, true)));
    codes.reversed().forEach(code -> strokes.add(new Stroke(code, false)));
    return strokes;
  }
}
