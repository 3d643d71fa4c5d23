// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.video.vga;

import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.device.FrameBuffer;
import dev.malachite.engine.device.IoBus;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.time.MachineClock;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Modes as a video BIOS sets them, and what the graphics controller does to bytes. */
class VgaTest {
  private static final long WINDOW = 0xA_0000;
  private static final long TEXT = 0xB_8000;

  /** A glyph that is nothing else's, one byte a line. */
  private static final int[] GLYPH = {
    0x80, 0xC1, 0xE2, 0xF4, 0x08, 0x11, 0x22, 0x44, 0x88, 0x55, 0xAA, 0x0F, 0xF0, 0x3C, 0xC3, 0x81
  };

  private final GuestMemory memory = new GuestMemory();
  private final IoBus bus = new IoBus();
  private final GuestMemory.Window window = memory.addWindow("video", 4 << 20);
  private final VgaAdapter vga = new VgaAdapter(window, bus, new MachineClock());

  VgaTest() {
    vga.reset();
  }

  @AfterEach
  void close() {
    memory.close();
  }

  // ---- registers -----------------------------------------------------------------------------

  private void indexed(int port, int... values) {
    for (int i = 0; i < values.length; i++) {
      // One word: index and data.
      bus.writePort(port, 2, i | values[i] << 8);
    }
  }

  private void graphics(int index, int value) {
    bus.writePort(0x3CE, 2, index | value << 8);
  }

  private void sequencer(int index, int value) {
    bus.writePort(0x3C4, 2, index | value << 8);
  }

  private void attributes(int... values) {
    bus.readPort(0x3DA, 1);
    for (int i = 0; i < values.length; i++) {
      bus.writePort(0x3C0, 1, i);
      bus.writePort(0x3C0, 1, values[i]);
    }
    bus.writePort(0x3C0, 1, 0x20);
  }

  private void palette(int index, int red, int green, int blue) {
    bus.writePort(0x3C8, 1, index);
    bus.writePort(0x3C9, 1, red);
    bus.writePort(0x3C9, 1, green);
    bus.writePort(0x3C9, 1, blue);
  }

  private void vbe(int index, int value) {
    bus.writePort(0x1CE, 2, index);
    bus.writePort(0x1CF, 2, value);
  }

  private int vbe(int index) {
    bus.writePort(0x1CE, 2, index);
    return bus.readPort(0x1CF, 2);
  }

  private void poke(long gpa, int value) {
    bus.writeMmio(gpa, 1, value);
  }

  private int peek(long gpa) {
    return (int) bus.readMmio(gpa, 1);
  }

  private FrameBuffer picture() {
    return vga.picture().orElseThrow();
  }

  private static int pixel(FrameBuffer picture, int x, int y) {
    return picture
            .pixels()
            .get(ValueLayout.JAVA_INT_UNALIGNED, (long) y * picture.stride() + 4L * x)
        & 0xFF_FFFF;
  }

  // Mode 3: 80 by 25 characters of 9 by 16 pixels, at 0xB8000.
  private void textMode() {
    bus.writePort(0x3C2, 1, 0x67);
    indexed(0x3C4, 3, 0, 3, 0, 2);
    indexed(
        0x3D4, 0x5F, 0x4F, 0x50, 0x82, 0x55, 0x81, 0xBF, 0x1F, 0, 0x4F, 0x0D, 0x0E, 0, 0, 0, 0,
        0x9C, 0x0E, 0x8F, 0x28, 0x1F, 0x96, 0xB9, 0xA3, 0xFF);
    indexed(0x3CE, 0, 0, 0, 0, 0, 0x10, 0x0E, 0x0F, 0xFF);
    attributes(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0x0C, 0, 0x0F, 8, 0);
    palette(7, 42, 42, 42);
    palette(1, 0, 0, 42);
    palette(15, 63, 63, 63);
    palette(0, 0, 0, 0);
  }

  private void loadGlyph(int character) {
    // Plane 2, not chained, not odd and even, at 0xA0000.
    sequencer(2, 4);
    sequencer(4, 6);
    graphics(5, 0);
    graphics(6, 4);
    for (int y = 0; y < GLYPH.length; y++) {
      poke(WINDOW + character * 32L + y, GLYPH[y]);
    }
    sequencer(2, 3);
    sequencer(4, 2);
    graphics(5, 0x10);
    graphics(6, 0x0E);
  }

  // ---- text ----------------------------------------------------------------------------------

  @Test
  void nothingIsShownBeforeAMode() {
    assertThat(vga.picture()).isEmpty();
  }

  @Test
  void charactersAreDrawnFromTheirFont() {
    textMode();
    loadGlyph('A');
    poke(TEXT + 2 * 81, 'A');
    poke(TEXT + 2 * 81 + 1, 0x17);
    assertThat(peek(TEXT + 2 * 81)).isEqualTo('A');
    FrameBuffer picture = picture();
    assertThat(picture.width()).isEqualTo(720);
    assertThat(picture.height()).isEqualTo(400);
    for (int y = 0; y < 16; y++) {
      for (int x = 0; x < 9; x++) {
        boolean on = x < 8 && (GLYPH[y] & 0x80 >> x) != 0;
        assertThat(pixel(picture, 9 + x, 16 + y))
            .as("%d, %d", x, y)
            .isEqualTo(on ? 0xAAAAAA : 0x0000AA);
      }
    }
  }

  @Test
  void boxCharactersReachTheirNeighbour() {
    textMode();
    loadGlyph(0xC4);
    poke(TEXT, 0xC4);
    poke(TEXT + 1, 0x17);
    FrameBuffer picture = picture();
    assertThat(pixel(picture, 8, 1)).as("the last bit is set").isEqualTo(0xAAAAAA);
    assertThat(pixel(picture, 8, 0)).isEqualTo(0x0000AA);
  }

  @Test
  void theCursorAndTheStartAddress() {
    textMode();
    bus.writePort(0x3D4, 2, 0x0F | 5 << 8);
    for (int i = 0; i < 10; i++) {
      poke(TEXT + 2L * i + 1, 0x07);
    }
    FrameBuffer picture = picture();
    assertThat(pixel(picture, 5 * 9, 13)).isEqualTo(0xAAAAAA);
    assertThat(pixel(picture, 5 * 9, 12)).isZero();
    bus.writePort(0x3D4, 2, 0x0D | 2 << 8);
    assertThat(pixel(picture(), 3 * 9, 13)).as("two characters on").isEqualTo(0xAAAAAA);
    bus.writePort(0x3D4, 2, 0x0A | 0x2D << 8);
    assertThat(pixel(picture(), 3 * 9, 13)).as("turned off").isZero();
  }

  // ---- planes --------------------------------------------------------------------------------

  private void planarMode() {
    bus.writePort(0x3C2, 1, 0xE3);
    indexed(0x3C4, 3, 1, 0x0F, 0, 6);
    indexed(
        0x3D4, 0x5F, 0x4F, 0x50, 0x82, 0x54, 0x80, 0x0B, 0x3E, 0, 0x40, 0, 0, 0, 0, 0, 0, 0xEA,
        0x0C, 0xDF, 0x28, 0, 0xE7, 0x04, 0xE3, 0xFF);
    indexed(0x3CE, 0, 0, 0, 0, 0, 0, 5, 0x0F, 0xFF);
    attributes(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 1, 0, 0x0F, 0, 0);
    for (int i = 0; i < 16; i++) {
      palette(i, i, 2 * i, 3 * i);
    }
  }

  private static int shown(int index) {
    return scaled(index) << 16 | scaled(2 * index) << 8 | scaled(3 * index);
  }

  private static int scaled(int six) {
    return six << 2 | six >> 4;
  }

  @Test
  void planarPixels() {
    planarMode();
    sequencer(2, 5);
    poke(WINDOW + 80 * 3 + 1, 0x81);
    FrameBuffer picture = picture();
    assertThat(picture.width()).isEqualTo(640);
    assertThat(picture.height()).isEqualTo(480);
    assertThat(pixel(picture, 8, 3)).isEqualTo(shown(5));
    assertThat(pixel(picture, 9, 3)).isEqualTo(shown(0));
    assertThat(pixel(picture, 15, 3)).isEqualTo(shown(5));
  }

  @Test
  void writeMode0SetsRotatesAndCombines() {
    planarMode();
    poke(WINDOW, 0xF0);
    peek(WINDOW);
    graphics(8, 0x0F);
    poke(WINDOW, 0xFF);
    graphics(4, 2);
    assertThat(peek(WINDOW)).as("the bit mask keeps the latch").isEqualTo(0xFF);
    graphics(8, 0xFF);
    graphics(3, 3);
    poke(WINDOW, 0x01);
    graphics(3, 0x18);
    peek(WINDOW);
    poke(WINDOW, 0x0F);
    graphics(3, 0);
    assertThat(peek(WINDOW)).as("0x01 rotated by 3, xor 0x0F").isEqualTo(0x2F);
    graphics(0, 4);
    graphics(1, 0x0F);
    poke(WINDOW, 0);
    assertThat(peek(WINDOW)).as("set").isEqualTo(0xFF);
    graphics(4, 1);
    assertThat(peek(WINDOW)).as("reset").isZero();
  }

  @Test
  void writeModes1To3() {
    planarMode();
    sequencer(2, 0x0F);
    graphics(5, 2);
    poke(WINDOW, 0x0A);
    graphics(4, 1);
    assertThat(peek(WINDOW)).as("mode 2: a colour").isEqualTo(0xFF);
    graphics(4, 2);
    assertThat(peek(WINDOW)).isZero();
    graphics(5, 1);
    poke(WINDOW + 9, 0x55);
    graphics(4, 3);
    assertThat(peek(WINDOW + 9)).as("mode 1: the latches").isEqualTo(0xFF);
    graphics(5, 3);
    graphics(0, 4);
    graphics(8, 0x3C);
    peek(WINDOW + 20);
    poke(WINDOW + 20, 0xF0);
    graphics(4, 2);
    assertThat(peek(WINDOW + 20)).as("mode 3: data is a mask too").isEqualTo(0x30);
  }

  @Test
  void readMode1ComparesColours() {
    planarMode();
    graphics(5, 2);
    graphics(8, 0xF0);
    peek(WINDOW);
    poke(WINDOW, 9);
    graphics(5, 8);
    graphics(2, 9);
    graphics(7, 0x0F);
    assertThat(peek(WINDOW)).isEqualTo(0xF0);
    graphics(7, 0x06);
    assertThat(peek(WINDOW)).as("planes that don't care").isEqualTo(0xFF);
  }

  @Test
  void theWindowIsWhereTheModeSays() {
    textMode();
    poke(TEXT + 100, 7);
    assertThat(peek(WINDOW + 100)).isEqualTo(0xFF);
    assertThat(peek(0xB_0000)).isEqualTo(0xFF);
  }

  // ---- 256 colours ---------------------------------------------------------------------------

  private void mode13() {
    planarMode();
    indexed(0x3C4, 3, 1, 0x0F, 0, 0x0E);
    indexed(
        0x3D4, 0x5F, 0x4F, 0x50, 0x82, 0x54, 0x80, 0xBF, 0x1F, 0, 0x41, 0, 0, 0, 0, 0, 0, 0x9C,
        0x0E, 0x8F, 0x28, 0x40, 0x96, 0xB9, 0xA3, 0xFF);
    indexed(0x3CE, 0, 0, 0, 0, 0, 0x40, 5, 0x0F, 0xFF);
    attributes(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0x41, 0, 0x0F, 0, 0);
  }

  @Test
  void bytesArePixelsInMode13() {
    mode13();
    palette(200, 63, 0, 31);
    poke(WINDOW + 320 * 2 + 7, 200);
    assertThat(peek(WINDOW + 320 * 2 + 7)).isEqualTo(200);
    FrameBuffer picture = picture();
    assertThat(picture.width()).isEqualTo(320);
    assertThat(picture.height()).isEqualTo(200);
    assertThat(pixel(picture, 7, 2)).isEqualTo(0xFF_00_7D);
    assertThat(pixel(picture, 6, 2)).isZero();
  }

  @Test
  void planesOfModeXArePixelsInTurn() {
    mode13();
    sequencer(4, 6);
    sequencer(2, 4);
    poke(WINDOW + 80, 9);
    assertThat(pixel(picture(), 2, 1)).isEqualTo(shown(9));
    assertThat(pixel(picture(), 3, 1)).isZero();
  }

  // ---- extensions ----------------------------------------------------------------------------

  @Test
  void theExtensionsIntroduceThemselves() {
    assertThat(vbe(0)).isEqualTo(0xB0C5);
    vbe(0, 0xB0C0);
    assertThat(vbe(0)).as("an older version is spoken too").isEqualTo(0xB0C0);
    vbe(0, 0xB0C6);
    assertThat(vbe(0)).as("a newer one isn't").isEqualTo(0xB0C0);
    assertThat(vbe(10)).as("units of 64 KiB").isEqualTo(64);
    vbe(4, 2);
    assertThat(vbe(1)).isEqualTo(2560);
    assertThat(vbe(2)).isEqualTo(1600);
    assertThat(vbe(3)).isEqualTo(32);
  }

  private void extended(int width, int height, int bits) {
    vbe(4, 0);
    vbe(1, width);
    vbe(2, height);
    vbe(3, bits);
    vbe(4, 0x41);
  }

  @Test
  void trueColourIsMemoryItself() {
    extended(800, 600, 32);
    window.segment().set(ValueLayout.JAVA_INT, 4L * (800 * 5 + 6), 0x123456);
    FrameBuffer picture = picture();
    assertThat(picture.width()).isEqualTo(800);
    assertThat(picture.stride()).isEqualTo(3200);
    assertThat(pixel(picture, 6, 5)).isEqualTo(0x123456);
    vbe(9, 2);
    vbe(8, 1);
    assertThat(pixel(picture(), 5, 3)).as("panned").isEqualTo(0x123456);
    assertThat(vbe(7)).as("lines there is memory for").isEqualTo((4 << 20) / 3200);
  }

  @Test
  void fewerBitsAreSpread() {
    extended(640, 480, 16);
    window.segment().set(ValueLayout.JAVA_SHORT, 2, (short) 0xFFE0);
    assertThat(pixel(picture(), 1, 0)).isEqualTo(0xFFFF00);
    extended(640, 480, 15);
    window.segment().set(ValueLayout.JAVA_SHORT, 2, (short) 0x001F);
    assertThat(pixel(picture(), 1, 0)).isEqualTo(0x0000FF);
    extended(640, 480, 24);
    window.segment().set(ValueLayout.JAVA_BYTE, 5, (byte) 0x80);
    assertThat(pixel(picture(), 1, 0)).isEqualTo(0x800000);
    extended(640, 480, 8);
    palette(3, 0, 63, 0);
    poke(WINDOW + 641, 3);
    assertThat(pixel(picture(), 1, 1)).isEqualTo(0x00FF00);
  }

  @Test
  void banksAndClearing() {
    extended(1024, 768, 32);
    vbe(5, 3);
    poke(WINDOW + 8, 0x77);
    assertThat(window.segment().get(ValueLayout.JAVA_BYTE, 3 * 65_536 + 8)).isEqualTo((byte) 0x77);
    assertThat(peek(WINDOW + 8)).isEqualTo(0x77);
    vbe(4, 0);
    vbe(4, 0xC1);
    assertThat(window.segment().get(ValueLayout.JAVA_BYTE, 3 * 65_536 + 8)).isEqualTo((byte) 0x77);
    extended(1024, 768, 32);
    assertThat(window.segment().get(ValueLayout.JAVA_BYTE, 3 * 65_536 + 8)).isZero();
  }

  @Test
  void aPictureThatDoesNotFitIsNone() {
    extended(2560, 1600, 32);
    assertThat(vga.picture()).isEmpty();
    extended(1024, 768, 32);
    vbe(9, 60_000);
    assertThat(vga.picture()).isEmpty();
  }

  // ---- anything ------------------------------------------------------------------------------

  @Test
  void nothingAGuestWritesBreaksIt() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      for (int i = 0; i < 3000; i++) {
        switch (random.nextInt(6)) {
          case 0 -> bus.writePort(0x3B4 + random.nextInt(0x28), 1, random.nextInt(256));
          case 1 -> bus.writePort(0x3C0 + random.nextInt(16), 2, random.nextInt(65_536));
          case 2 -> bus.readPort(0x3B4 + random.nextInt(0x28), 1);
          case 3 -> vbe(random.nextInt(12), random.nextInt(random.nextBoolean() ? 2048 : 65_536));
          case 4 ->
              bus.writeMmio(
                  WINDOW + random.nextInt(0x1_FFF8), 1 << random.nextInt(4), random.nextLong());
          default -> bus.readMmio(WINDOW + random.nextInt(0x1_FFF8), 1 << random.nextInt(4));
        }
      }
      try {
        vga.picture();
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }
}
