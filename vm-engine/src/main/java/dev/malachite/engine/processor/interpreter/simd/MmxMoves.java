// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.core.X87State;
import org.jspecify.annotations.Nullable;

/** MOVD, MOVQ, MOVNTQ, MOVQ2DQ, MOVDQ2Q and PMOVMSKB with MMX registers, and EMMS. */
final class MmxMoves {
  private MmxMoves() {}

  /** MOVD, MOVQ and MOVNTQ with an MMX operand. */
  static Operation move(Instruction i, @Nullable Address memory) {
    if (i.operands[0].kind != Kind.MMX) {
      return new Store(i, memory);
    }
    return i.operands[1].kind == Kind.GENERAL
        ? new FromGeneral(i)
        : new LaneOperation.OnMmx(i, memory, (a, b) -> b);
  }

  private static final class FromGeneral extends Operation {
    private final int target;
    private final int source;
    private final long mask;

    FromGeneral(Instruction i) {
      target = i.operands[0].register;
      source = i.operands[1].register;
      mask = i.operands[1].size == 8 ? -1L : 0xFFFF_FFFFL;
    }

    @Override
    public void execute(Cpu cpu) {
      Mmx.check(cpu);
      Mmx.enter(cpu.x87);
      Mmx.set(cpu.x87, target, cpu.r[source] & mask);
    }
  }

  /** From an MMX register to memory, a general register or another MMX register. */
  private static final class Store extends Operation {
    private final @Nullable Address memory;
    private final int target;
    private final int source;
    private final boolean wide;

    Store(Instruction i, @Nullable Address memory) {
      this.memory = i.operands[0].kind == Kind.MEMORY ? memory : null;
      target = i.operands[0].register;
      source = i.operands[1].register;
      wide = i.operands[0].size == 8;
    }

    @Override
    public void execute(Cpu cpu) {
      Mmx.check(cpu);
      long value = cpu.x87.significand[source];
      if (memory == null) {
        cpu.r[target] = wide ? value : value & 0xFFFF_FFFFL;
      } else if (wide) {
        cpu.write64(memory.write(cpu, 8), value);
      } else {
        cpu.write32(memory.write(cpu, 4), (int) value);
      }
      Mmx.enter(cpu.x87);
    }
  }

  /** MOVQ2DQ. */
  static final class ToXmm extends Operation {
    private final int target;
    private final int source;

    ToXmm(Instruction i) {
      target = 2 * i.operands[0].register;
      source = i.operands[1].register;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      Mmx.check(cpu);
      Mmx.enter(cpu.x87);
      cpu.xmm[target] = cpu.x87.significand[source];
      cpu.xmm[target + 1] = 0;
    }
  }

  /** MOVDQ2Q. */
  static final class FromXmm extends Operation {
    private final int target;
    private final int source;

    FromXmm(Instruction i) {
      target = i.operands[0].register;
      source = 2 * i.operands[1].register;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      Mmx.check(cpu);
      Mmx.enter(cpu.x87);
      Mmx.set(cpu.x87, target, cpu.xmm[source]);
    }
  }

  /** EMMS. */
  static final class Empty extends Operation {
    Empty() {}

    @Override
    public void execute(Cpu cpu) {
      Mmx.check(cpu);
      X87State x = cpu.x87;
      Mmx.enter(x);
      x.occupied = 0;
    }
  }
}
