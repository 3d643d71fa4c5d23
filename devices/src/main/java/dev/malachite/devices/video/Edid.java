// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.video;

import java.nio.charset.StandardCharsets;

/** Describes the screen as a monitor does: an EDID 1.4 block (VESA E-EDID A2). */
final class Edid {
  static final int SIZE = 128;

  private static final int DESCRIPTORS = 54;
  private static final int DESCRIPTOR_SIZE = 18;

  /** Blanking around the picture; no signal is ever made, but a guest may compute a rate. */
  private static final int HORIZONTAL_BLANK = 160;

  private static final int VERTICAL_BLANK = 30;

  private Edid() {}

  /** A block whose preferred timing is a picture size at 60 Hz. */
  static byte[] block(Resolution preferred) {
    byte[] b = new byte[SIZE];
    for (int i = 1; i < 7; i++) {
      b[i] = (byte) 0xFF;
    }
    int maker = letter('M') << 10 | letter('L') << 5 | letter('C');
    b[8] = (byte) (maker >> 8);
    b[9] = (byte) maker;
    b[10] = 1; // product
    b[16] = 1; // week
    b[17] = 2026 - 1990;
    b[18] = 1;
    b[19] = 4;
    b[20] = (byte) 0xA0; // digital, 8 bits a colour
    b[23] = 120; // gamma 2.2
    b[24] = 0x06; // sRGB, the first timing is preferred
    int[] chromaticity = {0xEE, 0x91, 0xA3, 0x54, 0x4C, 0x99, 0x26, 0x0F, 0x50, 0x54};
    for (int i = 0; i < chromaticity.length; i++) {
      b[25 + i] = (byte) chromaticity[i];
    }
    for (int i = 38; i < DESCRIPTORS; i++) {
      b[i] = 1; // standard timing not used
    }
    timing(b, DESCRIPTORS, preferred);
    int name = DESCRIPTORS + DESCRIPTOR_SIZE;
    b[name + 3] = (byte) 0xFC;
    byte[] text = "Malachite\n   ".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, b, name + 5, text.length);
    b[name + DESCRIPTOR_SIZE + 3] = 0x10; // not used
    b[name + 2 * DESCRIPTOR_SIZE + 3] = 0x10;
    int sum = 0;
    for (byte value : b) {
      sum += value;
    }
    b[SIZE - 1] = (byte) -sum;
    return b;
  }

  private static int letter(char c) {
    return c - 'A' + 1;
  }

  private static void timing(byte[] b, int at, Resolution r) {
    int clock = (r.width() + HORIZONTAL_BLANK) * (r.height() + VERTICAL_BLANK) * 60 / 10_000;
    b[at] = (byte) clock;
    b[at + 1] = (byte) (clock >> 8);
    b[at + 2] = (byte) r.width();
    b[at + 3] = (byte) HORIZONTAL_BLANK;
    b[at + 4] = (byte) (r.width() >> 8 << 4 | HORIZONTAL_BLANK >> 8);
    b[at + 5] = (byte) r.height();
    b[at + 6] = (byte) VERTICAL_BLANK;
    b[at + 7] = (byte) (r.height() >> 8 << 4 | VERTICAL_BLANK >> 8);
    b[at + 8] = 48; // horizontal front porch
    b[at + 9] = 32; // horizontal sync
    b[at + 10] = 0x36; // vertical front porch 3, sync 6
    b[at + 17] = 0x1E; // digital separate sync
  }
}
