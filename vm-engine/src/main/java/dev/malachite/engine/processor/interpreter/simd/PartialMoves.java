// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/**
 * Moves of 32 or 64 bits between XMM registers, general registers and memory: MOVSS, MOVSD, MOVD,
 * MOVQ, MOVLPS, MOVHPS and their kin.
 *
 * <p>Halves of XMM registers are positions in {@link Cpu#xmm}.
 */
final class PartialMoves {
  private PartialMoves() {}

  /** MOVD and MOVQ whose operands are not MMX registers. */
  static Operation moveInteger(Instruction i, @Nullable Address memory) {
    Instruction.Operand to = i.operands[0];
    Instruction.Operand from = i.operands[1];
    boolean wide = to.size == 8 || from.size == 8;
    if (to.kind == Kind.XMM) {
      return switch (from.kind) {
        case MEMORY -> load(2 * to.register, memory, wide);
        case XMM -> new CopyZeroing(2 * to.register, 2 * from.register);
        default -> new FromGeneral(2 * to.register, from.register, wide);
      };
    }
    return to.kind == Kind.MEMORY
        ? store(memory, 2 * from.register, wide)
        : new ToGeneral(to.register, 2 * from.register, wide);
  }

  /** MOVSS and MOVSD. */
  static Operation moveScalar(Instruction i, @Nullable Address memory, boolean wide) {
    if (memory == null) {
      int target = 2 * i.operands[0].register;
      int source = 2 * i.operands[1].register;
      return wide ? new CopyHalf(target, source) : new CopySingle(target, source);
    }
    return i.operands[0].kind == Kind.MEMORY
        ? store(memory, 2 * i.operands[1].register, wide)
        : load(2 * i.operands[0].register, memory, wide);
  }

  /**
   * MOVLPS, MOVHPS, MOVHLPS, MOVLHPS and the double-precision ones.
   *
   * @param half 1 if the memory operand goes to or comes from the high half
   */
  static Operation moveHalf(Instruction i, @Nullable Address memory, int half) {
    if (memory == null) {
      throw new IllegalStateException(i.opcode + " without a memory operand");
    }
    return i.operands[0].kind == Kind.MEMORY
        ? new Store64(memory, 2 * i.operands[1].register + half)
        : new LoadHalf(2 * i.operands[0].register + half, memory);
  }

  static Operation copyHalf(int target, int source) {
    return new CopyHalf(target, source);
  }

  private static Operation load(int target, @Nullable Address memory, boolean wide) {
    if (memory == null) {
      throw new IllegalStateException("a load without a memory operand");
    }
    return wide ? new Load64(target, memory) : new Load32(target, memory);
  }

  private static Operation store(@Nullable Address memory, int source, boolean wide) {
    if (memory == null) {
      throw new IllegalStateException("a store without a memory operand");
    }
    return wide ? new Store64(memory, source) : new Store32(memory, source);
  }

  private static final class Load32 extends Operation {
    private final int target;
    private final Address memory;

    Load32(int target, Address memory) {
      this.target = target;
      this.memory = memory;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      cpu.xmm[target] = cpu.read32(memory.read(cpu, 4)) & 0xFFFF_FFFFL;
      cpu.xmm[target + 1] = 0;
    }
  }

  private static final class Load64 extends Operation {
    private final int target;
    private final Address memory;

    Load64(int target, Address memory) {
      this.target = target;
      this.memory = memory;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      cpu.xmm[target] = cpu.read64(memory.read(cpu, 8));
      cpu.xmm[target + 1] = 0;
    }
  }

  private static final class LoadHalf extends Operation {
    private final int target;
    private final Address memory;

    LoadHalf(int target, Address memory) {
      this.target = target;
      this.memory = memory;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      cpu.xmm[target] = cpu.read64(memory.read(cpu, 8));
    }
  }

  private static final class Store32 extends Operation {
    private final Address memory;
    private final int source;

    Store32(Address memory, int source) {
      this.memory = memory;
      this.source = source;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      cpu.write32(memory.write(cpu, 4), (int) cpu.xmm[source]);
    }
  }

  private static final class Store64 extends Operation {
    private final Address memory;
    private final int source;

    Store64(Address memory, int source) {
      this.memory = memory;
      this.source = source;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      cpu.write64(memory.write(cpu, 8), cpu.xmm[source]);
    }
  }

  private static final class CopyZeroing extends Operation {
    private final int target;
    private final int source;

    CopyZeroing(int target, int source) {
      this.target = target;
      this.source = source;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      cpu.xmm[target] = cpu.xmm[source];
      cpu.xmm[target + 1] = 0;
    }
  }

  private static final class CopyHalf extends Operation {
    private final int target;
    private final int source;

    CopyHalf(int target, int source) {
      this.target = target;
      this.source = source;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      cpu.xmm[target] = cpu.xmm[source];
    }
  }

  private static final class CopySingle extends Operation {
    private final int target;
    private final int source;

    CopySingle(int target, int source) {
      this.target = target;
      this.source = source;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      x[target] = x[target] & ~0xFFFF_FFFFL | x[source] & 0xFFFF_FFFFL;
    }
  }

  private static final class FromGeneral extends Operation {
    private final int target;
    private final int source;
    private final long mask;

    FromGeneral(int target, int source, boolean wide) {
      this.target = target;
      this.source = source;
      mask = wide ? -1L : 0xFFFF_FFFFL;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      cpu.xmm[target] = cpu.r[source] & mask;
      cpu.xmm[target + 1] = 0;
    }
  }

  private static final class ToGeneral extends Operation {
    private final int target;
    private final int source;
    private final long mask;

    ToGeneral(int target, int source, boolean wide) {
      this.target = target;
      this.source = source;
      mask = wide ? -1L : 0xFFFF_FFFFL;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      cpu.r[target] = cpu.xmm[source] & mask;
    }
  }
}
