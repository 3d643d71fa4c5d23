// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.video.vga;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;

/**
 * The registers of a VGA, by index (IBM PS/2 Hardware Interface Technical Reference, Video
 * Subsystem), and those of the Bochs extensions. Whoever uses them holds the adapter's lock.
 */
final class VgaState {
  // Sequencer.
  static final int CLOCKING_MODE = 1;
  static final int MAP_MASK = 2;
  static final int CHARACTER_MAP = 3;
  static final int MEMORY_MODE = 4;

  // Graphics controller.
  static final int SET_RESET = 0;
  static final int ENABLE_SET_RESET = 1;
  static final int COLOR_COMPARE = 2;
  static final int DATA_ROTATE = 3;
  static final int READ_MAP = 4;
  static final int MODE = 5;
  static final int MISCELLANEOUS = 6;
  static final int COLOR_DONT_CARE = 7;
  static final int BIT_MASK = 8;

  // CRT controller.
  static final int HORIZONTAL_DISPLAY_END = 0x01;
  static final int OVERFLOW = 0x07;
  static final int PRESET_ROW = 0x08;
  static final int MAXIMUM_SCAN_LINE = 0x09;
  static final int CURSOR_START = 0x0A;
  static final int CURSOR_END = 0x0B;
  static final int START_HIGH = 0x0C;
  static final int START_LOW = 0x0D;
  static final int CURSOR_HIGH = 0x0E;
  static final int CURSOR_LOW = 0x0F;
  static final int VERTICAL_RETRACE_END = 0x11;
  static final int VERTICAL_DISPLAY_END = 0x12;
  static final int OFFSET = 0x13;
  static final int CRT_MODE = 0x17;
  static final int LINE_COMPARE = 0x18;

  // Attribute controller.
  static final int ATTRIBUTE_MODE = 0x10;
  static final int OVERSCAN = 0x11;
  static final int PLANE_ENABLE = 0x12;
  static final int PANNING = 0x13;
  static final int COLOR_SELECT = 0x14;

  // Bochs extensions.
  static final int VBE_ID = 0;
  static final int VBE_WIDTH = 1;
  static final int VBE_HEIGHT = 2;
  static final int VBE_BITS = 3;
  static final int VBE_ENABLE = 4;
  static final int VBE_BANK = 5;
  static final int VBE_VIRTUAL_WIDTH = 6;
  static final int VBE_VIRTUAL_HEIGHT = 7;
  static final int VBE_X = 8;
  static final int VBE_Y = 9;
  static final int VBE_MEMORY = 10;

  static final int VBE_ENABLED = 1;
  static final int VBE_CAPABILITIES = 2;
  static final int VBE_DAC_8_BITS = 0x20;

  final int[] sequencer = new int[8];
  final int[] graphics = new int[16];
  final int[] crt = new int[0x20];
  final int[] attribute = new int[0x20];
  final int[] vbe = new int[16];

  /** Colours of the palette, three bytes each. */
  final byte[] palette = new byte[256 * 3];

  int miscellaneous;
  int paletteMask = 0xFF;

  /** False while the guest loads the attribute controller's palette: the screen is dark then. */
  boolean attributeSource;

  boolean isVbe() {
    return (vbe[VBE_ENABLE] & VBE_ENABLED) != 0;
  }

  int vbeBits() {
    return vbe[VBE_BITS];
  }

  boolean isGraphics() {
    return (graphics[MISCELLANEOUS] & 1) != 0;
  }

  /** True where four planes are seen as one run of bytes. */
  boolean isChained() {
    return (sequencer[MEMORY_MODE] & 8) != 0;
  }

  int startAddress() {
    return crt[START_HIGH] << 8 | crt[START_LOW];
  }

  int cursorAddress() {
    return crt[CURSOR_HIGH] << 8 | crt[CURSOR_LOW];
  }

  /** Scan lines of the picture. */
  int verticalEnd() {
    int overflow = crt[OVERFLOW];
    return (crt[VERTICAL_DISPLAY_END] | (overflow & 2) << 7 | (overflow & 0x40) << 3) + 1;
  }

  /** The scan line at which the picture goes on with the memory's start. */
  int lineCompare() {
    return crt[LINE_COMPARE] | (crt[OVERFLOW] & 0x10) << 4 | (crt[MAXIMUM_SCAN_LINE] & 0x40) << 3;
  }

  /** A palette entry as blue, green, red in the bytes of a pixel. */
  int color(int index) {
    int at = 3 * (index & paletteMask & 0xFF);
    boolean wide = (vbe[VBE_ENABLE] & VBE_DAC_8_BITS) != 0;
    return channel(palette[at], wide) << 16
        | channel(palette[at + 1], wide) << 8
        | channel(palette[at + 2], wide);
  }

  private static int channel(byte value, boolean wide) {
    int v = value & 0xFF;
    return wide ? v : v << 2 | v >> 4;
  }

  /** The palette entry that an attribute (0 to 15) shows. */
  int paletteIndex(int attributeValue) {
    int value = attribute[attributeValue & attribute[PLANE_ENABLE] & 15] & 0x3F;
    int select = attribute[COLOR_SELECT];
    if ((attribute[ATTRIBUTE_MODE] & 0x80) != 0) {
      value = value & 15 | (select & 3) << 4;
    }
    return value | (select & 0x0C) << 4;
  }

  void transfer(StateTransfer s) throws StateException {
    s.numbers(sequencer, 0, 0xFF);
    s.numbers(graphics, 0, 0xFF);
    s.numbers(crt, 0, 0xFF);
    s.numbers(attribute, 0, 0xFF);
    s.numbers(vbe, 0, 0xFFFF);
    s.bytes(palette);
    miscellaneous = s.number(miscellaneous, 0, 0xFF);
    paletteMask = s.number(paletteMask, 0, 0xFF);
    attributeSource = s.flag(attributeSource);
  }
}
