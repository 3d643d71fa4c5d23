// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** By the PS/2 Hardware Interface Technical Reference. */
class KeyboardControllerTest {
  private boolean keyboardLine;
  private boolean mouseLine;
  private boolean gate = true;
  private int inits;
  private final KeyboardController controller =
      new KeyboardController(
          asserted -> keyboardLine = asserted,
          asserted -> mouseLine = asserted,
          open -> gate = open,
          () -> inits++);

  private void command(int value) {
    controller.writePort(0x64, 1, value);
  }

  private void data(int value) {
    controller.writePort(0x60, 1, value);
  }

  private int status() {
    return controller.readPort(0x64, 1);
  }

  private List<Integer> output() {
    List<Integer> bytes = new ArrayList<>();
    while ((status() & 1) != 0) {
      bytes.add(controller.readPort(0x60, 1));
    }
    return bytes;
  }

  private void mouse(int value) {
    command(0xD4);
    data(value);
  }

  @Test
  void testsItself() {
    assertThat(status() & 0x15).isEqualTo(0x10);
    command(0xAA);
    assertThat(output()).containsExactly(0x55);
    assertThat(status() & 4).as("system flag").isEqualTo(4);
    command(0xAB);
    assertThat(output()).containsExactly(0);
    command(0xA9);
    assertThat(output()).containsExactly(0);
  }

  @Test
  void keepsItsCommandByte() {
    command(0x60);
    data(0x47);
    command(0x20);
    assertThat(output()).containsExactly(0x47);
    command(0x65);
    data(0x99);
    command(0x25);
    assertThat(output()).as("memory").containsExactly(0x99);
  }

  @Test
  void keysInterruptAndAreTranslated() {
    command(0x60);
    data(0x41);
    assertThat(controller.key(0x1E, true)).isTrue();
    assertThat(keyboardLine).isTrue();
    assertThat(controller.readPort(0x60, 1)).isEqualTo(0x1E);
    assertThat(keyboardLine).isFalse();
    controller.key(0x1E, false);
    controller.key(0xE04B, true);
    controller.key(0xE04B, false);
    assertThat(output()).containsExactly(0x9E, 0xE0, 0x4B, 0xE0, 0xCB);
  }

  @Test
  void keysAreOfSet2WithoutTranslation() {
    command(0x60);
    data(0x01);
    controller.key(0x1E, true);
    controller.key(0x1E, false);
    controller.key(0xE04B, false);
    assertThat(output()).containsExactly(0x1C, 0xF0, 0x1C, 0xE0, 0xF0, 0x6B);
    data(0xF0);
    data(1);
    controller.key(0x1E, false);
    assertThat(output()).containsExactly(0xFA, 0xFA, 0x9E);
  }

  @ParameterizedTest
  @CsvSource({
    "1E,1C", "1C,5A", "39,29", "01,76", "3B,05", "41,83", "44,09", "57,78", "58,07", "48,75"
  })
  void scanCodesOfBothSetsBelongTogether(String set1, String set2) {
    int one = Integer.parseInt(set1, 16);
    int two = Integer.parseInt(set2, 16);
    assertThat(ScanCodes.set2(one)).isEqualTo(two);
    assertThat(ScanCodes.set1(two)).isEqualTo(one);
  }

  @Test
  void everyKeySurvivesTranslation() {
    for (int code = 1; code < 0x80; code++) {
      assertThat(ScanCodes.set1(ScanCodes.set2(code))).isEqualTo(code);
    }
  }

  @Test
  void theKeyboardAnswersCommands() {
    command(0x60);
    data(0x01);
    data(0xF2);
    assertThat(output()).containsExactly(0xFA, 0xAB, 0x83);
    data(0xFF);
    assertThat(output()).containsExactly(0xFA, 0xAA);
    data(0xED);
    data(7);
    assertThat(output()).containsExactly(0xFA, 0xFA);
    data(0xF5);
    assertThat(output()).containsExactly(0xFA);
    assertThat(controller.isConnected()).isFalse();
    assertThat(controller.key(0x1E, true)).as("not scanning").isFalse();
    data(0xF4);
    assertThat(output()).containsExactly(0xFA);
    assertThat(controller.isConnected()).isTrue();
    data(0xF0);
    data(3);
    assertThat(output()).as("there is no set 3").containsExactly(0xFA, 0xFE);
    data(0xEE);
    assertThat(output()).containsExactly(0xEE);
  }

  @Test
  void aFullKeyboardDropsKeys() {
    int taken = 0;
    while (controller.key(0x1E, true)) {
      taken++;
      assertThat(taken).isLessThan(1000);
    }
    assertThat(output()).hasSize(taken).containsOnly(0x1E);
  }

  @Test
  void theMouseReportsMovements() {
    command(0x60);
    data(0x43);
    command(0xA8);
    mouse(0xFF);
    assertThat(output()).containsExactly(0xFA, 0xAA, 0);
    controller.moveMouse(1, 1, 0, 0);
    assertThat(output()).as("not asked for").isEmpty();
    mouse(0xF4);
    assertThat(mouseLine).isTrue();
    assertThat(status() & 0x21).isEqualTo(0x21);
    assertThat(output()).containsExactly(0xFA);
    controller.moveMouse(5, 3, 0, 1);
    assertThat(output()).as("what came before counts too").containsExactly(0x29, 6, 0xFC);
    controller.moveMouse(0, 0, 0, 0);
    assertThat(output()).containsExactly(0x08, 0, 0);
  }

  @Test
  void theMouseGrowsAWheelWhenKnockedAt() {
    for (int rate : new int[] {200, 100, 80}) {
      mouse(0xF3);
      mouse(rate);
    }
    mouse(0xF2);
    assertThat(output()).endsWith(0xFA, 3);
    mouse(0xF4);
    output();
    controller.moveMouse(0, 0, -1, 0);
    assertThat(output()).containsExactly(8, 0, 0, 0xFF);
  }

  @Test
  void gateAndResetLinesAreItsOutputPort() {
    command(0xDD);
    assertThat(gate).isFalse();
    command(0xD1);
    data(0xDF);
    assertThat(gate).isTrue();
    command(0xD0);
    assertThat(output().get(0) & 3).isEqualTo(3);
    command(0xFE);
    assertThat(inits).isEqualTo(1);
    command(0xFF);
    assertThat(inits).as("no line was pulsed").isEqualTo(1);
    command(0xD1);
    data(0xDE);
    assertThat(inits).isEqualTo(2);
  }

  @Test
  void disabledPortsKeepTheirBytes() {
    command(0xAD);
    controller.key(0x1E, true);
    assertThat(output()).isEmpty();
    command(0xAE);
    assertThat(output()).containsExactly(0x1E);
    command(0xD2);
    data(0x42);
    assertThat(output()).as("as if the keyboard had sent it").containsExactly(0x42);
  }

  @Test
  void nothingAGuestWritesBreaksIt() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 200_000; i++) {
      switch (random.nextInt(5)) {
        case 0 -> command(random.nextInt(256));
        case 1 -> data(random.nextInt(256));
        case 2 -> assertThat(controller.readPort(0x60, 1)).as("seed " + seed).isBetween(0, 255);
        case 3 -> controller.key(random.nextInt(0x80) | (random.nextBoolean() ? 0xE000 : 0), true);
        default ->
            controller.moveMouse(
                random.nextInt(), random.nextInt(), random.nextInt(), random.nextInt(32));
      }
    }
    controller.reset();
    assertThat(output()).isEmpty();
  }
}
