// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.processor.interpreter.core.Cpu;

/** The sixteen conditions of JCC, SETCC and CMOVCC (SDM volume 1, appendix B). */
final class Conditions {
  private Conditions() {}

  /** True if the condition with this number holds. */
  static boolean holds(Cpu cpu, int condition) {
    return switch (condition) {
      case 0 -> cpu.overflow();
      case 1 -> !cpu.overflow();
      case 2 -> cpu.carry();
      case 3 -> !cpu.carry();
      case 4 -> cpu.zero();
      case 5 -> !cpu.zero();
      case 6 -> cpu.carry() || cpu.zero();
      case 7 -> !cpu.carry() && !cpu.zero();
      case 8 -> cpu.sign();
      case 9 -> !cpu.sign();
      case 10 -> cpu.parity();
      case 11 -> !cpu.parity();
      case 12 -> less(cpu);
      case 13 -> !less(cpu);
      case 14 -> cpu.zero() || less(cpu);
      default -> !cpu.zero() && !less(cpu);
    };
  }

  /** SF differs from OF. */
  static boolean less(Cpu cpu) {
    long carries = cpu.carries;
    return (cpu.signSource ^ carries ^ carries << 1) < 0;
  }
}
