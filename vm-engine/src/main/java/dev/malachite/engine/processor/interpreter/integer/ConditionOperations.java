// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** SETCC and CMOVCC. */
final class ConditionOperations {
  private ConditionOperations() {}

  /** SETCC. */
  static Operation bindSet(Instruction i, @Nullable Address address) {
    return address == null ? new SetRegister(i) : new SetMemory(i, address);
  }

  /** CMOVCC. */
  static Operation bindMove(Instruction i, @Nullable Address address) {
    if (address == null && i.operandSize >= 4) {
      return new MoveRegister(i);
    }
    return new Move(i, address);
  }

  private static final class SetRegister extends Operation {
    private final int condition;
    private final int target;
    private final int shift;

    SetRegister(Instruction i) {
      condition = i.condition();
      target = i.operands[0].register;
      shift = i.operands[0].kind == Kind.HIGH_BYTE ? 8 : 0;
    }

    @Override
    public void execute(Cpu cpu) {
      Forms.put8(cpu.r, target, shift, Conditions.holds(cpu, condition) ? 1 : 0);
    }
  }

  private static final class SetMemory extends Operation {
    private final int condition;
    private final Address memory;

    SetMemory(Instruction i, Address memory) {
      condition = i.condition();
      this.memory = memory;
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.write8(memory.write(cpu, 1), Conditions.holds(cpu, condition) ? 1 : 0);
    }
  }

  private static final class MoveRegister extends Operation {
    private final int condition;
    private final int target;
    private final int source;
    private final long mask;

    MoveRegister(Instruction i) {
      condition = i.condition();
      target = i.operands[0].register;
      source = i.operands[1].register;
      mask = Place.mask(i.operandSize);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      r[target] = r[Conditions.holds(cpu, condition) ? source : target] & mask;
    }
  }

  private static final class Move extends Operation {
    private final int condition;
    private final Place target;
    private final Place source;

    Move(Instruction i, @Nullable Address address) {
      condition = i.condition();
      target = new Place(i, 0, null);
      source = new Place(i, 1, address);
    }

    @Override
    public void execute(Cpu cpu) {
      // Memory is read, and a 32-bit register's upper half cleared, whatever the condition.
      long value = source.read(cpu);
      target.store(cpu, 0, Conditions.holds(cpu, condition) ? value : target.load(cpu, 0));
    }
  }
}
