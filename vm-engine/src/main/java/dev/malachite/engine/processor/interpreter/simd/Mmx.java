// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.X87State;

/** What all MMX instructions have in common (SDM volume 3, chapter 13). */
final class Mmx {
  private Mmx() {}

  /** #UD, #NM or #MF where MMX instructions are not available now. */
  static void check(Cpu cpu) {
    if ((cpu.cr0 & (Cpu.CR0_EM | Cpu.CR0_TS)) != 0 || pending(cpu.x87)) {
      throw GuestFault.of(
          (cpu.cr0 & Cpu.CR0_EM) != 0
              ? GuestFault.UD
              : (cpu.cr0 & Cpu.CR0_TS) != 0 ? GuestFault.NM : GuestFault.MF);
    }
  }

  /** True if an unmasked x87 exception waits to be reported. */
  static boolean pending(X87State x) {
    return (x.status & ~x.control & 0x3F) != 0;
  }

  /** Turns the floating-point registers into MMX registers. */
  static void enter(X87State x) {
    x.top = 0;
    x.occupied = 0xFF;
  }

  /** Sets an MMX register, behind {@link #enter}. */
  static void set(X87State x, int register, long value) {
    x.significand[register] = value;
    x.signExponent[register] = 0xFFFF;
  }
}
