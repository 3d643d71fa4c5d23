// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.chipset;

import dev.malachite.engine.device.InterruptLine;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The PIIX4's ISA bridge, function 0 (Intel data sheet 290562, chapter 4): routes the four PCI
 * interrupts to ISA ones. Any thread.
 */
public final class IsaBridge extends PciFunction {
  private static final int PIRQ_ROUTE = 0x60;
  private static final int PIRQS = 4;
  private static final int DISABLED = 0x80;

  /** The interrupts that PCI's may be routed to: 3 to 7, 9 to 12, 14, 15. */
  private static final int ROUTABLE = 0xDEF8;

  private final InterruptLine[][] outputs = new InterruptLine[PIRQS][];
  private final int[] asserted = new int[PIRQS];
  private final List<Line> made = new ArrayList<>();
  private final @Nullable InterruptLine[] routed = new @Nullable InterruptLine[PIRQS];

  /**
   * A bridge.
   *
   * @param isaLine makes a line to an ISA interrupt
   */
  public IsaBridge(IntFunction<InterruptLine> isaLine) {
    super(0x8086, 0x7110, 1, 0x06_01_00);
    multiFunction();
    set16(STATUS, 0x0280);
    set16(COMMAND, 7);
    set8(0x4C, 0x4D);
    set8(0x4E, 3);
    writable(0x4C, 4, -1);
    for (int pirq = 0; pirq < PIRQS; pirq++) {
      set8(PIRQ_ROUTE + pirq, DISABLED);
      writable(PIRQ_ROUTE + pirq, 1, 0x8F);
      outputs[pirq] = new InterruptLine[16];
      for (int irq = 0; irq < 16; irq++) {
        outputs[pirq][irq] = (ROUTABLE & 1 << irq) != 0 ? isaLine.apply(irq) : InterruptLine.NONE;
      }
    }
    writable(0x64, 1, -1);
    writable(0x69, 1, -1);
    writable(0x6A, 2, -1);
    writable(0x70, 4, -1);
    writable(0x76, 2, -1);
    writable(0x82, 1, -1);
    writable(0xB0, 4, -1);
  }

  /**
   * Makes the line of a device's interrupt pin; pins are swizzled as on PIIX boards, device 1's pin
   * A being the first.
   *
   * @param device its number on the bus
   * @param pin 0 for A to 3 for D
   */
  public InterruptLine line(int device, int pin) {
    Line line = new Line(device - 1 + pin & 3);
    synchronized (outputs) {
      made.add(line);
    }
    return line;
  }

  private final class Line implements InterruptLine {
    private final int pirq;
    private boolean level;

    Line(int pirq) {
      this.pirq = pirq;
    }

    @Override
    public void set(boolean newLevel) {
      synchronized (outputs) {
        if (level != newLevel) {
          level = newLevel;
          asserted[pirq] += newLevel ? 1 : -1;
          drive(pirq);
        }
      }
    }
  }

  private void drive(int pirq) {
    InterruptLine line = routed[pirq];
    if (line != null) {
      line.set(asserted[pirq] > 0);
    }
  }

  @Override
  protected void changed(int offset, int size) {
    synchronized (outputs) {
      for (int pirq = 0; pirq < PIRQS; pirq++) {
        int route = get8(PIRQ_ROUTE + pirq);
        InterruptLine line = (route & DISABLED) != 0 ? null : outputs[pirq][route & 15];
        InterruptLine before = routed[pirq];
        if (!Objects.equals(before, line)) {
          if (before != null) {
            before.set(false);
          }
          routed[pirq] = line;
          drive(pirq);
        }
      }
    }
  }

  @Override
  public void transfer(StateTransfer s) throws StateException {
    synchronized (outputs) {
      if (s.int32(made.size()) != made.size()) {
        throw s.impossible("the board has other interrupt lines");
      }
      Arrays.fill(asserted, 0);
      for (Line line : made) {
        line.level = s.flag(line.level);
        asserted[line.pirq] += line.level ? 1 : 0;
      }
    }
    super.transfer(s);
  }
}
