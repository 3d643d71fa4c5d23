// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.system;

import dev.malachite.engine.processor.interpreter.core.Cpu;

/** What a change of the flags register brings with it. */
final class Flags {
  private Flags() {}

  /** After a write of IF, TF, AC or VM: interrupts may be due, steps may be wanted. */
  static void changed(Cpu cpu) {
    if ((cpu.systemFlags & (Cpu.IF | Cpu.TF)) != 0) {
      cpu.requestAttention();
    }
    cpu.modeChanged();
  }

  /** True if the current level may use I/O instructions, CLI and STI. */
  static boolean ioAllowed(Cpu cpu) {
    return cpu.cpl <= (cpu.systemFlags & Cpu.IOPL) >> 12;
  }
}
