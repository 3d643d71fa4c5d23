// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.input;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;

/**
 * A PS/2 keyboard with 101 keys (IBM PS/2 Hardware Interface Technical Reference, Keyboards): scan
 * code sets 1 and 2. Called with the controller's lock held.
 */
final class Ps2Keyboard implements Ps2Device {
  private static final int ACKNOWLEDGE = 0xFA;
  private static final int RESEND = 0xFE;
  private static final int TEST_PASSED = 0xAA;
  private static final int ECHO = 0xEE;

  private static final int SET_LEDS = 0xED;
  private static final int SCAN_CODE_SET = 0xF0;
  private static final int IDENTIFY = 0xF2;
  private static final int TYPEMATIC = 0xF3;
  private static final int ENABLE = 0xF4;
  private static final int DISABLE = 0xF5;
  private static final int DEFAULTS = 0xF6;
  private static final int RESET = 0xFF;

  /** Bytes of room kept free for answers to commands. */
  private static final int RESERVED = 8;

  /** Bytes that one key makes at most. */
  private static final int LONGEST_KEY = 3;

  private final Ps2Queue output = new Ps2Queue(64);
  private boolean scanning;
  private int set = 2;
  private int parameterOf;
  private int leds;

  @Override
  public Ps2Queue output() {
    return output;
  }

  @Override
  public void powerOn() {
    output.clear();
    defaults();
    scanning = true;
    leds = 0;
    parameterOf = 0;
  }

  private void defaults() {
    set = 2;
  }

  boolean isScanning() {
    return scanning;
  }

  /** The lamps: 1 scroll lock, 2 num lock, 4 caps lock. */
  int leds() {
    return leds;
  }

  /** A key is pressed or released; false if it has no room. */
  boolean key(int scanCode, boolean pressed) {
    int code = scanCode & 0x7F;
    if (!scanning || !output.hasRoom(RESERVED + LONGEST_KEY)) {
      return false;
    }
    if (scanCode >> 8 == 0xE0) {
      output.add(0xE0);
    }
    if (set == 1) {
      output.add(pressed ? code : code | 0x80);
    } else {
      if (!pressed) {
        output.add(0xF0);
      }
      output.add(ScanCodes.set2(code));
    }
    return true;
  }

  @Override
  public void receive(int value) {
    int command = parameterOf;
    parameterOf = 0;
    if (command != 0 && value < 0xED) {
      parameter(command, value);
      return;
    }
    switch (value) {
      case SET_LEDS, SCAN_CODE_SET, TYPEMATIC -> {
        parameterOf = value;
        output.add(ACKNOWLEDGE);
      }
      case ECHO -> output.add(ECHO);
      case IDENTIFY -> {
        output.add(ACKNOWLEDGE);
        output.add(0xAB);
        output.add(0x83);
      }
      case ENABLE -> {
        output.clear();
        scanning = true;
        output.add(ACKNOWLEDGE);
      }
      case DISABLE -> {
        output.clear();
        defaults();
        scanning = false;
        output.add(ACKNOWLEDGE);
      }
      case DEFAULTS -> {
        defaults();
        output.add(ACKNOWLEDGE);
      }
      case RESET -> {
        powerOn();
        output.add(ACKNOWLEDGE);
        output.add(TEST_PASSED);
      }
      default -> output.add(value >= 0xF7 && value <= 0xFD ? ACKNOWLEDGE : RESEND);
    }
  }

  private void parameter(int command, int value) {
    if (command == SCAN_CODE_SET) {
      switch (value) {
        case 0 -> {
          output.add(ACKNOWLEDGE);
          output.add(set);
        }
        case 1, 2 -> {
          set = value;
          output.add(ACKNOWLEDGE);
        }
        default -> output.add(RESEND);
      }
      return;
    }
    if (command == SET_LEDS) {
      leds = value & 7;
    }
    output.add(ACKNOWLEDGE);
  }

  void transfer(StateTransfer s) throws StateException {
    output.transfer(s);
    scanning = s.flag(scanning);
    set = s.number(set, 1, 3);
    parameterOf = s.number(parameterOf, 0, 0xFF);
    leds = s.number(leds, 0, 0xFF);
  }
}
