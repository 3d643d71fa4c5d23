// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.board;

import dev.malachite.devices.pic.PicPair;
import dev.malachite.engine.device.InterruptLine;
import dev.malachite.engine.interrupt.IoApic;

/** The sixteen ISA interrupts, each wired to the 8259 pair and to the IOAPIC. */
final class IsaInterrupts {
  /** The IOAPIC's input where the interval timer sits. */
  static final int TIMER_INPUT = 2;

  private final PicPair pics;
  private final IoApic ioApic;

  IsaInterrupts(PicPair pics, IoApic ioApic) {
    this.pics = pics;
    this.ioApic = ioApic;
  }

  /** Makes a line to an interrupt. */
  InterruptLine line(int irq) {
    InterruptLine pic = pics.line(irq);
    InterruptLine apic = ioApic.line(irq == 0 ? TIMER_INPUT : irq);
    return asserted -> {
      pic.set(asserted);
      apic.set(asserted);
    };
  }
}
