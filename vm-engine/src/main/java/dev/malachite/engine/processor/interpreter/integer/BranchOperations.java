// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** Near JMP, CALL and RET; LOOP and its kin, JCXZ. */
final class BranchOperations {
  private BranchOperations() {}

  /** JMP. */
  static Operation bindJump(Instruction i, @Nullable Address address) {
    if (i.operands[0].kind == Kind.RELATIVE) {
      return i.codeSize == 8 ? new Jump64(i) : new Jump(i);
    }
    if (i.codeSize == 8) {
      return address == null ? new JumpRegister64(i) : new JumpMemory64(i, address);
    }
    return new JumpIndirect(i, address);
  }

  /** CALL. */
  static Operation bindCall(Instruction i, @Nullable Address address) {
    if (i.operands[0].kind == Kind.RELATIVE) {
      return i.codeSize == 8 ? new Call64(i) : new Call(i);
    }
    if (i.codeSize == 8 && address == null) {
      return new CallRegister64(i);
    }
    return new CallIndirect(i, address);
  }

  /** RET. */
  static Operation bindReturn(Instruction i) {
    return i.codeSize == 8 && i.operandCount == 0 ? new Return64(i) : new Return(i);
  }

  /** LOOP, LOOPE, LOOPNE or JCXZ. */
  static Operation bindLoop(Instruction i) {
    return new Loop(i);
  }

  private static final class Jump64 extends RelativeJump {
    Jump64(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      jump64(cpu);
    }
  }

  private static final class Jump extends RelativeJump {
    Jump(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      jump(cpu);
    }
  }

  private static final class JumpRegister64 extends NearTransfer {
    private final int target;

    JumpRegister64(Instruction i) {
      super(i);
      target = i.operands[0].register;
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.nextIp = canonical(cpu.r[target]);
    }
  }

  private static final class JumpMemory64 extends NearTransfer {
    private final Address memory;

    JumpMemory64(Instruction i, Address memory) {
      super(i);
      this.memory = memory;
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.nextIp = canonical(cpu.read64(memory.read(cpu, 8)));
    }
  }

  private static final class Call64 extends RelativeJump {
    Call64(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      long next = r[Cpu.IP_BASE] + (offset + length);
      long target = canonical(next + displacement);
      long stack = r[Cpu.RSP] - 8;
      cpu.write64(cpu.stackForWrite(stack, 8), next);
      r[Cpu.RSP] = stack;
      cpu.nextIp = target;
    }
  }

  private static final class CallRegister64 extends NearTransfer {
    private final int target;

    CallRegister64(Instruction i) {
      super(i);
      target = i.operands[0].register;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      long to = canonical(r[target]);
      long stack = r[Cpu.RSP] - 8;
      cpu.write64(cpu.stackForWrite(stack, 8), r[Cpu.IP_BASE] + (offset + length));
      r[Cpu.RSP] = stack;
      cpu.nextIp = to;
    }
  }

  private static final class Return64 extends NearTransfer {
    Return64(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      long stack = r[Cpu.RSP];
      cpu.nextIp = canonical(cpu.read64(cpu.stackForRead(stack, 8)));
      r[Cpu.RSP] = stack + 8;
    }
  }

  private static final class JumpIndirect extends NearTransfer {
    private final Place target;

    JumpIndirect(Instruction i, @Nullable Address address) {
      super(i);
      target = new Place(i, 0, address);
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.nextIp = checked(cpu, target.read(cpu));
    }
  }

  private static final class Call extends RelativeJump {
    private final int size;

    Call(Instruction i) {
      super(i);
      size = i.operandSize;
    }

    @Override
    public void execute(Cpu cpu) {
      long target = target(cpu);
      cpu.push(next(cpu), size);
      cpu.nextIp = target;
    }
  }

  private static final class CallIndirect extends NearTransfer {
    private final Place target;

    CallIndirect(Instruction i, @Nullable Address address) {
      super(i);
      target = new Place(i, 0, address);
    }

    @Override
    public void execute(Cpu cpu) {
      long to = checked(cpu, target.read(cpu));
      cpu.push(next(cpu), target.size);
      cpu.nextIp = to;
    }
  }

  private static final class Return extends NearTransfer {
    private final int size;
    private final long released;

    Return(Instruction i) {
      super(i);
      size = i.operandSize;
      released = size + (i.operandCount == 0 ? 0 : i.operands[0].value);
    }

    @Override
    public void execute(Cpu cpu) {
      long stack = cpu.r[Cpu.RSP];
      cpu.nextIp = checked(cpu, cpu.peek(stack, size));
      cpu.setStackPointer(stack + released);
    }
  }

  private static final class Loop extends RelativeJump {
    private final Opcode opcode;
    private final int counterSize;
    private final long counterMask;

    Loop(Instruction i) {
      super(i);
      opcode = i.opcode;
      counterSize = i.addressSize;
      counterMask = Place.mask(counterSize);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      if (opcode == Opcode.JCXZ) {
        if ((r[Cpu.RCX] & counterMask) == 0) {
          jump(cpu);
        }
        return;
      }
      long counter = r[Cpu.RCX] - 1 & counterMask;
      boolean again =
          counter != 0 && (opcode == Opcode.LOOP || cpu.zero() == (opcode == Opcode.LOOPE));
      if (again) {
        jump(cpu);
      }
      Place.put(r, Cpu.RCX, 0, counterSize, counter);
    }
  }
}
