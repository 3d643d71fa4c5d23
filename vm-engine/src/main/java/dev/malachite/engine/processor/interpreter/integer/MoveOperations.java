// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** MOV between registers, immediate values and memory; MOVNTI, whose hint means nothing here. */
final class MoveOperations {
  private MoveOperations() {}

  /** The operation. */
  static Operation bind(Instruction i, @Nullable Address address) {
    int form = Forms.of(i);
    if (address == null) {
      return switch (form) {
        case Forms.REG_REG + 5 * 8 -> new RegReg64(i);
        case Forms.REG_REG + 5 * 4 -> new RegReg32(i);
        case Forms.REG_REG + 5 -> new RegReg8(i);
        case Forms.REG_IMM + 5 * 8 -> new RegImm64(i, i.operands[1].value);
        case Forms.REG_IMM + 5 * 4 -> new RegImm64(i, i.operands[1].value & 0xFFFF_FFFFL);
        case Forms.REG_IMM + 5 -> new RegImm8(i);
        default -> new Generic(i, null);
      };
    }
    return switch (form) {
      case Forms.REG_MEM + 5 * 8 -> new RegMem64(i, address);
      case Forms.REG_MEM + 5 * 4 -> new RegMem32(i, address);
      case Forms.REG_MEM + 5 * 2 -> new RegMem16(i, address);
      case Forms.REG_MEM + 5 -> new RegMem8(i, address);
      case Forms.MEM_REG + 5 * 8 -> new MemReg64(i, address);
      case Forms.MEM_REG + 5 * 4 -> new MemReg32(i, address);
      case Forms.MEM_REG + 5 * 2 -> new MemReg16(i, address);
      case Forms.MEM_REG + 5 -> new MemReg8(i, address);
      case Forms.MEM_IMM + 5 * 8 -> new MemImm64(i, address);
      case Forms.MEM_IMM + 5 * 4 -> new MemImm32(i, address);
      case Forms.MEM_IMM + 5 * 2 -> new MemImm16(i, address);
      case Forms.MEM_IMM + 5 -> new MemImm8(i, address);
      default -> new Generic(i, address);
    };
  }

  private static final class RegReg64 extends Forms.RegReg {
    RegReg64(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      r[target] = r[source];
    }
  }

  private static final class RegReg32 extends Forms.RegReg {
    RegReg32(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      r[target] = r[source] & 0xFFFF_FFFFL;
    }
  }

  private static final class RegReg8 extends Forms.ByteRegReg {
    RegReg8(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      Forms.put8(r, target, targetShift, Forms.get8(r, source, sourceShift));
    }
  }

  private static final class RegImm64 extends Operation {
    private final int target;
    private final long value;

    RegImm64(Instruction i, long value) {
      target = i.operands[0].register;
      this.value = value;
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.r[target] = value;
    }
  }

  private static final class RegImm8 extends Forms.ByteRegImm {
    RegImm8(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      Forms.put8(cpu.r, target, targetShift, (int) value);
    }
  }

  private static final class RegMem64 extends Forms.RegMem {
    RegMem64(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.r[target] = cpu.read64(memory.read(cpu, 8));
    }
  }

  private static final class RegMem32 extends Forms.RegMem {
    RegMem32(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.r[target] = cpu.read32(memory.read(cpu, 4)) & 0xFFFF_FFFFL;
    }
  }

  private static final class RegMem16 extends Forms.RegMem {
    RegMem16(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      long value = cpu.read16(memory.read(cpu, 2));
      long[] r = cpu.r;
      r[target] = r[target] & ~0xFFFFL | value;
    }
  }

  private static final class RegMem8 extends Forms.ByteRegMem {
    RegMem8(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Forms.put8(cpu.r, target, targetShift, cpu.read8(memory.read(cpu, 1)));
    }
  }

  private static final class MemReg64 extends Forms.MemReg {
    MemReg64(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.write64(memory.write(cpu, 8), cpu.r[source]);
    }
  }

  private static final class MemReg32 extends Forms.MemReg {
    MemReg32(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.write32(memory.write(cpu, 4), (int) cpu.r[source]);
    }
  }

  private static final class MemReg16 extends Forms.MemReg {
    MemReg16(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.write16(memory.write(cpu, 2), (int) cpu.r[source]);
    }
  }

  private static final class MemReg8 extends Forms.ByteMemReg {
    MemReg8(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.write8(memory.write(cpu, 1), Forms.get8(cpu.r, source, sourceShift));
    }
  }

  private static final class MemImm64 extends Forms.MemImm {
    MemImm64(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.write64(memory.write(cpu, 8), value);
    }
  }

  private static final class MemImm32 extends Forms.MemImm {
    MemImm32(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.write32(memory.write(cpu, 4), (int) value);
    }
  }

  private static final class MemImm16 extends Forms.MemImm {
    MemImm16(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.write16(memory.write(cpu, 2), (int) value);
    }
  }

  private static final class MemImm8 extends Forms.MemImm {
    MemImm8(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.write8(memory.write(cpu, 1), (int) value);
    }
  }

  private static final class Generic extends Operation {
    private final Place target;
    private final Place source;

    Generic(Instruction i, @Nullable Address address) {
      target = new Place(i, 0, address);
      source = new Place(i, 1, address);
    }

    @Override
    public void execute(Cpu cpu) {
      long value = source.read(cpu);
      target.store(cpu, target.toWrite(cpu), value);
    }
  }
}
