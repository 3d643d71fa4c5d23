// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.boot;

import dev.malachite.engine.firmware.uefi.console.InputKey;
import dev.malachite.engine.firmware.uefi.console.TextConsole;
import java.util.List;

/** The menu from which people choose what is booted this one time. */
final class BootMenu {
  /** Nothing is chosen yet. */
  static final int OPEN = -1;

  /** Left without a choice. */
  static final int LEFT = -2;

  private static final int PLAIN = 0x07;
  private static final int CHOSEN = 0x70;
  private static final int MOST_LINES = 16;
  private static final int MOST_CHARACTERS = 70;

  private final TextConsole console;
  private final List<String> titles;
  private int current;

  /** A menu of titles; it is drawn at once. */
  BootMenu(TextConsole console, List<String> titles) {
    this.console = console;
    this.titles = titles;
    draw();
  }

  /**
   * Takes a key.
   *
   * @return the number of the chosen title, {@link #OPEN} or {@link #LEFT}
   */
  int key(InputKey key) {
    switch (key.scan()) {
      case InputKey.UP -> move(-1);
      case InputKey.DOWN -> move(1);
      case InputKey.HOME -> move(-current);
      case InputKey.END -> move(titles.size() - 1 - current);
      case InputKey.ESCAPE -> {
        return LEFT;
      }
      default -> {
        int digit = key.character() - '1';
        if (key.character() == '\r' && !titles.isEmpty()) {
          return current;
        }
        if (digit >= 0 && digit < Math.min(9, titles.size())) {
          return digit;
        }
      }
    }
    return OPEN;
  }

  private void move(int by) {
    int next = Math.clamp((long) current + by, 0, Math.max(0, titles.size() - 1));
    if (next != current) {
      current = next;
      draw();
    }
  }

  private void draw() {
    console.attribute(PLAIN);
    console.clear();
    console.write("Boot Menu\r\n\r\n");
    int first = Math.max(0, current - MOST_LINES + 1);
    int last = Math.min(titles.size(), first + MOST_LINES);
    for (int i = first; i < last; i++) {
      String title = titles.get(i);
      String text = title.substring(0, Math.min(title.length(), MOST_CHARACTERS));
      console.attribute(i == current ? CHOSEN : PLAIN);
      console.write(" " + (i + 1) + ". " + text + " ");
      console.attribute(PLAIN);
      console.write("\r\n");
    }
    console.write("\r\nUp, Down and Enter or a number: boot this once. Esc: boot as ever.\r\n");
  }
}
