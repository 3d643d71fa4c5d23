// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/** A font of characters 8 pixels wide and 16 high, from a console font file (PSF version 1). */
final class TextFont {
  /** Pixels of a character. */
  static final int WIDTH = 8;

  /** Lines of a character. */
  static final int HEIGHT = 16;

  private static final String FILE = "text-8x16.psf";
  private static final int HEADER = 4;
  private static final int MAGIC = 0x0436;
  private static final int MODE_512 = 1;
  private static final int END = 0xFFFF;
  private static final int SEQUENCE = 0xFFFE;

  private final byte[] file;
  private final Map<Integer, Integer> glyphs = new HashMap<>(1024);

  private TextFont(byte[] file) throws IOException {
    this.file = file;
    ByteBuffer b = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (file.length < HEADER || b.getShort(0) != MAGIC || file[3] != HEIGHT) {
      throw new IOException("it is no console font of 16 lines");
    }
    int count = (file[2] & MODE_512) != 0 ? 512 : 256;
    b.position(HEADER + count * HEIGHT);
    boolean single = true;
    int glyph = 0;
    while (glyph < count && b.remaining() >= 2) {
      int c = b.getShort() & 0xFFFF;
      if (c == END) {
        glyph++;
        single = true;
      } else if (c == SEQUENCE) {
        single = false;
      } else if (single) {
        glyphs.putIfAbsent(c, glyph);
      }
    }
    // Pointers of menus that the font has by other names.
    alias(0x25BA, 0x25B6);
    alias(0x25C4, 0x25C0);
    alias(0x2593, 0x2592);
  }

  private void alias(int character, int like) {
    Integer glyph = glyphs.get(like);
    if (glyph != null) {
      glyphs.putIfAbsent(character, glyph);
    }
  }

  /** The font that comes with the firmware. */
  static TextFont load() {
    try (InputStream in = TextFont.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is missing from the firmware's resources");
      }
      return new TextFont(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(FILE, e);
    }
  }

  /** The number of a character's picture; that of a question mark if it has none. */
  int glyph(int character) {
    Integer glyph = glyphs.get(character);
    return glyph == null ? glyphs.getOrDefault((int) '?', 0) : glyph;
  }

  /** True if there is a picture of a character. */
  boolean has(int character) {
    return glyphs.containsKey(character);
  }

  /** A line of a picture, the leftmost pixel in bit 7. */
  int line(int glyph, int line) {
    return file[HEADER + glyph * HEIGHT + line] & 0xFF;
  }
}
