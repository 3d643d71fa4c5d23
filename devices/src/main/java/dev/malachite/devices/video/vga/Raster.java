// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.video.vga;

import dev.malachite.engine.device.FrameBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Makes the picture out of a VGA's memory and registers. Not thread-safe but for what it reads:
 * guests may write memory meanwhile.
 */
final class Raster {
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  /** Words of the planes' memory. */
  private static final int PLANE_MASK = 0xFFFF;

  /**
   * Where plane 2 has the eight fonts: in steps of 8 KiB, in the order of the register's values.
   */
  private static final int[] FONTS = {0, 0x4000, 0x8000, 0xC000, 0x2000, 0x6000, 0xA000, 0xE000};

  private static final int FONT_HEIGHT = 32;
  private static final int MAXIMUM_WIDTH = 2560;
  private static final int MAXIMUM_HEIGHT = 2048;

  private final VgaState state;
  private final MemorySegment memory;
  private final int[] colors = new int[256];
  private MemorySegment picture = MemorySegment.NULL;
  private int width;
  private int height;

  Raster(VgaState state, MemorySegment memory) {
    this.state = state;
    this.memory = memory;
  }

  /** Bytes from one line to the next in an extended mode. */
  static int stride(VgaState state) {
    int pixels = state.vbe[VgaState.VBE_VIRTUAL_WIDTH];
    return switch (state.vbeBits()) {
      case 4 -> pixels / 2;
      case 8 -> pixels;
      case 15, 16 -> 2 * pixels;
      case 24 -> 3 * pixels;
      default -> 4 * pixels;
    };
  }

  /** The picture now, or null while there is none; valid until the next call. */
  @Nullable FrameBuffer draw() {
    synchronized (state) {
      if (state.isVbe()) {
        return drawExtended();
      }
      if (!state.attributeSource || state.crt[VgaState.VERTICAL_DISPLAY_END] == 0) {
        return null;
      }
      return state.isGraphics() ? drawGraphics() : drawText();
    }
  }

  private void size(int newWidth, int newHeight) {
    if (newWidth != width || newHeight != height) {
      width = newWidth;
      height = newHeight;
      picture = Arena.ofAuto().allocate(4L * width * height, 16);
    }
  }

  private FrameBuffer frame() {
    return new FrameBuffer(width, height, 4 * width, picture);
  }

  private void set(int x, int y, int color) {
    picture.set(INT, 4L * ((long) y * width + x), color);
  }

  // ---- extended modes ------------------------------------------------------------------------

  private @Nullable FrameBuffer drawExtended() {
    int[] vbe = state.vbe;
    int stride = stride(state);
    int bits = state.vbeBits();
    int w = vbe[VgaState.VBE_WIDTH];
    int h = vbe[VgaState.VBE_HEIGHT];
    long x = vbe[VgaState.VBE_X];
    long start = vbe[VgaState.VBE_Y] * (long) stride + (bits == 4 ? x / 2 : x * bytes(bits));
    if (start + (long) stride * h > memory.byteSize()) {
      return null;
    }
    if (bits == 32) {
      // The memory is the picture.
      return new FrameBuffer(w, h, stride, memory.asSlice(start, (long) stride * h));
    }
    size(w, h);
    for (int i = 0; i < 256; i++) {
      colors[i] = state.color(bits == 4 && i < 16 ? state.paletteIndex(i) : i);
    }
    for (int row = 0; row < h; row++) {
      long line = start + (long) row * stride;
      for (int column = 0; column < w; column++) {
        set(column, row, extendedPixel(bits, line, column));
      }
    }
    return frame();
  }

  private static int bytes(int bits) {
    return (bits + 7) / 8;
  }

  private int extendedPixel(int bits, long line, int column) {
    switch (bits) {
      case 4 -> {
        int planes = memory.get(INT, (line & -4) + (column >> 3) * 4L);
        return colors[planarPixel(planes, column & 7)];
      }
      case 8 -> {
        return colors[memory.get(BYTE, line + column) & 0xFF];
      }
      case 15 -> {
        int v = memory.get(SHORT, line + 2L * column);
        return five(v >> 10) << 16 | five(v >> 5) << 8 | five(v);
      }
      case 16 -> {
        int v = memory.get(SHORT, line + 2L * column);
        int green = v >> 5 & 0x3F;
        return five(v >> 11) << 16 | (green << 2 | green >> 4) << 8 | five(v);
      }
      default -> {
        long at = line + 3L * column;
        return memory.get(BYTE, at) & 0xFF
            | (memory.get(BYTE, at + 1) & 0xFF) << 8
            | (memory.get(BYTE, at + 2) & 0xFF) << 16;
      }
    }
  }

  private static int five(int value) {
    int v = value & 0x1F;
    return v << 3 | v >> 2;
  }

  private static int planarPixel(int planes, int x) {
    int bit = 7 - x;
    return planes >> bit & 1
        | (planes >> 8 + bit & 1) << 1
        | (planes >> 16 + bit & 1) << 2
        | (planes >> 24 + bit & 1) << 3;
  }

  private int word(int address) {
    return memory.get(INT, 4L * (address & PLANE_MASK));
  }

  // ---- graphics ------------------------------------------------------------------------------

  private @Nullable FrameBuffer drawGraphics() {
    int shift = state.graphics[VgaState.MODE] >> 5 & 3;
    int characters = state.crt[VgaState.HORIZONTAL_DISPLAY_END] + 1;
    int repeat = (state.crt[VgaState.MAXIMUM_SCAN_LINE] & 0x1F) + 1;
    if ((state.crt[VgaState.MAXIMUM_SCAN_LINE] & 0x80) != 0) {
      repeat *= 2;
    }
    // Lines that a CGA had in two halves of memory come in turns.
    boolean halves = (state.crt[VgaState.CRT_MODE] & 1) == 0 && shift == 1;
    if (halves) {
      repeat = Math.max(1, repeat / 2);
    }
    boolean wide = shift >= 2;
    boolean halfClock = (state.sequencer[VgaState.CLOCKING_MODE] & 8) != 0;
    int pixels = characters * (wide ? 4 : 8);
    int lines = state.verticalEnd() / repeat;
    if (pixels > MAXIMUM_WIDTH || lines > MAXIMUM_HEIGHT || lines == 0) {
      return null;
    }
    size(pixels, lines);
    for (int i = 0; i < 256; i++) {
      colors[i] = state.color(wide ? i : state.paletteIndex(i & 15));
    }
    int lineWords = state.crt[VgaState.OFFSET] * 2;
    int split = (state.lineCompare() + 1) / repeat;
    for (int row = 0; row < lines; row++) {
      int from = row >= split ? (row - split) * lineWords : state.startAddress() + row * lineWords;
      if (halves) {
        from = state.startAddress() + (row >> 1) * lineWords + (row & 1) * 0x2000;
      }
      if (wide) {
        wideLine(from, row);
      } else if (shift == 1) {
        pairedLine(from, row, halfClock);
      } else {
        planarLine(from, row);
      }
    }
    return frame();
  }

  // 256 colours: the four planes' bytes in turn.
  private void wideLine(int from, int row) {
    for (int x = 0; x < width; x++) {
      set(x, row, colors[word(from + (x >> 2)) >> 8 * (x & 3) & 0xFF]);
    }
  }

  private void planarLine(int from, int row) {
    for (int x = 0; x < width; x++) {
      set(x, row, colors[planarPixel(word(from + (x >> 3)), x & 7)]);
    }
  }

  // Four colours as a CGA has them: two bits a pixel, from planes 0 and 1 in turn.
  private void pairedLine(int from, int row, boolean halfClock) {
    int step = halfClock ? 8 : 16;
    for (int x = 0; x < width; x++) {
      int planes = word(from + x / 8 * 8 / Math.min(step, 8));
      int octet = (x & 7) < 4 ? planes & 0xFF : planes >> 8 & 0xFF;
      set(x, row, colors[octet >> 6 - 2 * (x & 3) & 3]);
    }
  }

  // ---- text ----------------------------------------------------------------------------------

  private @Nullable FrameBuffer drawText() {
    int columns = state.crt[VgaState.HORIZONTAL_DISPLAY_END] + 1;
    int cell = (state.crt[VgaState.MAXIMUM_SCAN_LINE] & 0x1F) + 1;
    boolean doubled = (state.crt[VgaState.MAXIMUM_SCAN_LINE] & 0x80) != 0;
    int lines = doubled ? state.verticalEnd() / 2 : state.verticalEnd();
    int rows = lines / cell;
    int cellWidth = (state.sequencer[VgaState.CLOCKING_MODE] & 1) != 0 ? 8 : 9;
    if (rows == 0 || columns * cellWidth > MAXIMUM_WIDTH || rows * cell > MAXIMUM_HEIGHT) {
      return null;
    }
    size(columns * cellWidth, rows * cell);
    for (int i = 0; i < 16; i++) {
      colors[i] = state.color(state.paletteIndex(i));
    }
    int lineWords = state.crt[VgaState.OFFSET] * 2;
    int cursor = (state.crt[VgaState.CURSOR_START] & 0x20) != 0 ? -1 : state.cursorAddress();
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int address = state.startAddress() + row * lineWords + column;
        drawCell(word(address), column * cellWidth, row * cell, cellWidth, cell, address == cursor);
      }
    }
    return frame();
  }

  private void drawCell(
      int planes, int left, int top, int cellWidth, int cellHeight, boolean hasCursor) {
    int character = planes & 0xFF;
    int attributes = planes >> 8 & 0xFF;
    int mode = state.attribute[VgaState.ATTRIBUTE_MODE];
    boolean blinks = (mode & 8) != 0;
    int foreground = colors[attributes & 15];
    // Blinking characters are shown in their bright half.
    int background = colors[attributes >> 4 & (blinks ? 7 : 15)];
    boolean extendsRight = (mode & 4) != 0 && character >= 0xC0 && character <= 0xDF;
    int font = font((attributes & 8) != 0) + character * FONT_HEIGHT;
    int cursorStart = state.crt[VgaState.CURSOR_START] & 0x1F;
    int cursorEnd = state.crt[VgaState.CURSOR_END] & 0x1F;
    for (int y = 0; y < cellHeight; y++) {
      int bits = word(font + y) >> 16 & 0xFF;
      if (hasCursor && y >= cursorStart && y <= cursorEnd) {
        bits = 0x1FF;
      } else {
        bits = bits << 1 | (extendsRight ? bits & 1 : 0);
      }
      for (int x = 0; x < cellWidth; x++) {
        set(left + x, top + y, (bits >> 8 - x & 1) != 0 ? foreground : background);
      }
    }
  }

  private int font(boolean second) {
    int map = state.sequencer[VgaState.CHARACTER_MAP];
    int number = second ? map >> 2 & 3 | (map & 0x20) >> 3 : map & 3 | (map & 0x10) >> 2;
    return FONTS[number];
  }
}
