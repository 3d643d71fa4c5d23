// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.avx;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.simd.Extension;
import org.jspecify.annotations.Nullable;

/** Broadcasts, permutations, insertions and extractions across the two lanes of 128 bits. */
final class CrossLaneOperations {
  private CrossLaneOperations() {}

  static @Nullable Operation bind(Instruction i, @Nullable Address memory) {
    return switch (i.opcode) {
      case VPBROADCASTB -> new Broadcast(i, memory, 0x0101_0101_0101_0101L, 0xFF);
      case VPBROADCASTW -> new Broadcast(i, memory, 0x0001_0001_0001_0001L, 0xFFFF);
      case VPBROADCASTD, VBROADCASTSS -> new Broadcast(i, memory, 1L << 32 | 1, 0xFFFF_FFFFL);
      case VPBROADCASTQ, VBROADCASTSD -> new Broadcast(i, memory, 1, -1);
      case VBROADCASTF128, VBROADCASTI128 -> new BroadcastLane(i, memory);
      case VPERMD, VPERMPS -> new PermuteDoublewords(i, memory);
      case VPERMQ, VPERMPD -> new PermuteQuadwords(i, memory);
      case VPERM2F128, VPERM2I128 -> new PermuteLanes(i, memory);
      case VINSERTF128, VINSERTI128 -> new InsertLane(i, memory);
      case VEXTRACTF128, VEXTRACTI128 -> new ExtractLane(i, memory);
      case VPMOVSXBW -> new Extend(i, memory, 8, 16, true);
      case VPMOVSXBD -> new Extend(i, memory, 8, 32, true);
      case VPMOVSXBQ -> new Extend(i, memory, 8, 64, true);
      case VPMOVSXWD -> new Extend(i, memory, 16, 32, true);
      case VPMOVSXWQ -> new Extend(i, memory, 16, 64, true);
      case VPMOVSXDQ -> new Extend(i, memory, 32, 64, true);
      case VPMOVZXBW -> new Extend(i, memory, 8, 16, false);
      case VPMOVZXBD -> new Extend(i, memory, 8, 32, false);
      case VPMOVZXBQ -> new Extend(i, memory, 8, 64, false);
      case VPMOVZXWD -> new Extend(i, memory, 16, 32, false);
      case VPMOVZXWQ -> new Extend(i, memory, 16, 64, false);
      case VPMOVZXDQ -> new Extend(i, memory, 32, 64, false);
      default -> null;
    };
  }

  private static final class Broadcast extends VectorOperation {
    private final long copies;
    private final long mask;

    /**
     * @param copies the lowest bits of all lanes
     * @param mask the lowest lane
     */
    Broadcast(Instruction i, @Nullable Address memory, long copies, long mask) {
      super(i, memory);
      this.copies = copies;
      this.mask = mask;
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      long value = (b0 & mask) * copies;
      write(cpu, value, value, wide ? value : 0, wide ? value : 0);
    }
  }

  private static final class BroadcastLane extends VectorOperation {
    BroadcastLane(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      write(cpu, b0, b1, b0, b1);
    }
  }

  private static final class PermuteDoublewords extends VectorOperation {
    PermuteDoublewords(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      long i0 = cpu.xmm[first];
      long i1 = cpu.xmm[first + 1];
      long i2 = cpu.ymmHigh[first];
      long i3 = cpu.ymmHigh[first + 1];
      write(
          cpu,
          pair(b0, b1, b2, b3, i0),
          pair(b0, b1, b2, b3, i1),
          pair(b0, b1, b2, b3, i2),
          pair(b0, b1, b2, b3, i3));
    }

    private static long pair(long b0, long b1, long b2, long b3, long indices) {
      return Avx.doubleword(b0, b1, b2, b3, (int) indices & 7)
          | Avx.doubleword(b0, b1, b2, b3, (int) (indices >>> 32) & 7) << 32;
    }
  }

  private static final class PermuteQuadwords extends VectorOperation {
    PermuteQuadwords(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      write(
          cpu,
          Avx.quadword(b0, b1, b2, b3, immediate),
          Avx.quadword(b0, b1, b2, b3, immediate >> 2),
          Avx.quadword(b0, b1, b2, b3, immediate >> 4),
          Avx.quadword(b0, b1, b2, b3, immediate >> 6));
    }
  }

  private static final class PermuteLanes extends VectorOperation {
    PermuteLanes(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      long[] x = cpu.xmm;
      long[] y = cpu.ymmHigh;
      write(
          cpu,
          word(immediate, x[first], y[first], b0, b2),
          word(immediate, x[first + 1], y[first + 1], b1, b3),
          word(immediate >> 4, x[first], y[first], b0, b2),
          word(immediate >> 4, x[first + 1], y[first + 1], b1, b3));
    }

    private static long word(int choice, long a0, long a1, long b0, long b1) {
      return (choice & 8) != 0 ? 0 : Avx.quadword(a0, a1, b0, b1, choice);
    }
  }

  private static final class InsertLane extends VectorOperation {
    InsertLane(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      long[] x = cpu.xmm;
      long[] y = cpu.ymmHigh;
      if ((immediate & 1) != 0) {
        write(cpu, x[first], x[first + 1], b0, b1);
      } else {
        write(cpu, b0, b1, y[first], y[first + 1]);
      }
    }
  }

  /** VEXTRACTF128 and VEXTRACTI128, whose destination may be memory. */
  private static final class ExtractLane extends Operation {
    private final int target;
    private final int source;
    private final boolean high;
    private final @Nullable Address memory;

    ExtractLane(Instruction i, @Nullable Address memory) {
      target = 2 * i.operands[0].register;
      source = 2 * i.operands[1].register;
      high = (i.operands[2].value & 1) != 0;
      this.memory = i.operands[0].kind == Kind.MEMORY ? memory : null;
    }

    @Override
    public void execute(Cpu cpu) {
      Avx.check(cpu);
      long[] from = high ? cpu.ymmHigh : cpu.xmm;
      long v0 = from[source];
      long v1 = from[source + 1];
      Address m = memory;
      if (m != null) {
        Avx.write(cpu, m.write(cpu, 16), v0, v1, 0, 0, false);
        return;
      }
      cpu.xmm[target] = v0;
      cpu.xmm[target + 1] = v1;
      cpu.ymmHigh[target] = 0;
      cpu.ymmHigh[target + 1] = 0;
    }
  }

  /** VPMOVSX and VPMOVZX. */
  private static final class Extend extends VectorOperation {
    private final int from;
    private final int to;
    private final boolean signed;

    Extend(Instruction i, @Nullable Address memory, int from, int to, boolean signed) {
      super(i, memory);
      this.from = from;
      this.to = to;
      this.signed = signed;
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      write(
          cpu,
          word(b0, b1, 0),
          word(b0, b1, 1),
          wide ? word(b0, b1, 2) : 0,
          wide ? word(b0, b1, 3) : 0);
    }

    private long word(long b0, long b1, int n) {
      int bit = n * 64 * from / to;
      return Extension.widen((bit < 64 ? b0 : b1) >>> (bit & 63), from, to, signed);
    }
  }
}
