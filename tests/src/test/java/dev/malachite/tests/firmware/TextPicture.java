// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.firmware;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** A picture of text in the middle of a screen, drawn by the font of the distribution's console. */
final class TextPicture {
  private static final Path FONT = Path.of("/usr/share/consolefonts/Lat15-Terminus16.psf.gz");
  private static final int GLYPHS = 256;
  private static final int LINES = 16;

  private final int[][] pixels;
  private final int left;
  private final int top;
  private final byte[] font;
  private final Map<Character, Integer> places = new HashMap<>();

  TextPicture(int width, int height, int columns, int rows) throws IOException {
    pixels = new int[height][width];
    left = (width - columns * 8) / 2;
    top = (height - rows * LINES) / 2;
    try (InputStream in = new GZIPInputStream(Files.newInputStream(FONT))) {
      font = in.readAllBytes();
    }
    int glyph = 0;
    for (int at = 4 + GLYPHS * LINES; at + 1 < font.length && glyph < GLYPHS; at += 2) {
      char c = (char) (font[at] & 0xFF | (font[at + 1] & 0xFF) << 8);
      if (c == 0xFFFF) {
        glyph++;
      } else {
        places.putIfAbsent(c, 4 + glyph * LINES);
      }
    }
  }

  void text(int column, int row, String text, int foreground, int background) {
    for (int i = 0; i < text.length(); i++) {
      Integer place = places.get(text.charAt(i));
      if (place == null) {
        throw new AssertionError(FONT + " has no " + text.charAt(i));
      }
      for (int y = 0; y < LINES; y++) {
        for (int x = 0; x < 8; x++) {
          boolean set = (font[place + y] & 0x80 >> x) != 0;
          pixels[top + row * LINES + y][left + (column + i) * 8 + x] =
              set ? foreground : background;
        }
      }
    }
  }

  /** The cursor on an empty place. */
  void underline(int column, int row) {
    for (int y = LINES - 2; y < LINES; y++) {
      for (int x = 0; x < 8; x++) {
        pixels[top + row * LINES + y][left + column * 8 + x] = 0xFFFFFF;
      }
    }
  }

  int[][] pixels() {
    return pixels;
  }
}
