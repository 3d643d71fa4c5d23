// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The 8 by 16 font in the video BIOS's image: what a text screen should look like. */
final class VgaFont {
  /** Pixels of a character in mode 3. */
  static final int WIDTH = 9;

  /** Lines of a character. */
  static final int HEIGHT = 16;

  private static final Path IMAGE = Path.of("/usr/share/seabios/vgabios-stdvga.bin");

  /** The rows of "A", by which the font is found. */
  private static final int[] LETTER_A = {
    0, 0, 0x10, 0x38, 0x6C, 0xC6, 0xC6, 0xFE, 0xC6, 0xC6, 0xC6, 0xC6, 0, 0, 0, 0
  };

  private final byte[] image;
  private final int start;

  VgaFont() throws IOException {
    image = Files.readAllBytes(IMAGE);
    start = find() - 'A' * HEIGHT;
  }

  private int find() {
    for (int at = 'A' * HEIGHT; at < image.length - HEIGHT; at++) {
      int row = 0;
      while (row < HEIGHT && (image[at + row] & 0xFF) == LETTER_A[row]) {
        row++;
      }
      if (row == HEIGHT) {
        return at;
      }
    }
    throw new AssertionError(IMAGE + " has no font of 16 lines");
  }

  /** True if a character's pixel is set; the ninth column is empty for letters. */
  boolean isSet(char character, int x, int y) {
    return x < 8 && (image[start + character * HEIGHT + y] & 0x80 >> x) != 0;
  }
}
