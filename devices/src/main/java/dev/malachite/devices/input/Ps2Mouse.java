// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.input;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;

/**
 * A PS/2 mouse (IBM PS/2 Hardware Interface Technical Reference, Mouse) with the wheel and the
 * further buttons that Microsoft's IntelliMouse added. Called with the controller's lock held.
 */
final class Ps2Mouse implements Ps2Device {
  private static final int ACKNOWLEDGE = 0xFA;
  private static final int RESEND = 0xFE;
  private static final int TEST_PASSED = 0xAA;

  private static final int SET_RESOLUTION = 0xE8;
  private static final int SET_RATE = 0xF3;

  private static final int IDENTITY_PLAIN = 0;
  private static final int IDENTITY_WHEEL = 3;
  private static final int IDENTITY_BUTTONS = 4;

  /** The three rates, one after another, that turn on the wheel, and the further buttons. */
  private static final int KNOCK_WHEEL = 200 << 16 | 100 << 8 | 80;

  private static final int KNOCK_BUTTONS = 200 << 16 | 200 << 8 | 80;

  private static final int RESERVED = 8;
  private static final int LONGEST_PACKET = 4;

  private final Ps2Queue output = new Ps2Queue(64);
  private boolean reporting;
  private boolean remote;
  private boolean wrap;
  private boolean doubled;
  private int resolution;
  private int rate;
  private int identity;
  private int knock;
  private int parameterOf;
  private int buttons;
  private int dx;
  private int dy;
  private int dz;

  @Override
  public Ps2Queue output() {
    return output;
  }

  @Override
  public void powerOn() {
    output.clear();
    defaults();
    remote = false;
    wrap = false;
    identity = IDENTITY_PLAIN;
    knock = 0;
    parameterOf = 0;
    dx = 0;
    dy = 0;
    dz = 0;
  }

  private void defaults() {
    reporting = false;
    doubled = false;
    resolution = 2;
    rate = 100;
  }

  /** True if the guest wants to be told of movements. */
  boolean isReporting() {
    return reporting && !remote;
  }

  /**
   * The mouse has moved or its buttons have changed.
   *
   * @param right to the right
   * @param down downwards
   * @param wheel towards the user
   * @param newButtons 1 left, 2 right, 4 middle, 8 and 16 the further ones
   */
  void move(int right, int down, int wheel, int newButtons) {
    boolean changed = buttons != newButtons;
    buttons = newButtons;
    dx = Math.clamp((long) dx + right, -4096, 4096);
    dy = Math.clamp((long) dy - down, -4096, 4096);
    dz = Math.clamp((long) dz + wheel, -64, 64);
    if (isReporting()
        && output.hasRoom(RESERVED + LONGEST_PACKET)
        && (changed || dx != 0 || dy != 0 || dz != 0)) {
      packet();
    }
  }

  private void packet() {
    int x = Math.clamp(dx, -255, 255);
    int y = Math.clamp(dy, -255, 255);
    int z = Math.clamp(dz, -7, 7);
    dx -= x;
    dy -= y;
    dz -= z;
    output.add(buttons & 7 | 8 | (x < 0 ? 0x10 : 0) | (y < 0 ? 0x20 : 0));
    output.add(x);
    output.add(y);
    if (identity == IDENTITY_WHEEL) {
      output.add(z);
    } else if (identity == IDENTITY_BUTTONS) {
      output.add(z & 15 | (buttons & 0x18) << 1);
    }
  }

  @Override
  public void receive(int value) {
    if (wrap && value != 0xEC && value != 0xFF) {
      output.add(value);
      return;
    }
    int command = parameterOf;
    parameterOf = 0;
    if (command != 0) {
      parameter(command, value);
      return;
    }
    switch (value) {
      case 0xE6, 0xE7 -> doubled = value == 0xE7;
      case SET_RESOLUTION, SET_RATE -> parameterOf = value;
      case 0xE9, 0xEA, 0xEB, 0xF2 -> {
        // Answered below.
      }
      case 0xEC -> wrap = false;
      case 0xEE -> wrap = true;
      case 0xF0 -> remote = true;
      case 0xF4 -> reporting = true;
      case 0xF5 -> reporting = false;
      case 0xF6 -> defaults();
      case 0xFF -> powerOn();
      default -> {
        output.add(RESEND);
        return;
      }
    }
    output.add(ACKNOWLEDGE);
    answer(value);
  }

  private void answer(int command) {
    switch (command) {
      case 0xE9 -> {
        output.add(
            (remote ? 0x40 : 0)
                | (reporting ? 0x20 : 0)
                | (doubled ? 0x10 : 0)
                | (buttons & 1) << 2
                | (buttons & 4) >> 1
                | (buttons & 2) >> 1);
        output.add(resolution);
        output.add(rate);
      }
      case 0xEA -> remote = false;
      case 0xEB -> packet();
      case 0xF2 -> output.add(identity);
      case 0xFF -> {
        output.add(TEST_PASSED);
        output.add(identity);
      }
      default -> {
        // The acknowledgement is all.
      }
    }
  }

  private void parameter(int command, int value) {
    if (command == SET_RESOLUTION) {
      resolution = value & 3;
    } else {
      rate = value;
      knock = (knock << 8 | value) & 0xFF_FFFF;
      if (knock == KNOCK_WHEEL) {
        identity = IDENTITY_WHEEL;
      } else if (knock == KNOCK_BUTTONS && identity == IDENTITY_WHEEL) {
        identity = IDENTITY_BUTTONS;
      }
    }
    output.add(ACKNOWLEDGE);
  }

  void transfer(StateTransfer s) throws StateException {
    output.transfer(s);
    reporting = s.flag(reporting);
    remote = s.flag(remote);
    wrap = s.flag(wrap);
    doubled = s.flag(doubled);
    resolution = s.number(resolution, 0, 0xFF);
    rate = s.number(rate, 0, 0xFF);
    identity = s.number(identity, 0, 0xFF);
    knock = s.int32(knock);
    parameterOf = s.number(parameterOf, 0, 0xFF);
    buttons = s.number(buttons, 0, 0xFF);
    dx = s.int32(dx);
    dy = s.int32(dy);
    dz = s.int32(dz);
  }
}
