// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.pic;

import dev.malachite.engine.device.InterruptLine;
import dev.malachite.engine.device.IoBus;
import dev.malachite.engine.device.PortHandler;
import dev.malachite.engine.interrupt.ExternalInterrupts;
import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The two 8259A of a PC: sixteen interrupts, the second controller behind input 2 of the first. Any
 * thread.
 */
public final class PicPair implements PortHandler, ExternalInterrupts, Saveable {
  /** How many interrupts there are. */
  public static final int LINES = 16;

  private static final int FIRST = 0x20;
  private static final int SECOND = 0xA0;
  private static final int LEVELS = 0x4D0;
  private static final int CASCADE = 2;

  private final InterruptLine output;
  private final Pic8259 first = new Pic8259(CASCADE, 0xF8);
  private final Pic8259 second = new Pic8259(-1, 0xDE);
  private final int[] asserted = new int[LINES];
  private final List<Line> made = new ArrayList<>();

  /**
   * Makes the controllers, not yet programmed.
   *
   * @param output the processor's interrupt input
   */
  public PicPair(InterruptLine output) {
    this.output = output;
    reset();
  }

  /** Connects their registers: ports 0x20, 0xA0, 0x4D0. */
  public void connect(IoBus bus) {
    bus.mapPorts(FIRST, 2, this);
    bus.mapPorts(SECOND, 2, this);
    bus.mapPorts(LEVELS, 2, this);
  }

  /** Sets the state after power-on; the lines keep their levels. */
  public synchronized void reset() {
    first.reset();
    second.reset();
    update();
  }

  /**
   * Makes a line to an input; an input is up while one of its lines is.
   *
   * @param irq 0 to 15, but not 2, which is the second controller's
   */
  public InterruptLine line(int irq) {
    if (irq < 0 || irq >= LINES || irq == CASCADE) {
      throw new IllegalArgumentException("there is no interrupt " + irq + " for a device");
    }
    Line line = new Line(irq);
    synchronized (this) {
      made.add(line);
    }
    return line;
  }

  private final class Line implements InterruptLine {
    private final int irq;
    private boolean level;

    Line(int irq) {
      this.irq = irq;
    }

    @Override
    public void set(boolean newLevel) {
      synchronized (PicPair.this) {
        if (level != newLevel) {
          level = newLevel;
          asserted[irq] += newLevel ? 1 : -1;
          chip(irq).set(irq & 7, asserted[irq] > 0);
          update();
        }
      }
    }
  }

  private Pic8259 chip(int irq) {
    return irq < 8 ? first : second;
  }

  private void update() {
    first.set(CASCADE, second.pending() >= 0);
    output.set(first.pending() >= 0);
  }

  @Override
  public synchronized int acknowledge() {
    int input = first.acknowledge();
    int vector = first.vector(input);
    if (input == CASCADE) {
      vector = second.vector(second.acknowledge());
    }
    // The output falls with the acknowledgement and rises for what comes next.
    first.set(CASCADE, second.pending() >= 0);
    output.set(false);
    update();
    return vector;
  }

  @Override
  public synchronized int readPort(int port, int size) {
    int value =
        switch (port) {
          case FIRST -> first.readCommand();
          case FIRST + 1 -> first.readData();
          case SECOND -> second.readCommand();
          case SECOND + 1 -> second.readData();
          case LEVELS -> first.readLevels();
          default -> second.readLevels();
        };
    update();
    return value;
  }

  @Override
  public synchronized void writePort(int port, int size, int value) {
    int data = value & 0xFF;
    switch (port) {
      case FIRST -> first.writeCommand(data);
      case FIRST + 1 -> first.writeData(data);
      case SECOND -> second.writeCommand(data);
      case SECOND + 1 -> second.writeData(data);
      case LEVELS -> first.writeLevels(data);
      default -> second.writeLevels(data);
    }
    update();
  }

  /**
   * Saves or restores both controllers and their lines, which are those of the same board, made in
   * the same order. The output is the local APIC's to restore.
   */
  @Override
  public synchronized void transfer(StateTransfer s) throws StateException {
    first.transfer(s);
    second.transfer(s);
    if (s.int32(made.size()) != made.size()) {
      throw s.impossible("the board has other interrupt lines");
    }
    Arrays.fill(asserted, 0);
    for (Line line : made) {
      line.level = s.flag(line.level);
      asserted[line.irq] += line.level ? 1 : 0;
    }
  }
}
