// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.system;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;

/** CLI, STI, PUSHF and POPF. */
final class FlagOperations {
  private FlagOperations() {}

  static Operation bind(Instruction i) {
    int size = i.operandSize;
    return switch (i.opcode) {
      case CLI ->
          SystemOperation.inline(
              cpu -> {
                requireIo(cpu);
                cpu.systemFlags &= ~Cpu.IF;
              });
      case STI ->
          SystemOperation.ending(
              cpu -> {
                requireIo(cpu);
                if ((cpu.systemFlags & Cpu.IF) == 0) {
                  cpu.systemFlags |= Cpu.IF;
                  cpu.interruptShadow = true;
                  cpu.requestAttention();
                }
              });
      case PUSHF ->
          SystemOperation.inline(
              cpu -> {
                requireNotRestricted(cpu);
                cpu.push(cpu.flags() & ~(Cpu.RF | Cpu.VM), size);
              });
      default -> SystemOperation.ending(cpu -> pop(cpu, size));
    };
  }

  private static void requireIo(Cpu cpu) {
    if (!cpu.realMode() && !Flags.ioAllowed(cpu)) {
      throw GuestFault.of(GuestFault.GP);
    }
  }

  private static void requireNotRestricted(Cpu cpu) {
    if (cpu.virtual8086() && (cpu.systemFlags & Cpu.IOPL) != Cpu.IOPL) {
      throw GuestFault.of(GuestFault.GP);
    }
  }

  private static void pop(Cpu cpu, int size) {
    requireNotRestricted(cpu);
    int may = Cpu.CF | Cpu.PF | Cpu.AF | Cpu.ZF | Cpu.SF | Cpu.TF | Cpu.DF | Cpu.OF | Cpu.NT;
    if (size > 2) {
      may |= Cpu.AC | Cpu.ID;
    }
    if (cpu.realMode() || Flags.ioAllowed(cpu)) {
      may |= Cpu.IF;
    }
    if (cpu.cpl == 0) {
      may |= Cpu.IOPL;
    }
    int value = (int) cpu.pop(size);
    boolean disabled = (cpu.systemFlags & Cpu.IF) == 0;
    int system = cpu.systemFlags;
    cpu.flags((cpu.flags() & ~may | value & may) & ~Cpu.RF);
    if (((system ^ cpu.systemFlags) & (Cpu.AC | Cpu.TF)) != 0
        || disabled && (cpu.systemFlags & Cpu.IF) != 0) {
      Flags.changed(cpu);
    }
  }
}
