// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.avx;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.simd.Sse;
import dev.malachite.engine.processor.interpreter.simd.Wide;
import dev.malachite.engine.processor.interpreter.softfloat.FloatContext;
import dev.malachite.engine.processor.interpreter.softfloat.FusedMultiplyAdd;
import org.jspecify.annotations.Nullable;

/** FMA: VFMADD132PS and its kin, told apart by their names. */
final class FusedOperations {
  private FusedOperations() {}

  /** Binds what is called VF…, with an order of three digits and PS, PD, SS or SD. */
  static @Nullable Operation bind(Instruction i, @Nullable Address memory) {
    String name = i.opcode.name();
    return name.matches("VFN?M(ADD|SUB|ADDSUB|SUBADD)\\d\\d\\d[PS][SD]")
        ? new Fused(i, memory, name)
        : null;
  }

  private static final class Fused extends VectorOperation {
    private final int order;
    private final boolean negateProduct;

    /** Whether the addend is negated in even and in odd lanes. */
    private final boolean subtractEven;

    private final boolean subtractOdd;
    private final boolean scalar;
    private final boolean doubles;

    Fused(Instruction i, @Nullable Address memory, String name) {
      super(i, memory);
      int end = name.length();
      order = Integer.parseInt(name.substring(end - 5, end - 2));
      negateProduct = name.startsWith("VFN");
      String kind = name.substring(negateProduct ? 4 : 3, end - 5);
      subtractEven = kind.equals("SUB") || kind.equals("ADDSUB");
      subtractOdd = kind.equals("SUB") || kind.equals("SUBADD");
      scalar = name.charAt(end - 2) == 'S';
      doubles = name.charAt(end - 1) == 'D';
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      long[] x = cpu.xmm;
      long[] y = cpu.ymmHigh;
      FloatContext c = Sse.begin(cpu);
      if (scalar) {
        long old = x[target];
        long result =
            doubles
                ? doubled(old, x[first], b0, subtractEven, c)
                : old & ~0xFFFF_FFFFL
                    | single((int) old, (int) x[first], (int) b0, subtractEven, c) & 0xFFFF_FFFFL;
        Sse.finish(cpu, c);
        write(cpu, result, x[target + 1]);
        return;
      }
      long r0 = word(x[target], x[first], b0, subtractEven, c);
      long r1 = word(x[target + 1], x[first + 1], b1, subtractOdd, c);
      long r2 = wide ? word(y[target], y[first], b2, subtractEven, c) : 0;
      long r3 = wide ? word(y[target + 1], y[first + 1], b3, subtractOdd, c) : 0;
      Sse.finish(cpu, c);
      write(cpu, r0, r1, r2, r3);
    }

    private long word(long a, long b, long d, boolean subtract, FloatContext c) {
      if (doubles) {
        return doubled(a, b, d, subtract, c);
      }
      int low = single((int) a, (int) b, (int) d, subtractEven, c);
      int high = single((int) (a >>> 32), (int) (b >>> 32), (int) (d >>> 32), subtractOdd, c);
      return Wide.pair(low, high);
    }

    // The instruction's three operands, as its order of digits has them.
    private long doubled(long a, long b, long d, boolean subtract, FloatContext c) {
      return switch (order) {
        case 132 -> FusedMultiplyAdd.binary64(a, d, b, negateProduct, subtract, c);
        case 213 -> FusedMultiplyAdd.binary64(b, a, d, negateProduct, subtract, c);
        default -> FusedMultiplyAdd.binary64(b, d, a, negateProduct, subtract, c);
      };
    }

    private int single(int a, int b, int d, boolean subtract, FloatContext c) {
      return switch (order) {
        case 132 -> FusedMultiplyAdd.binary32(a, d, b, negateProduct, subtract, c);
        case 213 -> FusedMultiplyAdd.binary32(b, a, d, negateProduct, subtract, c);
        default -> FusedMultiplyAdd.binary32(b, d, a, negateProduct, subtract, c);
      };
    }
  }
}
