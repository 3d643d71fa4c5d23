// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.softfloat.Float32Ops;
import dev.malachite.engine.processor.interpreter.softfloat.Float64Ops;
import dev.malachite.engine.processor.interpreter.softfloat.FloatContext;
import org.jspecify.annotations.Nullable;

/** Conversions between integers and floating-point numbers, and between these (CVT…). */
final class Conversions {
  private Conversions() {}

  /** An XMM, MMX or general register, or memory, to an XMM register. */
  abstract static class ToXmm extends Operation {
    final int target;
    final int source;
    final Kind kind;
    final @Nullable Address memory;
    private final int size;

    /**
     * @param size bytes of the memory operand
     */
    ToXmm(Instruction i, @Nullable Address memory, int size) {
      target = 2 * i.operands[0].register;
      kind = i.operands[1].kind;
      source = i.operands[1].register;
      this.memory = kind == Kind.MEMORY ? memory : null;
      this.size = size;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      if (kind == Kind.MMX) {
        Mmx.check(cpu);
      }
      long b0;
      long b1 = 0;
      Address m = memory;
      if (m != null) {
        switch (size) {
          case 4 -> b0 = cpu.read32(m.read(cpu, 4));
          case 8 -> b0 = cpu.read64(m.read(cpu, 8));
          default -> {
            long at = Sse.alignedRead(cpu, m);
            b0 = cpu.read64(at);
            b1 = cpu.read64(at + 8);
          }
        }
      } else if (kind == Kind.XMM) {
        b0 = cpu.xmm[2 * source];
        b1 = cpu.xmm[2 * source + 1];
      } else if (kind == Kind.MMX) {
        b0 = cpu.x87.significand[source];
      } else {
        b0 = cpu.r[source];
      }
      convert(cpu, Sse.begin(cpu), b0, b1);
      if (kind == Kind.MMX) {
        Mmx.enter(cpu.x87);
      }
    }

    /** Computes, calls {@link Sse#finish}, writes. */
    abstract void convert(Cpu cpu, FloatContext c, long b0, long b1);

    final void write(Cpu cpu, FloatContext c, long low, long high) {
      Sse.finish(cpu, c);
      cpu.xmm[target] = low;
      cpu.xmm[target + 1] = high;
    }

    final void writeLow(Cpu cpu, FloatContext c, long low) {
      Sse.finish(cpu, c);
      cpu.xmm[target] = low;
    }

    final void writeSingle(Cpu cpu, FloatContext c, int low) {
      Sse.finish(cpu, c);
      cpu.xmm[target] = cpu.xmm[target] & ~0xFFFF_FFFFL | low & 0xFFFF_FFFFL;
    }
  }

  private static int high(long value) {
    return (int) (value >>> 32);
  }

  /** CVTSI2SD. */
  static final class IntegerToDouble extends ToXmm {
    private final boolean wide;

    IntegerToDouble(Instruction i, @Nullable Address memory) {
      super(i, memory, i.operands[1].size);
      wide = i.operands[1].size == 8;
    }

    @Override
    void convert(Cpu cpu, FloatContext c, long b0, long b1) {
      writeLow(cpu, c, wide ? Float64Ops.fromInt64(b0, c) : Float64Ops.fromInt32((int) b0, c));
    }
  }

  /** CVTSI2SS. */
  static final class IntegerToSingle extends ToXmm {
    private final boolean wide;

    IntegerToSingle(Instruction i, @Nullable Address memory) {
      super(i, memory, i.operands[1].size);
      wide = i.operands[1].size == 8;
    }

    @Override
    void convert(Cpu cpu, FloatContext c, long b0, long b1) {
      writeSingle(cpu, c, wide ? Float32Ops.fromInt64(b0, c) : Float32Ops.fromInt32((int) b0, c));
    }
  }

  /** CVTSS2SD. */
  static final class SingleToDouble extends ToXmm {
    SingleToDouble(Instruction i, @Nullable Address memory) {
      super(i, memory, 4);
    }

    @Override
    void convert(Cpu cpu, FloatContext c, long b0, long b1) {
      writeLow(cpu, c, Float32Ops.toFloat64((int) b0, c));
    }
  }

  /** CVTSD2SS. */
  static final class DoubleToSingle extends ToXmm {
    DoubleToSingle(Instruction i, @Nullable Address memory) {
      super(i, memory, 8);
    }

    @Override
    void convert(Cpu cpu, FloatContext c, long b0, long b1) {
      writeSingle(cpu, c, Float64Ops.toFloat32(b0, c));
    }
  }

  /** CVTPI2PS. */
  static final class PairToSingles extends ToXmm {
    PairToSingles(Instruction i, @Nullable Address memory) {
      super(i, memory, 8);
    }

    @Override
    void convert(Cpu cpu, FloatContext c, long b0, long b1) {
      int low = Float32Ops.fromInt32((int) b0, c);
      writeLow(cpu, c, Wide.pair(low, Float32Ops.fromInt32(high(b0), c)));
    }
  }

  /** CVTPI2PD and CVTDQ2PD. */
  static final class PairToDoubles extends ToXmm {
    PairToDoubles(Instruction i, @Nullable Address memory) {
      super(i, memory, 8);
    }

    @Override
    void convert(Cpu cpu, FloatContext c, long b0, long b1) {
      long low = Float64Ops.fromInt32((int) b0, c);
      write(cpu, c, low, Float64Ops.fromInt32(high(b0), c));
    }
  }

  /** CVTDQ2PS. */
  static final class IntegersToSingles extends ToXmm {
    IntegersToSingles(Instruction i, @Nullable Address memory) {
      super(i, memory, 16);
    }

    @Override
    void convert(Cpu cpu, FloatContext c, long b0, long b1) {
      int r0 = Float32Ops.fromInt32((int) b0, c);
      int r1 = Float32Ops.fromInt32(high(b0), c);
      int r2 = Float32Ops.fromInt32((int) b1, c);
      int r3 = Float32Ops.fromInt32(high(b1), c);
      write(cpu, c, Wide.pair(r0, r1), Wide.pair(r2, r3));
    }
  }

  /** CVTPS2DQ and CVTTPS2DQ. */
  static final class SinglesToIntegers extends ToXmm {
    private final boolean truncate;

    SinglesToIntegers(Instruction i, @Nullable Address memory, boolean truncate) {
      super(i, memory, 16);
      this.truncate = truncate;
    }

    @Override
    void convert(Cpu cpu, FloatContext c, long b0, long b1) {
      int r0 = Float32Ops.toInt32((int) b0, truncate, c);
      int r1 = Float32Ops.toInt32(high(b0), truncate, c);
      int r2 = Float32Ops.toInt32((int) b1, truncate, c);
      int r3 = Float32Ops.toInt32(high(b1), truncate, c);
      write(cpu, c, Wide.pair(r0, r1), Wide.pair(r2, r3));
    }
  }

  /** CVTPD2DQ and CVTTPD2DQ. */
  static final class DoublesToIntegers extends ToXmm {
    private final boolean truncate;

    DoublesToIntegers(Instruction i, @Nullable Address memory, boolean truncate) {
      super(i, memory, 16);
      this.truncate = truncate;
    }

    @Override
    void convert(Cpu cpu, FloatContext c, long b0, long b1) {
      int low = Float64Ops.toInt32(b0, truncate, c);
      write(cpu, c, Wide.pair(low, Float64Ops.toInt32(b1, truncate, c)), 0);
    }
  }

  /** CVTPS2PD. */
  static final class SinglesToDoubles extends ToXmm {
    SinglesToDoubles(Instruction i, @Nullable Address memory) {
      super(i, memory, 8);
    }

    @Override
    void convert(Cpu cpu, FloatContext c, long b0, long b1) {
      long low = Float32Ops.toFloat64((int) b0, c);
      write(cpu, c, low, Float32Ops.toFloat64(high(b0), c));
    }
  }

  /** CVTPD2PS. */
  static final class DoublesToSingles extends ToXmm {
    DoublesToSingles(Instruction i, @Nullable Address memory) {
      super(i, memory, 16);
    }

    @Override
    void convert(Cpu cpu, FloatContext c, long b0, long b1) {
      int low = Float64Ops.toFloat32(b0, c);
      write(cpu, c, Wide.pair(low, Float64Ops.toFloat32(b1, c)), 0);
    }
  }

  /** CVTSS2SI, CVTSD2SI and the truncating ones. */
  static final class ToGeneral extends Operation {
    private final int target;
    private final int source;
    private final @Nullable Address memory;
    private final boolean fromDouble;
    private final boolean wide;
    private final boolean truncate;

    ToGeneral(Instruction i, @Nullable Address memory, boolean fromDouble, boolean truncate) {
      target = i.operands[0].register;
      wide = i.operands[0].size == 8;
      source = 2 * i.operands[1].register;
      this.memory = i.operands[1].kind == Kind.MEMORY ? memory : null;
      this.fromDouble = fromDouble;
      this.truncate = truncate;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      Address m = memory;
      long b =
          m == null
              ? cpu.xmm[source]
              : fromDouble ? cpu.read64(m.read(cpu, 8)) : cpu.read32(m.read(cpu, 4));
      FloatContext c = Sse.begin(cpu);
      long result;
      if (wide) {
        result =
            fromDouble
                ? Float64Ops.toInt64(b, truncate, c)
                : Float32Ops.toInt64((int) b, truncate, c);
      } else {
        result =
            0xFFFF_FFFFL
                & (fromDouble
                    ? Float64Ops.toInt32(b, truncate, c)
                    : Float32Ops.toInt32((int) b, truncate, c));
      }
      Sse.finish(cpu, c);
      cpu.r[target] = result;
    }
  }

  /** CVTPS2PI, CVTPD2PI and the truncating ones. */
  static final class ToMmx extends Operation {
    private final int target;
    private final int source;
    private final @Nullable Address memory;
    private final boolean fromDouble;
    private final boolean truncate;

    ToMmx(Instruction i, @Nullable Address memory, boolean fromDouble, boolean truncate) {
      target = i.operands[0].register;
      source = 2 * i.operands[1].register;
      this.memory = i.operands[1].kind == Kind.MEMORY ? memory : null;
      this.fromDouble = fromDouble;
      this.truncate = truncate;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      Mmx.check(cpu);
      long b0 = cpu.xmm[source];
      long b1 = cpu.xmm[source + 1];
      Address m = memory;
      if (m != null) {
        long at = m.read(cpu, fromDouble ? 16 : 8);
        if (fromDouble && (at & 15) != 0) {
          throw GuestFault.of(GuestFault.GP);
        }
        b0 = cpu.read64(at);
        b1 = fromDouble ? cpu.read64(at + 8) : 0;
      }
      FloatContext c = Sse.begin(cpu);
      int low =
          fromDouble
              ? Float64Ops.toInt32(b0, truncate, c)
              : Float32Ops.toInt32((int) b0, truncate, c);
      int high =
          fromDouble
              ? Float64Ops.toInt32(b1, truncate, c)
              : Float32Ops.toInt32(high(b0), truncate, c);
      Sse.finish(cpu, c);
      Mmx.enter(cpu.x87);
      Mmx.set(cpu.x87, target, Wide.pair(low, high));
    }
  }
}
