// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.avx;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.simd.Wide;
import org.jspecify.annotations.Nullable;

/** Moves of whole registers and of parts that leave a second source's other parts in place. */
final class MoveOperations {
  private MoveOperations() {}

  static @Nullable Operation bind(Instruction i, @Nullable Address memory) {
    return switch (i.opcode) {
      case VMOVAPS, VMOVAPD, VMOVDQA, VMOVNTPS, VMOVNTPD, VMOVNTDQ, VMOVNTDQA ->
          whole(i, memory, true);
      case VMOVUPS, VMOVUPD, VMOVDQU, VLDDQU -> whole(i, memory, false);
      case VMOVSS ->
          i.operandCount < 3
              ? null
              : new Combine(
                  i, memory, (a0, a1, b0, b1) -> Wide.pair((int) b0, (int) (a0 >>> 32)), true);
      case VMOVSD ->
          i.operandCount < 3 ? null : new Combine(i, memory, (a0, a1, b0, b1) -> b0, true);
      case VMOVLPS, VMOVLPD ->
          i.operandCount < 3 ? null : new Combine(i, memory, (a0, a1, b0, b1) -> b0, true);
      case VMOVHPS, VMOVHPD, VMOVLHPS ->
          i.operandCount < 3 ? null : new Combine(i, memory, (a0, a1, b0, b1) -> b0, false);
      case VMOVHLPS -> new Combine(i, memory, (a0, a1, b0, b1) -> b1, true);
      case VPINSRB -> new Insert(i, memory, 1);
      case VPINSRW -> new Insert(i, memory, 2);
      case VPINSRD -> new Insert(i, memory, 4);
      case VPINSRQ -> new Insert(i, memory, 8);
      case VINSERTPS -> new InsertSingle(i, memory);
      case VZEROUPPER -> new Zero(i, false);
      case VZEROALL -> new Zero(i, true);
      default -> null;
    };
  }

  private static Operation whole(Instruction i, @Nullable Address memory, boolean aligned) {
    if (memory != null && i.operands[0].kind == Kind.MEMORY) {
      return new Store(i, memory, aligned);
    }
    return memory != null && aligned ? new AlignedLoad(i, memory) : new Load(i, memory);
  }

  private static final class Load extends VectorOperation {
    Load(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      write(cpu, b0, b1, wide ? b2 : 0, wide ? b3 : 0);
    }
  }

  private static final class AlignedLoad extends VectorOperation {
    private final Address operand;

    AlignedLoad(Instruction i, Address operand) {
      super(i, operand);
      this.operand = operand;
    }

    @Override
    public void execute(Cpu cpu) {
      Avx.check(cpu);
      int size = wide ? 32 : 16;
      Avx.requireAligned(operand.read(cpu, size), size);
      super.execute(cpu);
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      write(cpu, b0, b1, b2, b3);
    }
  }

  private static final class Store extends Operation {
    private final Address memory;
    private final int source;
    private final boolean wide;
    private final boolean aligned;

    Store(Instruction i, Address memory, boolean aligned) {
      this.memory = memory;
      source = 2 * i.operands[1].register;
      wide = i.operands[1].kind == Kind.YMM;
      this.aligned = aligned;
    }

    @Override
    public void execute(Cpu cpu) {
      Avx.check(cpu);
      int size = wide ? 32 : 16;
      long at = memory.write(cpu, size);
      if (aligned) {
        Avx.requireAligned(at, size);
      }
      long[] x = cpu.xmm;
      long[] y = cpu.ymmHigh;
      Avx.write(cpu, at, x[source], x[source + 1], y[source], y[source + 1], wide);
    }
  }

  @FunctionalInterface
  private interface Chosen {
    long of(long a0, long a1, long b0, long b1);
  }

  /** One half from a function of both sources, the other from the first. */
  private static final class Combine extends VectorOperation {
    private final Chosen chosen;
    private final boolean low;

    Combine(Instruction i, @Nullable Address memory, Chosen chosen, boolean low) {
      super(i, memory);
      this.chosen = chosen;
      this.low = low;
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      long a0 = cpu.xmm[first];
      long a1 = cpu.xmm[first + 1];
      long half = chosen.of(a0, a1, b0, b1);
      write(cpu, low ? half : a0, low ? a1 : half);
    }
  }

  private static final class Insert extends VectorOperation {
    private final int general;
    private final int shift;
    private final long mask;
    private final boolean high;

    Insert(Instruction i, @Nullable Address memory, int bytes) {
      super(i, memory);
      general = i.operands[2].kind == Kind.GENERAL ? i.operands[2].register : -1;
      int lane = immediate & 16 / bytes - 1;
      shift = lane * bytes * 8 & 63;
      high = lane * bytes >= 8;
      mask = -1L >>> 64 - 8 * bytes << shift;
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      long value = (general < 0 ? b0 : cpu.r[general]) << shift & mask;
      long a0 = cpu.xmm[first];
      long a1 = cpu.xmm[first + 1];
      write(cpu, high ? a0 : a0 & ~mask | value, high ? a1 & ~mask | value : a1);
    }
  }

  private static final class InsertSingle extends VectorOperation {
    private final int from;

    InsertSingle(Instruction i, @Nullable Address memory) {
      super(i, memory);
      from = i.operands[2].kind == Kind.MEMORY ? 0 : immediate >> 6;
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      int value = Wide.doubleword(b0, b1, from);
      long a0 = cpu.xmm[first];
      long a1 = cpu.xmm[first + 1];
      write(
          cpu,
          Wide.pair(lane(0, (int) a0, value), lane(1, (int) (a0 >>> 32), value)),
          Wide.pair(lane(2, (int) a1, value), lane(3, (int) (a1 >>> 32), value)));
    }

    private int lane(int lane, int old, int value) {
      return (immediate >> lane & 1) != 0 ? 0 : (immediate >> 4 & 3) == lane ? value : old;
    }
  }

  private static final class Zero extends Operation {
    private final int end;
    private final boolean all;

    Zero(Instruction i, boolean all) {
      end = i.codeSize == 8 ? 32 : 16;
      this.all = all;
    }

    @Override
    public void execute(Cpu cpu) {
      Avx.check(cpu);
      for (int i = 0; i < end; i++) {
        cpu.ymmHigh[i] = 0;
        if (all) {
          cpu.xmm[i] = 0;
        }
      }
    }
  }
}
