// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.avx;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.simd.Lanes;
import org.jspecify.annotations.Nullable;

/** Tests and masks: vector registers to flags and general registers. */
final class TestOperations {
  private TestOperations() {}

  static @Nullable Operation bind(Instruction i, @Nullable Address memory) {
    return switch (i.opcode) {
      case VPTEST -> new Test(i, memory, -1);
      case VTESTPS -> new Test(i, memory, Lanes.D);
      case VTESTPD -> new Test(i, memory, Long.MIN_VALUE);
      case VPMOVMSKB -> new Mask(i, 1);
      case VMOVMSKPS -> new Mask(i, 4);
      case VMOVMSKPD -> new Mask(i, 8);
      default -> null;
    };
  }

  private static final class Test extends VectorOperation {
    private final long bits;
    private final boolean all;

    /**
     * @param bits those of 64 that count
     */
    Test(Instruction i, @Nullable Address memory, long bits) {
      super(i, memory);
      this.bits = bits;
      all = i.operands[0].kind == Kind.YMM;
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      long[] x = cpu.xmm;
      long[] y = cpu.ymmHigh;
      long and = x[target] & b0 | x[target + 1] & b1;
      long andNot = ~x[target] & b0 | ~x[target + 1] & b1;
      if (all) {
        and |= y[target] & b2 | y[target + 1] & b3;
        andNot |= ~y[target] & b2 | ~y[target + 1] & b3;
      }
      cpu.arithmeticFlags(((and & bits) == 0 ? Cpu.ZF : 0) | ((andNot & bits) == 0 ? Cpu.CF : 0));
    }
  }

  private static final class Mask extends Operation {
    private final int target;
    private final int source;
    private final int size;
    private final boolean wide;

    /**
     * @param size bytes of an element
     */
    Mask(Instruction i, int size) {
      target = i.operands[0].register;
      source = 2 * i.operands[1].register;
      this.size = size;
      wide = i.operands[1].kind == Kind.YMM;
    }

    @Override
    public void execute(Cpu cpu) {
      Avx.check(cpu);
      long result = lane(cpu.xmm);
      if (wide) {
        result |= lane(cpu.ymmHigh) << 16 / size;
      }
      cpu.r[target] = result;
    }

    private long lane(long[] half) {
      return word(half[source]) | word(half[source + 1]) << 8 / size;
    }

    private long word(long w) {
      return switch (size) {
        case 1 -> Lanes.signMask(w);
        case 4 -> w >>> 31 & 1 | w >>> 63 << 1;
        default -> w >>> 63;
      };
    }
  }
}
