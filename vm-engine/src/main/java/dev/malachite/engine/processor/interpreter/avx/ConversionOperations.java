// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.avx;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.simd.FloatFunctions;
import dev.malachite.engine.processor.interpreter.simd.Sse;
import dev.malachite.engine.processor.interpreter.simd.Wide;
import dev.malachite.engine.processor.interpreter.softfloat.Float16Ops;
import dev.malachite.engine.processor.interpreter.softfloat.Float32Ops;
import dev.malachite.engine.processor.interpreter.softfloat.Float64Ops;
import dev.malachite.engine.processor.interpreter.softfloat.FloatContext;
import org.jspecify.annotations.Nullable;

/** Conversions that write vector registers, and of half-precision numbers (VCVT…). */
final class ConversionOperations {
  private ConversionOperations() {}

  @FunctionalInterface
  private interface Widening {
    long apply(int b, FloatContext c);
  }

  @FunctionalInterface
  private interface Narrowing {
    int apply(long b, FloatContext c);
  }

  static @Nullable Operation bind(Instruction i, @Nullable Address memory) {
    return switch (i.opcode) {
      case VCVTDQ2PS -> inPlace(i, memory, (a, b, c) -> Float32Ops.fromInt32(b, c));
      case VCVTPS2DQ -> inPlace(i, memory, (a, b, c) -> Float32Ops.toInt32(b, false, c));
      case VCVTTPS2DQ -> inPlace(i, memory, (a, b, c) -> Float32Ops.toInt32(b, true, c));
      case VCVTPS2PD -> new Widen(i, memory, Float32Ops::toFloat64);
      case VCVTDQ2PD -> new Widen(i, memory, Float64Ops::fromInt32);
      case VCVTPD2PS -> new Narrow(i, memory, Float64Ops::toFloat32);
      case VCVTPD2DQ -> new Narrow(i, memory, (b, c) -> Float64Ops.toInt32(b, false, c));
      case VCVTTPD2DQ -> new Narrow(i, memory, (b, c) -> Float64Ops.toInt32(b, true, c));
      case VCVTPH2PS -> new FromHalves(i, memory);
      case VCVTPS2PH -> new ToHalves(i, memory);
      case VCVTSS2SD -> new ToScalarDouble(i, memory, (b, c) -> Float32Ops.toFloat64((int) b, c));
      case VCVTSD2SS -> new ToScalarSingle(i, memory, Float64Ops::toFloat32);
      case VCVTSI2SD ->
          new ToScalarDouble(
              i,
              memory,
              i.operands[2].size == 8
                  ? Float64Ops::fromInt64
                  : (b, c) -> Float64Ops.fromInt32((int) b, c));
      case VCVTSI2SS ->
          new ToScalarSingle(
              i,
              memory,
              i.operands[2].size == 8
                  ? Float32Ops::fromInt64
                  : (b, c) -> Float32Ops.fromInt32((int) b, c));
      default -> null;
    };
  }

  private static Operation inPlace(
      Instruction i, @Nullable Address memory, FloatFunctions.Single function) {
    return new FloatOperations.Packed(
        i, memory, FloatOperations.lowSingles(function), FloatOperations.highSingles(function));
  }

  private static int high(long value) {
    return (int) (value >>> 32);
  }

  private static final class Widen extends VectorOperation {
    private final Widening function;

    Widen(Instruction i, @Nullable Address memory, Widening function) {
      super(i, memory);
      this.function = function;
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      FloatContext c = Sse.begin(cpu);
      long r0 = function.apply((int) b0, c);
      long r1 = function.apply(high(b0), c);
      long r2 = wide ? function.apply((int) b1, c) : 0;
      long r3 = wide ? function.apply(high(b1), c) : 0;
      Sse.finish(cpu, c);
      write(cpu, r0, r1, r2, r3);
    }
  }

  private static final class Narrow extends VectorOperation {
    private final Narrowing function;
    private final boolean four;

    Narrow(Instruction i, @Nullable Address memory, Narrowing function) {
      super(i, memory);
      this.function = function;
      four = i.operands[1].size == 32;
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      FloatContext c = Sse.begin(cpu);
      int r0 = function.apply(b0, c);
      int r1 = function.apply(b1, c);
      int r2 = four ? function.apply(b2, c) : 0;
      int r3 = four ? function.apply(b3, c) : 0;
      Sse.finish(cpu, c);
      write(cpu, Wide.pair(r0, r1), Wide.pair(r2, r3));
    }
  }

  private static final class FromHalves extends VectorOperation {
    FromHalves(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      FloatContext c = Sse.begin(cpu);
      long r0 = pair((int) b0, c);
      long r1 = pair(high(b0), c);
      long r2 = wide ? pair((int) b1, c) : 0;
      long r3 = wide ? pair(high(b1), c) : 0;
      Sse.finish(cpu, c);
      write(cpu, r0, r1, r2, r3);
    }

    private static long pair(int halves, FloatContext c) {
      int low = Float16Ops.toFloat32(halves & 0xFFFF, c);
      return Wide.pair(low, Float16Ops.toFloat32(halves >>> 16, c));
    }
  }

  /** VCVTPS2PH, whose destination may be memory. */
  private static final class ToHalves extends Operation {
    private final int target;
    private final int source;
    private final boolean wide;
    private final int control;
    private final @Nullable Address memory;

    ToHalves(Instruction i, @Nullable Address memory) {
      target = 2 * i.operands[0].register;
      source = 2 * i.operands[1].register;
      wide = i.operands[1].kind == Kind.YMM;
      control = (int) i.operands[2].value;
      this.memory = i.operands[0].kind == Kind.MEMORY ? memory : null;
    }

    @Override
    public void execute(Cpu cpu) {
      Avx.check(cpu);
      Address m = memory;
      int size = wide ? 16 : 8;
      long at = 0;
      if (m != null) {
        at = m.write(cpu, size);
        cpu.probeWrite(at, size);
      }
      FloatContext c = Sse.begin(cpu);
      long low = four(cpu.xmm[source], cpu.xmm[source + 1], c);
      long high = wide ? four(cpu.ymmHigh[source], cpu.ymmHigh[source + 1], c) : 0;
      Sse.finish(cpu, c);
      if (m == null) {
        cpu.xmm[target] = low;
        cpu.xmm[target + 1] = high;
        cpu.ymmHigh[target] = 0;
        cpu.ymmHigh[target + 1] = 0;
        return;
      }
      cpu.write64(at, low);
      if (wide) {
        cpu.write64(cpu.wrap(at + 8), high);
      }
    }

    private long four(long low, long high, FloatContext c) {
      return pair(low, c) | pair(high, c) << 32;
    }

    private long pair(long singles, FloatContext c) {
      int rounding = (control & 4) != 0 ? c.rounding : control & 3;
      int low = Float16Ops.fromFloat32((int) singles, rounding, c);
      return low | (long) Float16Ops.fromFloat32(high(singles), rounding, c) << 16;
    }
  }

  /** The second source of a scalar conversion may be a general register. */
  private abstract static class Scalar extends VectorOperation {
    private final int general;

    Scalar(Instruction i, @Nullable Address memory) {
      super(i, memory);
      general = i.operands[2].kind == Kind.GENERAL ? i.operands[2].register : -1;
    }

    final long source(Cpu cpu, long b) {
      return general < 0 ? b : cpu.r[general];
    }
  }

  @FunctionalInterface
  private interface FromWord {
    long apply(long b, FloatContext c);
  }

  private static final class ToScalarDouble extends Scalar {
    private final FromWord function;

    ToScalarDouble(Instruction i, @Nullable Address memory, FromWord function) {
      super(i, memory);
      this.function = function;
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      FloatContext c = Sse.begin(cpu);
      long result = function.apply(source(cpu, b0), c);
      Sse.finish(cpu, c);
      write(cpu, result, cpu.xmm[first + 1]);
    }
  }

  private static final class ToScalarSingle extends Scalar {
    private final Narrowing function;

    ToScalarSingle(Instruction i, @Nullable Address memory, Narrowing function) {
      super(i, memory);
      this.function = function;
    }

    @Override
    void compute(Cpu cpu, long b0, long b1, long b2, long b3) {
      FloatContext c = Sse.begin(cpu);
      int result = function.apply(source(cpu, b0), c);
      Sse.finish(cpu, c);
      write(cpu, Wide.pair(result, high(cpu.xmm[first])), cpu.xmm[first + 1]);
    }
  }
}
