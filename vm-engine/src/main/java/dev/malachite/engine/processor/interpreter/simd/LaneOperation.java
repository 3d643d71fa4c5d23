// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.core.X87State;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/** The rarer operations whose 64-bit halves do not depend on each other, on MMX and XMM. */
final class LaneOperation {
  private LaneOperation() {}

  static Operation of(Instruction i, @Nullable Address memory, LongBinaryOperator lanes) {
    return i.operands[0].kind == Kind.MMX
        ? new OnMmx(i, memory, lanes)
        : new OnXmm(i, memory, lanes);
  }

  private static final class OnXmm extends XmmOperation {
    private final LongBinaryOperator lanes;

    OnXmm(Instruction i, @Nullable Address memory, LongBinaryOperator lanes) {
      super(i, memory);
      this.lanes = lanes;
    }

    @Override
    void compute(long[] x, long a0, long a1, long b0, long b1) {
      x[target] = lanes.applyAsLong(a0, b0);
      x[target + 1] = lanes.applyAsLong(a1, b1);
    }
  }

  /** An operation on an MMX register and a second one or memory. */
  static final class OnMmx extends Operation {
    private final int target;
    private final int source;
    private final int size;
    private final @Nullable Address memory;
    private final LongBinaryOperator function;

    OnMmx(Instruction i, @Nullable Address memory, LongBinaryOperator function) {
      target = i.operands[0].register;
      source = i.operands[1].register;
      boolean inMemory = i.operands[1].kind == Kind.MEMORY;
      size = i.operands[1].size;
      this.memory = inMemory ? memory : null;
      this.function = function;
    }

    @Override
    public void execute(Cpu cpu) {
      Mmx.check(cpu);
      X87State x = cpu.x87;
      long b;
      if (memory == null) {
        b = x.significand[source];
      } else if (size == 4) {
        b = cpu.read32(memory.read(cpu, 4)) & 0xFFFF_FFFFL;
      } else {
        b = cpu.read64(memory.read(cpu, 8));
      }
      Mmx.enter(x);
      Mmx.set(x, target, function.applyAsLong(x.significand[target], b));
    }
  }
}
