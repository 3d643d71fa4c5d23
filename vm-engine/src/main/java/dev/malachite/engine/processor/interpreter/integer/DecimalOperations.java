// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;

/** The adjustments of decimal arithmetic: DAA, DAS, AAA, AAS, AAM and AAD. */
final class DecimalOperations {
  private DecimalOperations() {}

  /** The operation. */
  static Operation bind(Instruction i) {
    return switch (i.opcode) {
      case DAA, DAS -> new Packed(i.opcode == Opcode.DAA);
      case AAA, AAS -> new Unpacked(i.opcode == Opcode.AAA);
      case AAM -> new AfterMultiply((int) i.operands[0].value);
      default -> new BeforeDivide((int) i.operands[0].value);
    };
  }

  private static boolean adjust(Cpu cpu) {
    return (cpu.adjustSource & Cpu.AF) != 0;
  }

  /** DAA and DAS. */
  private static final class Packed extends Operation {
    private final boolean add;

    Packed(boolean add) {
      this.add = add;
    }

    @Override
    public void execute(Cpu cpu) {
      int old = (int) cpu.r[Cpu.RAX] & 0xFF;
      boolean oldCarry = cpu.carry();
      int al = old;
      boolean carry = false;
      boolean low = (old & 15) > 9 || adjust(cpu);
      if (low) {
        carry = oldCarry || (add ? old + 6 > 0xFF : old < 6);
        al += add ? 6 : -6;
      }
      if (old > 0x99 || oldCarry) {
        al += add ? 0x60 : -0x60;
        carry = true;
      }
      Place.put(cpu.r, Cpu.RAX, 0, 1, al);
      cpu.setResult((byte) al);
      cpu.adjustSource = low ? Cpu.AF : 0;
      cpu.setCarryAndOverflow(carry, false);
    }
  }

  /** AAA and AAS. */
  private static final class Unpacked extends Operation {
    private final boolean add;

    Unpacked(boolean add) {
      this.add = add;
    }

    @Override
    public void execute(Cpu cpu) {
      long ax = cpu.r[Cpu.RAX];
      boolean over = (ax & 15) > 9 || adjust(cpu);
      if (over) {
        ax += add ? 0x106 : -0x106;
      }
      Place.put(cpu.r, Cpu.RAX, 0, 2, ax & 0xFF0F);
      cpu.adjustSource = over ? Cpu.AF : 0;
      cpu.setCarryAndOverflow(over, false);
    }
  }

  private static final class AfterMultiply extends Operation {
    private final int base;

    AfterMultiply(int base) {
      this.base = base;
    }

    @Override
    public void execute(Cpu cpu) {
      if (base == 0) {
        throw GuestFault.of(GuestFault.DE);
      }
      int al = (int) cpu.r[Cpu.RAX] & 0xFF;
      Place.put(cpu.r, Cpu.RAX, 0, 2, (al / base << 8) + al % base);
      Alu.logic(cpu, (byte) (al % base));
    }
  }

  private static final class BeforeDivide extends Operation {
    private final int base;

    BeforeDivide(int base) {
      this.base = base;
    }

    @Override
    public void execute(Cpu cpu) {
      int ax = (int) cpu.r[Cpu.RAX];
      int al = ax + (ax >> 8 & 0xFF) * base & 0xFF;
      Place.put(cpu.r, Cpu.RAX, 0, 2, al);
      Alu.logic(cpu, (byte) al);
    }
  }
}
