// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.input;

import dev.malachite.engine.device.InterruptLine;
import dev.malachite.engine.device.IoBus;
import dev.malachite.engine.device.PortHandler;
import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The 8042 keyboard controller of a PC (IBM PS/2 Hardware Interface Technical Reference, Keyboard
 * and Auxiliary Device Controller) with a keyboard and a mouse. Any thread.
 */
public final class KeyboardController implements PortHandler, KeySink, Saveable {
  private static final int DATA = 0x60;
  private static final int COMMAND = 0x64;

  // Status register.
  private static final int OUTPUT_FULL = 0x01;
  private static final int SYSTEM = 0x04;
  private static final int LAST_WAS_COMMAND = 0x08;
  private static final int NOT_LOCKED = 0x10;
  private static final int FROM_MOUSE = 0x20;

  // Command byte.
  private static final int KEYBOARD_INTERRUPT = 0x01;
  private static final int MOUSE_INTERRUPT = 0x02;
  private static final int SYSTEM_FLAG = 0x04;
  private static final int KEYBOARD_OFF = 0x10;
  private static final int MOUSE_OFF = 0x20;
  private static final int TRANSLATE = 0x40;

  // Output port.
  private static final int NO_RESET = 0x01;
  private static final int GATE_A20 = 0x02;

  private static final int BREAK = 0xF0;

  private final InterruptLine keyboardLine;
  private final InterruptLine mouseLine;
  private final Consumer<Boolean> gateA20;
  private final Runnable initialize;
  private final Ps2Keyboard keyboard = new Ps2Keyboard();
  private final Ps2Mouse mouse = new Ps2Mouse();
  private final Ps2Queue answers = new Ps2Queue(16);
  private final int[] ram = new int[32];
  private int outputPort;
  private int awaited;
  private boolean lastWasCommand;
  private boolean full;
  private boolean fromMouse;
  private int output;
  private boolean breaks;

  /**
   * A controller.
   *
   * @param keyboardLine interrupt 1
   * @param mouseLine interrupt 12
   * @param gateA20 opens and closes address line 20
   * @param initialize sends INIT to the first processor
   */
  public KeyboardController(
      InterruptLine keyboardLine,
      InterruptLine mouseLine,
      Consumer<Boolean> gateA20,
      Runnable initialize) {
    this.keyboardLine = keyboardLine;
    this.mouseLine = mouseLine;
    this.gateA20 = gateA20;
    this.initialize = initialize;
    powerOn();
  }

  /** Connects its ports. */
  public void connect(IoBus bus) {
    bus.mapPorts(DATA, 1, this);
    bus.mapPorts(COMMAND, 1, this);
  }

  /** Sets the state after power-on. */
  public synchronized void reset() {
    powerOn();
  }

  private void powerOn() {
    keyboard.powerOn();
    mouse.powerOn();
    answers.clear();
    Arrays.fill(ram, 0);
    ram[0] = KEYBOARD_INTERRUPT | MOUSE_INTERRUPT | TRANSLATE;
    outputPort = NO_RESET | GATE_A20 | 0xCC;
    awaited = 0;
    lastWasCommand = false;
    full = false;
    fromMouse = false;
    output = 0;
    breaks = false;
    updateLines();
  }

  // ---- the user ------------------------------------------------------------------------------

  @Override
  public synchronized boolean isConnected() {
    return keyboard.isScanning() && (ram[0] & KEYBOARD_OFF) == 0;
  }

  @Override
  public synchronized boolean key(int scanCode, boolean pressed) {
    boolean taken = keyboard.key(scanCode, pressed);
    fill();
    return taken;
  }

  /**
   * Moves the mouse.
   *
   * @param right to the right, in counts
   * @param down downwards
   * @param wheel towards the user
   * @param buttons which are down: 1 left, 2 right, 4 middle, 8 and 16 the further ones
   */
  public synchronized void moveMouse(int right, int down, int wheel, int buttons) {
    mouse.move(right, down, wheel, buttons);
    fill();
  }

  /** True if the guest wants to be told of the mouse. */
  public synchronized boolean isMouseWanted() {
    return mouse.isReporting() && (ram[0] & MOUSE_OFF) == 0;
  }

  // ---- the output buffer ---------------------------------------------------------------------

  private void fill() {
    if (!full) {
      if (!answers.isEmpty()) {
        put(answers.take(), false);
      } else if ((ram[0] & KEYBOARD_OFF) == 0 && !keyboard.output().isEmpty()) {
        keyboardByte();
      } else if ((ram[0] & MOUSE_OFF) == 0 && !mouse.output().isEmpty()) {
        put(mouse.output().take(), true);
      }
    }
    updateLines();
  }

  private void keyboardByte() {
    int value = keyboard.output().take();
    if ((ram[0] & TRANSLATE) == 0) {
      put(value, false);
    } else if (value == BREAK) {
      // Becomes the high bit of what follows.
      breaks = true;
      if (!keyboard.output().isEmpty()) {
        keyboardByte();
      }
    } else {
      int translated = ScanCodes.set1(value);
      put(breaks ? translated | 0x80 : translated, false);
      breaks = false;
    }
  }

  private void put(int value, boolean mouseByte) {
    output = value;
    full = true;
    fromMouse = mouseByte;
  }

  private void updateLines() {
    keyboardLine.set(full && !fromMouse && (ram[0] & KEYBOARD_INTERRUPT) != 0);
    mouseLine.set(full && fromMouse && (ram[0] & MOUSE_INTERRUPT) != 0);
  }

  // ---- the guest -----------------------------------------------------------------------------

  @Override
  public synchronized int readPort(int port, int size) {
    if (port == COMMAND) {
      return (full ? OUTPUT_FULL : 0)
          | ((ram[0] & SYSTEM_FLAG) != 0 ? SYSTEM : 0)
          | (lastWasCommand ? LAST_WAS_COMMAND : 0)
          | NOT_LOCKED
          | (full && fromMouse ? FROM_MOUSE : 0);
    }
    int value = output;
    full = false;
    // The line falls before it rises for the next byte.
    updateLines();
    fill();
    return value;
  }

  @Override
  public void writePort(int port, int size, int value) {
    boolean init;
    synchronized (this) {
      lastWasCommand = port == COMMAND;
      init = port == COMMAND ? command(value & 0xFF) : data(value & 0xFF);
      fill();
    }
    if (init) {
      initialize.run();
    }
  }

  // Returns true if the first processor is to be initialized.
  private boolean command(int value) {
    awaited = 0;
    if (value >= 0x20 && value < 0x40) {
      answers.add(ram[value & 0x1F]);
      return false;
    }
    if (value >= 0x60 && value < 0x80) {
      awaited = value;
      return false;
    }
    switch (value) {
      case 0xA7 -> ram[0] |= MOUSE_OFF;
      case 0xA8 -> ram[0] &= ~MOUSE_OFF;
      case 0xA9, 0xAB -> answers.add(0);
      case 0xAA -> {
        ram[0] |= SYSTEM_FLAG;
        answers.add(0x55);
      }
      case 0xAD -> ram[0] |= KEYBOARD_OFF;
      case 0xAE -> ram[0] &= ~KEYBOARD_OFF;
      case 0xC0 -> answers.add(0x80);
      case 0xD0 -> answers.add(outputPort | (full ? fromMouse ? 0x20 : 0x10 : 0));
      case 0xD1, 0xD2, 0xD3, 0xD4 -> awaited = value;
      case 0xDD -> gate(false);
      case 0xDF -> gate(true);
      case 0xE0 -> answers.add(0);
      default -> {
        // 0xF0 to 0xFF pulse the output port's lines whose bits are clear; bit 0 is INIT.
        return value >= 0xF0 && (value & NO_RESET) == 0;
      }
    }
    return false;
  }

  private void gate(boolean open) {
    outputPort = open ? outputPort | GATE_A20 : outputPort & ~GATE_A20;
    gateA20.accept(open);
  }

  private boolean data(int value) {
    int command = awaited;
    awaited = 0;
    switch (command) {
      case 0xD1 -> {
        outputPort = value;
        gate((value & GATE_A20) != 0);
        return (value & NO_RESET) == 0;
      }
      case 0xD2 -> answers.add(value);
      case 0xD3 -> mouse.output().add(value);
      case 0xD4 -> mouse.receive(value);
      case 0 -> {
        // A byte for the keyboard turns it on.
        ram[0] &= ~KEYBOARD_OFF;
        keyboard.receive(value);
      }
      default -> ram[command & 0x1F] = value;
    }
    return false;
  }

  @Override
  public synchronized void transfer(StateTransfer s) throws StateException {
    keyboard.transfer(s);
    mouse.transfer(s);
    answers.transfer(s);
    s.numbers(ram, 0, 0xFF);
    outputPort = s.number(outputPort, 0, 0xFF);
    awaited = s.number(awaited, 0, 0xFF);
    lastWasCommand = s.flag(lastWasCommand);
    full = s.flag(full);
    fromMouse = s.flag(fromMouse);
    output = s.number(output, 0, 0xFF);
    breaks = s.flag(breaks);
  }
}
