// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.console;

import dev.malachite.engine.firmware.uefi.graphics.Display;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Text on the screen: rows and columns of characters in the middle of whatever picture size is set.
 * On the processor's thread.
 */
public final class ScreenText implements TextOutput {
  private static final int PIXEL = 4;
  private static final int BACKGROUND_SHIFT = 4;
  private static final int CURSOR_LINES = 2;
  private static final int[] COLOURS = {
    0x000000, 0x0000AA, 0x00AA00, 0x00AAAA, 0xAA0000, 0xAA00AA, 0xAA5500, 0xAAAAAA,
    0x555555, 0x5555FF, 0x55FF55, 0x55FFFF, 0xFF5555, 0xFF55FF, 0xFFFF55, 0xFFFFFF
  };

  private final Display display;
  private final Supplier<Display.Mode> size;
  private final TextFont font = TextFont.load();
  private final int[] pixels = new int[TextFont.WIDTH];
  private int columns = 80;
  private int rows = 25;
  private Display.Mode cursorMode;
  private int cursorColumn = -1;
  private int cursorRow;

  /**
   * Text on a display.
   *
   * @param size the picture size that is set
   */
  public ScreenText(Display display, Supplier<Display.Mode> size) {
    this.display = display;
    this.size = size;
    cursorMode = size.get();
  }

  /** Columns that fit into a picture. */
  public static int columns(Display.Mode mode) {
    return mode.width() / TextFont.WIDTH;
  }

  /** Rows that fit into a picture. */
  public static int rows(Display.Mode mode) {
    return mode.height() / TextFont.HEIGHT;
  }

  private static int left(Display.Mode mode, int columns) {
    return Math.max(0, mode.width() - columns * TextFont.WIDTH) / 2;
  }

  private static int top(Display.Mode mode, int rows) {
    return Math.max(0, mode.height() - rows * TextFont.HEIGHT) / 2;
  }

  @Override
  public void put(int column, int row, int character, int attribute) {
    hideCursor();
    Display.Mode mode = size.get();
    if (column >= columns(mode) || row >= rows(mode)) {
      return;
    }
    int x = left(mode, columns) + column * TextFont.WIDTH;
    int y = top(mode, rows) + row * TextFont.HEIGHT;
    int foreground = COLOURS[attribute & 0xF];
    int background = COLOURS[attribute >> BACKGROUND_SHIFT & 7];
    int glyph = font.glyph(character);
    MemorySegment memory = display.memory();
    for (int line = 0; line < TextFont.HEIGHT; line++) {
      int bits = font.line(glyph, line);
      for (int i = 0; i < TextFont.WIDTH; i++) {
        pixels[i] = (bits << i & 0x80) != 0 ? foreground : background;
      }
      long at = ((long) (y + line) * mode.width() + x) * PIXEL;
      MemorySegment.copy(pixels, 0, memory, ValueLayout.JAVA_INT_UNALIGNED, at, TextFont.WIDTH);
    }
    display.dirty(x, y, x + TextFont.WIDTH, y + TextFont.HEIGHT);
  }

  @Override
  public void clear(int newColumns, int newRows, int attribute) {
    columns = newColumns;
    rows = newRows;
    cursorColumn = -1;
    Display.Mode mode = size.get();
    fill(mode, 0, mode.height(), COLOURS[attribute >> BACKGROUND_SHIFT & 7]);
    display.dirty(0, 0, mode.width(), mode.height());
  }

  private void fill(Display.Mode mode, int from, int to, int colour) {
    MemorySegment memory = display.memory();
    long stride = (long) mode.width() * PIXEL;
    MemorySegment first = memory.asSlice(from * stride, stride);
    int[] line = new int[mode.width()];
    Arrays.fill(line, colour);
    MemorySegment.copy(line, 0, first, ValueLayout.JAVA_INT_UNALIGNED, 0, line.length);
    for (int y = from + 1; y < to; y++) {
      MemorySegment.copy(first, 0, memory, y * stride, stride);
    }
  }

  @Override
  public void scroll(int ofColumns, int ofRows, int attribute) {
    hideCursor();
    Display.Mode mode = size.get();
    int shown = Math.min(ofRows, rows(mode));
    int top = top(mode, ofRows);
    long stride = (long) mode.width() * PIXEL;
    MemorySegment memory = display.memory();
    int last = top + (shown - 1) * TextFont.HEIGHT;
    MemorySegment.copy(
        memory,
        (top + TextFont.HEIGHT) * stride,
        memory,
        top * stride,
        (long) (last - top) * stride);
    fill(mode, last, last + TextFont.HEIGHT, COLOURS[attribute >> BACKGROUND_SHIFT & 7]);
    display.dirty(0, top, mode.width(), last + TextFont.HEIGHT);
  }

  @Override
  public void cursor(int column, int row, boolean visible) {
    hideCursor();
    Display.Mode mode = size.get();
    if (visible && column < columns(mode) && row < rows(mode)) {
      cursorMode = mode;
      cursorColumn = column;
      cursorRow = row;
      invert();
    }
  }

  // A cursor that was drawn for another picture size has gone with it.
  private void hideCursor() {
    if (cursorColumn >= 0 && cursorMode.equals(size.get())) {
      invert();
    }
    cursorColumn = -1;
  }

  private void invert() {
    int x = left(cursorMode, columns) + cursorColumn * TextFont.WIDTH;
    int y = top(cursorMode, rows) + (cursorRow + 1) * TextFont.HEIGHT - CURSOR_LINES;
    MemorySegment memory = display.memory();
    for (int line = y; line < y + CURSOR_LINES; line++) {
      long at = ((long) line * cursorMode.width() + x) * PIXEL;
      MemorySegment.copy(memory, ValueLayout.JAVA_INT_UNALIGNED, at, pixels, 0, TextFont.WIDTH);
      for (int i = 0; i < TextFont.WIDTH; i++) {
        pixels[i] ^= 0xFFFFFF;
      }
      MemorySegment.copy(pixels, 0, memory, ValueLayout.JAVA_INT_UNALIGNED, at, TextFont.WIDTH);
    }
    display.dirty(x, y, x + TextFont.WIDTH, y + CURSOR_LINES);
  }
}
