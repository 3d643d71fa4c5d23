// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.console;

import java.util.ArrayList;
import java.util.List;

/**
 * A console of rows and columns on one or more outputs: cursor, wrapping, scrolling, colours (UEFI
 * 2.10, section 12.4).
 */
public final class TextConsole {
  /** Columns and rows by mode. */
  static final int[][] MODES = {{80, 25}, {80, 50}, {100, 31}, {128, 48}};

  private static final int DEFAULT_ATTRIBUTE = 7;

  private final List<TextOutput> outputs = new ArrayList<>();
  private int mode;
  private int column;
  private int row;
  private int attribute = DEFAULT_ATTRIBUTE;
  private boolean cursor = true;
  private int mostColumns = Integer.MAX_VALUE;
  private int mostRows = Integer.MAX_VALUE;

  /** A console nobody sees. */
  public TextConsole() {}

  /** Adds an output. */
  public void add(TextOutput output) {
    outputs.add(output);
  }

  /** Says what the smallest output has room for; it is no less than 80 columns and 25 rows. */
  public void limit(int columnsAtMost, int rowsAtMost) {
    mostColumns = columnsAtMost;
    mostRows = rowsAtMost;
  }

  /** True if all outputs have room for a mode. */
  boolean supports(long number) {
    return number >= 0
        && number < MODES.length
        && MODES[(int) number][0] <= mostColumns
        && MODES[(int) number][1] <= mostRows;
  }

  /** The mode. */
  public int mode() {
    return mode;
  }

  int columns() {
    return MODES[mode][0];
  }

  int rows() {
    return MODES[mode][1];
  }

  int column() {
    return column;
  }

  int row() {
    return row;
  }

  int attribute() {
    return attribute;
  }

  boolean cursorVisible() {
    return cursor;
  }

  /** Sets a mode and clears. */
  void mode(int newMode) {
    mode = newMode;
    clear();
  }

  /** Clears. */
  public void clear() {
    for (TextOutput output : outputs) {
      output.clear(columns(), rows(), attribute);
    }
    column = 0;
    row = 0;
    show();
  }

  /** Sets colours. */
  public void attribute(int colours) {
    attribute = colours;
  }

  void position(int newColumn, int newRow) {
    column = newColumn;
    row = newRow;
    show();
  }

  void cursor(boolean visible) {
    cursor = visible;
    show();
  }

  private void show() {
    for (TextOutput output : outputs) {
      output.cursor(Math.min(column, columns() - 1), row, cursor);
    }
  }

  /** Writes text. */
  public void write(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\r' -> column = 0;
        case '\n' -> lineFeed();
        case '\b' -> {
          if (column > 0) {
            column--;
          } else if (row > 0) {
            row--;
            column = columns() - 1;
          }
        }
        case 0x0B, 0x0C, 0x1B, 7 -> {
          // Bell and control characters show nothing.
        }
        default -> {
          int point = c;
          if (Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1))) {
            point = Character.toCodePoint(c, text.charAt(++i));
          }
          put(c == '\t' || Character.isSurrogate((char) point) ? ' ' : point);
        }
      }
    }
    show();
  }

  private void put(int character) {
    for (TextOutput output : outputs) {
      output.put(column, row, character, attribute);
    }
    if (++column == columns()) {
      column = 0;
      lineFeed();
    }
  }

  private void lineFeed() {
    if (row + 1 < rows()) {
      row++;
      return;
    }
    for (TextOutput output : outputs) {
      output.scroll(columns(), rows(), attribute);
    }
  }
}
