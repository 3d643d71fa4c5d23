// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** CMP in its hot forms: registers, immediate values and memory, at 8, 32 and 64 bits. */
final class CmpOperations {
  private CmpOperations() {}

  /** The operation, or null if the form isn't one of these. */
  static @Nullable Operation bind(Instruction i, @Nullable Address address) {
    int form = Forms.of(i);
    if (address == null) {
      return switch (form) {
        case Forms.REG_REG + 5 * 8 -> new RegReg64(i);
        case Forms.REG_IMM + 5 * 8 -> new RegImm64(i);
        case Forms.REG_REG + 5 * 4 -> new RegReg32(i);
        case Forms.REG_IMM + 5 * 4 -> new RegImm32(i);
        case Forms.REG_REG + 5 -> new RegReg8(i);
        case Forms.REG_IMM + 5 -> new RegImm8(i);
        default -> null;
      };
    }
    return switch (form) {
      case Forms.REG_MEM + 5 * 8 -> new RegMem64(i, address);
      case Forms.REG_MEM + 5 * 4 -> new RegMem32(i, address);
      case Forms.REG_MEM + 5 -> new RegMem8(i, address);
      case Forms.MEM_REG + 5 * 8 -> new MemReg64(i, address);
      case Forms.MEM_IMM + 5 * 8 -> new MemImm64(i, address);
      case Forms.MEM_REG + 5 * 4 -> new MemReg32(i, address);
      case Forms.MEM_IMM + 5 * 4 -> new MemImm32(i, address);
      case Forms.MEM_REG + 5 -> new MemReg8(i, address);
      case Forms.MEM_IMM + 5 -> new MemImm8(i, address);
      default -> null;
    };
  }

  private static final class RegReg64 extends Forms.RegReg {
    RegReg64(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      Alu.sub64(cpu, r[target], r[source]);
    }
  }

  private static final class RegReg32 extends Forms.RegReg {
    RegReg32(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      Alu.sub32(cpu, (int) r[target], (int) r[source]);
    }
  }

  private static final class RegReg8 extends Forms.ByteRegReg {
    RegReg8(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      Alu.sub8(cpu, Forms.get8(r, target, targetShift), Forms.get8(r, source, sourceShift));
    }
  }

  private static final class RegImm64 extends Forms.RegImm {
    RegImm64(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      Alu.sub64(cpu, r[target], value);
    }
  }

  private static final class RegImm32 extends Forms.RegImm {
    RegImm32(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      Alu.sub32(cpu, (int) r[target], (int) value);
    }
  }

  private static final class RegImm8 extends Forms.ByteRegImm {
    RegImm8(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      Alu.sub8(cpu, Forms.get8(r, target, targetShift), (byte) value);
    }
  }

  private static final class RegMem64 extends Forms.RegMem {
    RegMem64(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      long linear = memory.read(cpu, 8);
      Alu.sub64(cpu, r[target], cpu.read64(linear));
    }
  }

  private static final class RegMem32 extends Forms.RegMem {
    RegMem32(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      long linear = memory.read(cpu, 4);
      Alu.sub32(cpu, (int) r[target], cpu.read32(linear));
    }
  }

  private static final class RegMem8 extends Forms.ByteRegMem {
    RegMem8(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      long linear = memory.read(cpu, 1);
      Alu.sub8(cpu, Forms.get8(r, target, targetShift), (byte) cpu.read8(linear));
    }
  }

  private static final class MemReg64 extends Forms.MemReg {
    MemReg64(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Alu.sub64(cpu, cpu.read64(memory.read(cpu, 8)), cpu.r[source]);
    }
  }

  private static final class MemReg32 extends Forms.MemReg {
    MemReg32(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Alu.sub32(cpu, cpu.read32(memory.read(cpu, 4)), (int) cpu.r[source]);
    }
  }

  private static final class MemReg8 extends Forms.ByteMemReg {
    MemReg8(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Alu.sub8(cpu, (byte) cpu.read8(memory.read(cpu, 1)), Forms.get8(cpu.r, source, sourceShift));
    }
  }

  private static final class MemImm64 extends Forms.MemImm {
    MemImm64(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Alu.sub64(cpu, cpu.read64(memory.read(cpu, 8)), value);
    }
  }

  private static final class MemImm32 extends Forms.MemImm {
    MemImm32(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Alu.sub32(cpu, cpu.read32(memory.read(cpu, 4)), (int) value);
    }
  }

  private static final class MemImm8 extends Forms.MemImm {
    MemImm8(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Alu.sub8(cpu, (byte) cpu.read8(memory.read(cpu, 1)), (byte) value);
    }
  }
}
