// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.softfloat.Float32Ops;
import dev.malachite.engine.processor.interpreter.softfloat.Float64Ops;
import dev.malachite.engine.processor.interpreter.softfloat.FloatContext;
import org.jspecify.annotations.Nullable;

/** Scalar floating-point operations: ADDSD, SQRTSS, CMPSD, ROUNDSS and their kin. */
abstract class ScalarFloat extends Operation {
  final int target;
  final int source;
  final @Nullable Address memory;

  private ScalarFloat(Instruction i, @Nullable Address memory) {
    target = 2 * i.operands[0].register;
    boolean inMemory = i.operands[1].kind == Kind.MEMORY;
    source = inMemory ? 0 : 2 * i.operands[1].register;
    this.memory = inMemory ? memory : null;
  }

  static Operation ofSingle(
      Instruction i, @Nullable Address memory, FloatFunctions.Single function) {
    return new AnySingle(i, memory, function);
  }

  static Operation ofDouble(
      Instruction i, @Nullable Address memory, FloatFunctions.Doubled function) {
    return new AnyDouble(i, memory, function);
  }

  final int single(Cpu cpu) {
    Address m = memory;
    return m == null ? (int) cpu.xmm[source] : cpu.read32(m.read(cpu, 4));
  }

  final long doubled(Cpu cpu) {
    Address m = memory;
    return m == null ? cpu.xmm[source] : cpu.read64(m.read(cpu, 8));
  }

  final void write(Cpu cpu, int value) {
    cpu.xmm[target] = cpu.xmm[target] & ~0xFFFF_FFFFL | value & 0xFFFF_FFFFL;
  }

  private static final class AnySingle extends ScalarFloat {
    private final FloatFunctions.Single function;

    AnySingle(Instruction i, @Nullable Address memory, FloatFunctions.Single function) {
      super(i, memory);
      this.function = function;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      int b = single(cpu);
      FloatContext c = Sse.begin(cpu);
      int result = function.apply((int) cpu.xmm[target], b, c);
      Sse.finish(cpu, c);
      write(cpu, result);
    }
  }

  private static final class AnyDouble extends ScalarFloat {
    private final FloatFunctions.Doubled function;

    AnyDouble(Instruction i, @Nullable Address memory, FloatFunctions.Doubled function) {
      super(i, memory);
      this.function = function;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long b = doubled(cpu);
      FloatContext c = Sse.begin(cpu);
      long result = function.apply(cpu.xmm[target], b, c);
      Sse.finish(cpu, c);
      cpu.xmm[target] = result;
    }
  }

  /** ADDSD. */
  static final class AddDouble extends ScalarFloat {
    AddDouble(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long b = doubled(cpu);
      FloatContext c = Sse.begin(cpu);
      long result = Float64Ops.add(cpu.xmm[target], b, c);
      Sse.finish(cpu, c);
      cpu.xmm[target] = result;
    }
  }

  /** SUBSD. */
  static final class SubtractDouble extends ScalarFloat {
    SubtractDouble(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long b = doubled(cpu);
      FloatContext c = Sse.begin(cpu);
      long result = Float64Ops.sub(cpu.xmm[target], b, c);
      Sse.finish(cpu, c);
      cpu.xmm[target] = result;
    }
  }

  /** MULSD. */
  static final class MultiplyDouble extends ScalarFloat {
    MultiplyDouble(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long b = doubled(cpu);
      FloatContext c = Sse.begin(cpu);
      long result = Float64Ops.mul(cpu.xmm[target], b, c);
      Sse.finish(cpu, c);
      cpu.xmm[target] = result;
    }
  }

  /** DIVSD. */
  static final class DivideDouble extends ScalarFloat {
    DivideDouble(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long b = doubled(cpu);
      FloatContext c = Sse.begin(cpu);
      long result = Float64Ops.div(cpu.xmm[target], b, c);
      Sse.finish(cpu, c);
      cpu.xmm[target] = result;
    }
  }

  /** ADDSS. */
  static final class AddSingle extends ScalarFloat {
    AddSingle(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      int b = single(cpu);
      FloatContext c = Sse.begin(cpu);
      int result = Float32Ops.add((int) cpu.xmm[target], b, c);
      Sse.finish(cpu, c);
      write(cpu, result);
    }
  }

  /** SUBSS. */
  static final class SubtractSingle extends ScalarFloat {
    SubtractSingle(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      int b = single(cpu);
      FloatContext c = Sse.begin(cpu);
      int result = Float32Ops.sub((int) cpu.xmm[target], b, c);
      Sse.finish(cpu, c);
      write(cpu, result);
    }
  }

  /** MULSS. */
  static final class MultiplySingle extends ScalarFloat {
    MultiplySingle(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      int b = single(cpu);
      FloatContext c = Sse.begin(cpu);
      int result = Float32Ops.mul((int) cpu.xmm[target], b, c);
      Sse.finish(cpu, c);
      write(cpu, result);
    }
  }

  /** DIVSS. */
  static final class DivideSingle extends ScalarFloat {
    DivideSingle(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      int b = single(cpu);
      FloatContext c = Sse.begin(cpu);
      int result = Float32Ops.div((int) cpu.xmm[target], b, c);
      Sse.finish(cpu, c);
      write(cpu, result);
    }
  }

  /** COMISD and UCOMISD. */
  static final class CompareDouble extends ScalarFloat {
    private final boolean signal;

    CompareDouble(Instruction i, @Nullable Address memory, boolean signal) {
      super(i, memory);
      this.signal = signal;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long b = doubled(cpu);
      FloatContext c = Sse.begin(cpu);
      int order = Float64Ops.compare(cpu.xmm[target], b, signal, c);
      Sse.finish(cpu, c);
      setFlags(cpu, order);
    }
  }

  /** COMISS and UCOMISS. */
  static final class CompareSingle extends ScalarFloat {
    private final boolean signal;

    CompareSingle(Instruction i, @Nullable Address memory, boolean signal) {
      super(i, memory);
      this.signal = signal;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      int b = single(cpu);
      FloatContext c = Sse.begin(cpu);
      int order = Float32Ops.compare((int) cpu.xmm[target], b, signal, c);
      Sse.finish(cpu, c);
      setFlags(cpu, order);
    }
  }

  // SDM volume 2, COMISD: less CF, equal ZF, unordered ZF, PF and CF.
  private static void setFlags(Cpu cpu, int order) {
    switch (order) {
      case -1 -> cpu.arithmeticFlags(Cpu.CF);
      case 0 -> cpu.arithmeticFlags(Cpu.ZF);
      case 1 -> cpu.arithmeticFlags(0);
      default -> cpu.arithmeticFlags(Cpu.ZF | Cpu.PF | Cpu.CF);
    }
  }
}
