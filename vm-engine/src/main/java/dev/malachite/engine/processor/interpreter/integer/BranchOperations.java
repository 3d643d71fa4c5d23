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
    return new JumpIndirect(i, address);
  }

  /** CALL. */
  static Operation bindCall(Instruction i, @Nullable Address address) {
    return i.operands[0].kind == Kind.RELATIVE ? new Call(i) : new CallIndirect(i, address);
  }

  /** RET. */
  static Operation bindReturn(Instruction i) {
    return new Return(i);
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
