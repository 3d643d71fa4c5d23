// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.softfloat.Float32Ops;
import dev.malachite.engine.processor.interpreter.softfloat.Float64Ops;
import dev.malachite.engine.processor.interpreter.softfloat.FloatContext;
import org.jspecify.annotations.Nullable;

/** Packed floating-point operations: ADDPS, CMPPD, HADDPS, DPPS and their kin. */
abstract class PackedFloat extends XmmOperation {
  private PackedFloat(Instruction i, @Nullable Address memory) {
    super(i, memory);
  }

  @Override
  public void execute(Cpu cpu) {
    Sse.check(cpu);
    long[] x = cpu.xmm;
    long b0;
    long b1;
    Address m = memory;
    if (m == null) {
      b0 = x[source];
      b1 = x[source + 1];
    } else {
      long at = Sse.alignedRead(cpu, m);
      b0 = cpu.read64(at);
      b1 = cpu.read64(at + 8);
    }
    FloatContext c = Sse.begin(cpu);
    compute(cpu, c, x[target], x[target + 1], b0, b1);
  }

  /** Computes, calls {@link Sse#finish}, and writes the result. */
  abstract void compute(Cpu cpu, FloatContext c, long a0, long a1, long b0, long b1);

  @Override
  final void compute(long[] x, long a0, long a1, long b0, long b1) {
    throw new IllegalStateException("a floating-point operation needs a context");
  }

  final void write(Cpu cpu, FloatContext c, long low, long high) {
    Sse.finish(cpu, c);
    cpu.xmm[target] = low;
    cpu.xmm[target + 1] = high;
  }

  private static int high(long value) {
    return (int) (value >>> 32);
  }

  static Operation ofSingles(
      Instruction i, @Nullable Address memory, FloatFunctions.Single function) {
    return new Singles(i, memory, function);
  }

  static Operation ofDoubles(
      Instruction i, @Nullable Address memory, FloatFunctions.Doubled function) {
    return new Doubles(i, memory, function);
  }

  private static final class Singles extends PackedFloat {
    private final FloatFunctions.Single function;

    Singles(Instruction i, @Nullable Address memory, FloatFunctions.Single function) {
      super(i, memory);
      this.function = function;
    }

    @Override
    void compute(Cpu cpu, FloatContext c, long a0, long a1, long b0, long b1) {
      int r0 = function.apply((int) a0, (int) b0, c);
      int r1 = function.apply(high(a0), high(b0), c);
      int r2 = function.apply((int) a1, (int) b1, c);
      int r3 = function.apply(high(a1), high(b1), c);
      write(cpu, c, Wide.pair(r0, r1), Wide.pair(r2, r3));
    }
  }

  private static final class Doubles extends PackedFloat {
    private final FloatFunctions.Doubled function;

    Doubles(Instruction i, @Nullable Address memory, FloatFunctions.Doubled function) {
      super(i, memory);
      this.function = function;
    }

    @Override
    void compute(Cpu cpu, FloatContext c, long a0, long a1, long b0, long b1) {
      long low = function.apply(a0, b0, c);
      write(cpu, c, low, function.apply(a1, b1, c));
    }
  }

  /** HADDPS, HSUBPS: neighbours of the destination, then of the source. */
  static final class HorizontalSingles extends PackedFloat {
    private final FloatFunctions.Single function;

    HorizontalSingles(Instruction i, @Nullable Address memory, FloatFunctions.Single function) {
      super(i, memory);
      this.function = function;
    }

    @Override
    void compute(Cpu cpu, FloatContext c, long a0, long a1, long b0, long b1) {
      int r0 = function.apply((int) a0, high(a0), c);
      int r1 = function.apply((int) a1, high(a1), c);
      int r2 = function.apply((int) b0, high(b0), c);
      int r3 = function.apply((int) b1, high(b1), c);
      write(cpu, c, Wide.pair(r0, r1), Wide.pair(r2, r3));
    }
  }

  /** HADDPD, HSUBPD. */
  static final class HorizontalDoubles extends PackedFloat {
    private final FloatFunctions.Doubled function;

    HorizontalDoubles(Instruction i, @Nullable Address memory, FloatFunctions.Doubled function) {
      super(i, memory);
      this.function = function;
    }

    @Override
    void compute(Cpu cpu, FloatContext c, long a0, long a1, long b0, long b1) {
      long low = function.apply(a0, a1, c);
      write(cpu, c, low, function.apply(b0, b1, c));
    }
  }

  /** ADDSUBPS: even lanes subtracted, odd ones added. */
  static final class AddSubtractSingles extends PackedFloat {
    AddSubtractSingles(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    void compute(Cpu cpu, FloatContext c, long a0, long a1, long b0, long b1) {
      int r0 = Float32Ops.sub((int) a0, (int) b0, c);
      int r1 = Float32Ops.add(high(a0), high(b0), c);
      int r2 = Float32Ops.sub((int) a1, (int) b1, c);
      int r3 = Float32Ops.add(high(a1), high(b1), c);
      write(cpu, c, Wide.pair(r0, r1), Wide.pair(r2, r3));
    }
  }

  /** ADDSUBPD. */
  static final class AddSubtractDoubles extends PackedFloat {
    AddSubtractDoubles(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    void compute(Cpu cpu, FloatContext c, long a0, long a1, long b0, long b1) {
      long low = Float64Ops.sub(a0, b0, c);
      write(cpu, c, low, Float64Ops.add(a1, b1, c));
    }
  }

  /** DPPS: the immediate chooses the products that are added and where the sum goes. */
  static final class DotProductSingles extends PackedFloat {
    private final int choice;

    DotProductSingles(Instruction i, @Nullable Address memory) {
      super(i, memory);
      choice = (int) i.operands[2].value;
    }

    @Override
    void compute(Cpu cpu, FloatContext c, long a0, long a1, long b0, long b1) {
      int p0 = (choice & 0x10) != 0 ? Float32Ops.mul((int) a0, (int) b0, c) : 0;
      int p1 = (choice & 0x20) != 0 ? Float32Ops.mul(high(a0), high(b0), c) : 0;
      int p2 = (choice & 0x40) != 0 ? Float32Ops.mul((int) a1, (int) b1, c) : 0;
      int p3 = (choice & 0x80) != 0 ? Float32Ops.mul(high(a1), high(b1), c) : 0;
      Sse.finish(cpu, c);
      int low = Float32Ops.add(p0, p1, c);
      int high = Float32Ops.add(p2, p3, c);
      Sse.finish(cpu, c);
      int sum = Float32Ops.add(low, high, c);
      write(
          cpu,
          c,
          Wide.pair((choice & 1) != 0 ? sum : 0, (choice & 2) != 0 ? sum : 0),
          Wide.pair((choice & 4) != 0 ? sum : 0, (choice & 8) != 0 ? sum : 0));
    }
  }

  /** DPPD. */
  static final class DotProductDoubles extends PackedFloat {
    private final int choice;

    DotProductDoubles(Instruction i, @Nullable Address memory) {
      super(i, memory);
      choice = (int) i.operands[2].value;
    }

    @Override
    void compute(Cpu cpu, FloatContext c, long a0, long a1, long b0, long b1) {
      long p0 = (choice & 0x10) != 0 ? Float64Ops.mul(a0, b0, c) : 0;
      long p1 = (choice & 0x20) != 0 ? Float64Ops.mul(a1, b1, c) : 0;
      Sse.finish(cpu, c);
      long sum = Float64Ops.add(p0, p1, c);
      write(cpu, c, (choice & 1) != 0 ? sum : 0, (choice & 2) != 0 ? sum : 0);
    }
  }
}
