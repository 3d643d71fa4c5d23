// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** PUSH, POP, PUSHA, POPA, ENTER and LEAVE. */
final class StackOperations {
  private StackOperations() {}

  /** PUSH of a register, memory or an immediate value. */
  static Operation bindPush(Instruction i, @Nullable Address address) {
    if (i.operandSize == 8) {
      return switch (i.operands[0].kind) {
        case GENERAL -> new PushReg64(i.operands[0].register);
        case IMMEDIATE -> new PushImm64(i.operands[0].value);
        default -> new Push(i, address);
      };
    }
    return new Push(i, address);
  }

  /** POP to a register or memory. */
  static Operation bindPop(Instruction i, @Nullable Address address) {
    if (i.operands[0].kind == Kind.GENERAL && i.operandSize == 8) {
      return new PopReg64(i.operands[0].register);
    }
    return new Pop(i, address);
  }

  /** PUSHA. */
  static Operation bindPushAll(Instruction i) {
    return new PushAll(i.operandSize);
  }

  /** POPA. */
  static Operation bindPopAll(Instruction i) {
    return new PopAll(i.operandSize);
  }

  /** ENTER. */
  static Operation bindEnter(Instruction i) {
    return new Enter(i);
  }

  /** LEAVE. */
  static Operation bindLeave(Instruction i) {
    return new Leave(i.operandSize);
  }

  private static final class PushReg64 extends Operation {
    private final int source;

    PushReg64(int source) {
      this.source = source;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      long stack = r[Cpu.RSP] - 8;
      cpu.write64(cpu.stackForWrite(stack, 8), r[source]);
      r[Cpu.RSP] = stack;
    }
  }

  private static final class PushImm64 extends Operation {
    private final long value;

    PushImm64(long value) {
      this.value = value;
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.push(value, 8);
    }
  }

  private static final class Push extends Operation {
    private final Place source;
    private final int size;

    Push(Instruction i, @Nullable Address address) {
      source = new Place(i, 0, address);
      size = i.operandSize;
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.push(source.read(cpu), size);
    }
  }

  private static final class PopReg64 extends Operation {
    private final int target;

    PopReg64(int target) {
      this.target = target;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      long stack = r[Cpu.RSP];
      long value = cpu.read64(cpu.stackForRead(stack, 8));
      r[Cpu.RSP] = stack + 8;
      r[target] = value;
    }
  }

  private static final class Pop extends Operation {
    private final Place target;
    private final int size;

    Pop(Instruction i, @Nullable Address address) {
      target = new Place(i, 0, address);
      size = i.operandSize;
    }

    @Override
    public void execute(Cpu cpu) {
      long before = cpu.r[Cpu.RSP];
      long value = cpu.pop(size);
      if (!target.memory()) {
        target.store(cpu, 0, value);
        return;
      }
      // An address based on the stack pointer counts from its new value.
      boolean done = false;
      try {
        target.store(cpu, target.toWrite(cpu), value);
        done = true;
      } finally {
        if (!done) {
          cpu.r[Cpu.RSP] = before;
        }
      }
    }
  }

  private static final class PushAll extends Operation {
    private final int size;

    PushAll(int size) {
      this.size = size;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      long stack = r[Cpu.RSP];
      for (int k = 8; k >= 1; k--) {
        cpu.probeWrite(cpu.stackForWrite(stack - (long) k * size, size), size);
      }
      for (int register = Cpu.RAX; register <= Cpu.RDI; register++) {
        cpu.push(register == Cpu.RSP ? stack : r[register], size);
      }
    }
  }

  private static final class PopAll extends Operation {
    private final int size;

    PopAll(int size) {
      this.size = size;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      long stack = r[Cpu.RSP];
      for (int k = 0; k < 8; k++) {
        cpu.peek(stack + (long) k * size, size);
      }
      for (int register = Cpu.RDI; register >= Cpu.RAX; register--) {
        long value = cpu.pop(size);
        if (register != Cpu.RSP) {
          Place.put(r, register, 0, size, value);
        }
      }
    }
  }

  private static final class Enter extends Operation {
    private final int size;
    private final long space;
    private final int level;

    Enter(Instruction i) {
      size = i.operandSize;
      space = i.operands[0].value;
      level = (int) i.operands[1].value & 31;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      long before = r[Cpu.RSP];
      long frame = before - size & cpu.stackMask;
      boolean done = false;
      try {
        cpu.push(r[Cpu.RBP], size);
        for (int k = 1; k < level; k++) {
          cpu.push(cpu.peek(r[Cpu.RBP] - (long) k * size, size), size);
        }
        if (level > 0) {
          cpu.push(frame, size);
        }
        long stack = r[Cpu.RSP] - space;
        cpu.probeWrite(cpu.stackForWrite(stack, size), size);
        cpu.setStackPointer(stack);
        done = true;
      } finally {
        if (!done) {
          r[Cpu.RSP] = before;
        }
      }
      Place.put(r, Cpu.RBP, 0, cpu.mode64 ? 8 : size, frame);
    }
  }

  private static final class Leave extends Operation {
    private final int size;

    Leave(int size) {
      this.size = size;
    }

    @Override
    public void execute(Cpu cpu) {
      long frame = cpu.r[Cpu.RBP];
      long value = cpu.peek(frame, size);
      cpu.setStackPointer(frame + size);
      Place.put(cpu.r, Cpu.RBP, 0, size, value);
    }
  }
}
