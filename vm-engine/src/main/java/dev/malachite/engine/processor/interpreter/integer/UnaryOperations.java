// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.HostMemory;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** INC, DEC, NEG and NOT. */
final class UnaryOperations {
  private UnaryOperations() {}

  /** The operation. */
  static Operation bind(Instruction i, @Nullable Address address) {
    if (i.operands[0].kind == Kind.GENERAL && i.operandSize >= 4 && i.operands[0].size > 1) {
      int register = i.operands[0].register;
      boolean wide = i.operandSize == 8;
      switch (i.opcode) {
        case INC -> {
          return wide ? new Inc64(register) : new Inc32(register);
        }
        case DEC -> {
          return wide ? new Dec64(register) : new Dec32(register);
        }
        default -> {}
      }
    }
    boolean counts = i.opcode == Opcode.INC || i.opcode == Opcode.DEC;
    if (address != null && counts && i.operands[0].size >= 4) {
      int by = i.opcode == Opcode.INC ? 1 : -1;
      return i.operands[0].size == 8 ? new Count64(address, by) : new Count32(address, by);
    }
    return new Generic(i.opcode, new Place(i, 0, address));
  }

  /** The result of one of them, with its flags, of a value sign-extended from the size. */
  static long apply(Cpu cpu, Opcode opcode, long a, int size) {
    return switch (opcode) {
      case INC -> Alu.increment(cpu, a, size);
      case DEC -> Alu.decrement(cpu, a, size);
      case NEG -> Alu.apply(cpu, Alu.SUB, 0, a, size);
      default -> ~a;
    };
  }

  private static final class Inc64 extends Operation {
    private final int target;

    Inc64(int target) {
      this.target = target;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      r[target] = Alu.increment(cpu, r[target], 8);
    }
  }

  private static final class Inc32 extends Operation {
    private final int target;

    Inc32(int target) {
      this.target = target;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      int a = (int) r[target];
      r[target] = Alu.increment(cpu, a, 4) & 0xFFFF_FFFFL;
    }
  }

  private static final class Dec64 extends Operation {
    private final int target;

    Dec64(int target) {
      this.target = target;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      r[target] = Alu.decrement(cpu, r[target], 8);
    }
  }

  private static final class Dec32 extends Operation {
    private final int target;

    Dec32(int target) {
      this.target = target;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      int a = (int) r[target];
      r[target] = Alu.decrement(cpu, a, 4) & 0xFFFF_FFFFL;
    }
  }

  private static long counted(Cpu cpu, long a, int by, int size) {
    return by > 0 ? Alu.increment(cpu, a, size) : Alu.decrement(cpu, a, size);
  }

  /** INC and DEC of memory. */
  private static final class Count64 extends Operation {
    private final Address memory;
    private final int by;

    Count64(Address memory, int by) {
      this.memory = memory;
      this.by = by;
    }

    @Override
    public void execute(Cpu cpu) {
      long linear = memory.write(cpu, 8);
      long host = cpu.hostForWrite(linear, 8);
      if (host != 0) {
        HostMemory.put64(host, counted(cpu, HostMemory.get64(host), by, 8));
      } else {
        cpu.probeWrite(linear, 8);
        cpu.write64(linear, counted(cpu, cpu.read64(linear), by, 8));
      }
    }
  }

  /** INC and DEC of memory. */
  private static final class Count32 extends Operation {
    private final Address memory;
    private final int by;

    Count32(Address memory, int by) {
      this.memory = memory;
      this.by = by;
    }

    @Override
    public void execute(Cpu cpu) {
      long linear = memory.write(cpu, 4);
      long host = cpu.hostForWrite(linear, 4);
      if (host != 0) {
        HostMemory.put32(host, (int) counted(cpu, HostMemory.get32(host), by, 4));
      } else {
        cpu.probeWrite(linear, 4);
        cpu.write32(linear, (int) counted(cpu, cpu.read32(linear), by, 4));
      }
    }
  }

  private static final class Generic extends Operation {
    private final Opcode opcode;
    private final Place target;

    Generic(Opcode opcode, Place target) {
      this.opcode = opcode;
      this.target = target;
    }

    @Override
    public void execute(Cpu cpu) {
      long at = target.toUpdate(cpu);
      target.store(cpu, at, apply(cpu, opcode, target.load(cpu, at), target.size));
    }
  }
}
