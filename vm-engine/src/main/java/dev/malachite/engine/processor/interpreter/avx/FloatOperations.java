// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.avx;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.simd.FloatBindings;
import dev.malachite.engine.processor.interpreter.simd.FloatFunctions;
import dev.malachite.engine.processor.interpreter.simd.Sse;
import dev.malachite.engine.processor.interpreter.simd.Wide;
import dev.malachite.engine.processor.interpreter.softfloat.Float32Ops;
import dev.malachite.engine.processor.interpreter.softfloat.Float64Ops;
import dev.malachite.engine.processor.interpreter.softfloat.FloatContext;
import org.jspecify.annotations.Nullable;

/** Floating-point arithmetic and comparisons, packed and scalar. */
final class FloatOperations {
  private FloatOperations() {}

  /** What a packed operation makes of 128 bits of both sources: 64 bits of the result. */
  @FunctionalInterface
  interface Half {
    /** First source a, second source b. */
    long apply(long a0, long a1, long b0, long b1, FloatContext c);
  }

  /**
   * Binds.
   *
   * @param plain the SSE opcode of the same name
   */
  static @Nullable Operation bind(Instruction i, @Nullable Address memory, Opcode plain) {
    int control = (int) i.operands[i.operandCount - 1].value;
    FloatFunctions.Single single =
        switch (plain) {
          case CMPPS, CMPSS -> FloatFunctions.compareSingle(control & 31);
          case ROUNDPS, ROUNDSS -> FloatFunctions.roundSingle(control);
          default -> FloatBindings.single(plain);
        };
    if (single != null) {
      return plain.name().endsWith("SS")
          ? new ScalarSingle(i, memory, single)
          : new Packed(i, memory, lowSingles(single), highSingles(single));
    }
    FloatFunctions.Doubled doubled =
        switch (plain) {
          case CMPPD, CMPSD -> FloatFunctions.compareDouble(control & 31);
          case ROUNDPD, ROUNDSD -> FloatFunctions.roundDouble(control);
          default -> FloatBindings.doubled(plain);
        };
    if (doubled != null) {
      return plain.name().endsWith("SD")
          ? new ScalarDouble(i, memory, doubled)
          : new Packed(
              i,
              memory,
              (a0, a1, b0, b1, c) -> doubled.apply(a0, b0, c),
              (a0, a1, b0, b1, c) -> doubled.apply(a1, b1, c));
    }
    return switch (plain) {
      case HADDPS -> horizontalSingles(i, memory, Float32Ops::add);
      case HSUBPS -> horizontalSingles(i, memory, Float32Ops::sub);
      case HADDPD -> horizontalDoubles(i, memory, Float64Ops::add);
      case HSUBPD -> horizontalDoubles(i, memory, Float64Ops::sub);
      case ADDSUBPS -> {
        FloatFunctions.Single[] f = {Float32Ops::sub, Float32Ops::add};
        yield new Packed(
            i,
            memory,
            (a0, a1, b0, b1, c) -> singles(f[0], f[1], a0, b0, c),
            (a0, a1, b0, b1, c) -> singles(f[0], f[1], a1, b1, c));
      }
      case ADDSUBPD ->
          new Packed(
              i,
              memory,
              (a0, a1, b0, b1, c) -> Float64Ops.sub(a0, b0, c),
              (a0, a1, b0, b1, c) -> Float64Ops.add(a1, b1, c));
      case DPPS -> new DotProduct(i, memory, false);
      case DPPD -> new DotProduct(i, memory, true);
      default -> null;
    };
  }

  private static int high(long value) {
    return (int) (value >>> 32);
  }

  private static long singles(
      FloatFunctions.Single even, FloatFunctions.Single odd, long a, long b, FloatContext c) {
    int low = even.apply((int) a, (int) b, c);
    return Wide.pair(low, odd.apply(high(a), high(b), c));
  }

  /** A function of single-precision lanes, on the low half. */
  static Half lowSingles(FloatFunctions.Single f) {
    return (a0, a1, b0, b1, c) -> singles(f, f, a0, b0, c);
  }

  /** The same on the high half. */
  static Half highSingles(FloatFunctions.Single f) {
    return (a0, a1, b0, b1, c) -> singles(f, f, a1, b1, c);
  }

  private static long neighbours(FloatFunctions.Single f, long low, long high, FloatContext c) {
    int first = f.apply((int) low, high(low), c);
    return Wide.pair(first, f.apply((int) high, high(high), c));
  }

  private static Operation horizontalSingles(
      Instruction i, @Nullable Address memory, FloatFunctions.Single f) {
    return new Packed(
        i,
        memory,
        (a0, a1, b0, b1, c) -> neighbours(f, a0, a1, c),
        (a0, a1, b0, b1, c) -> neighbours(f, b0, b1, c));
  }

  private static Operation horizontalDoubles(
      Instruction i, @Nullable Address memory, FloatFunctions.Doubled f) {
    return new Packed(
        i,
        memory,
        (a0, a1, b0, b1, c) -> f.apply(a0, a1, c),
        (a0, a1, b0, b1, c) -> f.apply(b0, b1, c));
  }

  /** All lanes, then exceptions, then the result. */
  static final class Packed extends VectorOperation {
    private final Half low;
    private final Half high;

    Packed(Instruction i, @Nullable Address memory, Half low, Half high) {
      super(i, memory);
      this.low = low;
      this.high = high;
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      long a0 = cpu.xmm[first];
      long a1 = cpu.xmm[first + 1];
      FloatContext c = Sse.begin(cpu);
      long r0 = low.apply(a0, a1, b0, b1, c);
      long r1 = high.apply(a0, a1, b0, b1, c);
      long r2 = 0;
      long r3 = 0;
      if (wide) {
        long a2 = cpu.ymmHigh[first];
        long a3 = cpu.ymmHigh[first + 1];
        r2 = low.apply(a2, a3, b2, b3, c);
        r3 = high.apply(a2, a3, b2, b3, c);
      }
      Sse.finish(cpu, c);
      write(cpu, r0, r1, r2, r3);
    }
  }

  private static final class ScalarSingle extends VectorOperation {
    private final FloatFunctions.Single function;

    ScalarSingle(Instruction i, @Nullable Address memory, FloatFunctions.Single function) {
      super(i, memory);
      this.function = function;
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      long a = cpu.xmm[first];
      FloatContext c = Sse.begin(cpu);
      int result = function.apply((int) a, (int) b0, c);
      Sse.finish(cpu, c);
      write(cpu, Wide.pair(result, high(a)), cpu.xmm[first + 1]);
    }
  }

  private static final class ScalarDouble extends VectorOperation {
    private final FloatFunctions.Doubled function;

    ScalarDouble(Instruction i, @Nullable Address memory, FloatFunctions.Doubled function) {
      super(i, memory);
      this.function = function;
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      FloatContext c = Sse.begin(cpu);
      long result = function.apply(cpu.xmm[first], b0, c);
      Sse.finish(cpu, c);
      write(cpu, result, cpu.xmm[first + 1]);
    }
  }

  /** DPPS and DPPD: exceptions of each step come before the next. */
  private static final class DotProduct extends VectorOperation {
    private final boolean doubles;

    DotProduct(Instruction i, @Nullable Address memory, boolean doubles) {
      super(i, memory);
      this.doubles = doubles;
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      long a0 = cpu.xmm[first];
      long a1 = cpu.xmm[first + 1];
      FloatContext c = Sse.begin(cpu);
      if (doubles) {
        long sum = doubles(cpu, c, a0, a1, b0, b1);
        write(cpu, (immediate & 1) != 0 ? sum : 0, (immediate & 2) != 0 ? sum : 0);
        return;
      }
      int sum = singles(cpu, c, a0, a1, b0, b1);
      int highSum = wide ? singles(cpu, c, cpu.ymmHigh[first], cpu.ymmHigh[first + 1], b2, b3) : 0;
      write(cpu, placed(sum, 0), placed(sum, 2), placed(highSum, 0), placed(highSum, 2));
    }

    private long placed(int sum, int at) {
      return Wide.pair(
          (immediate >> at & 1) != 0 ? sum : 0, (immediate >> at + 1 & 1) != 0 ? sum : 0);
    }

    private long doubles(Cpu cpu, FloatContext c, long a0, long a1, long b0, long b1) {
      long p0 = (immediate & 0x10) != 0 ? Float64Ops.mul(a0, b0, c) : 0;
      long p1 = (immediate & 0x20) != 0 ? Float64Ops.mul(a1, b1, c) : 0;
      Sse.finish(cpu, c);
      long sum = Float64Ops.add(p0, p1, c);
      Sse.finish(cpu, c);
      return sum;
    }

    private int singles(Cpu cpu, FloatContext c, long a0, long a1, long b0, long b1) {
      int p0 = (immediate & 0x10) != 0 ? Float32Ops.mul((int) a0, (int) b0, c) : 0;
      int p1 = (immediate & 0x20) != 0 ? Float32Ops.mul(high(a0), high(b0), c) : 0;
      int p2 = (immediate & 0x40) != 0 ? Float32Ops.mul((int) a1, (int) b1, c) : 0;
      int p3 = (immediate & 0x80) != 0 ? Float32Ops.mul(high(a1), high(b1), c) : 0;
      Sse.finish(cpu, c);
      int low = Float32Ops.add(p0, p1, c);
      int high = Float32Ops.add(p2, p3, c);
      Sse.finish(cpu, c);
      int sum = Float32Ops.add(low, high, c);
      Sse.finish(cpu, c);
      return sum;
    }
  }
}
