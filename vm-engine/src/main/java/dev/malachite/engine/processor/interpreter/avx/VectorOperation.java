// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.avx;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Instruction.Operand;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/**
 * An operation that takes vector registers, the last of which may be memory that need not be
 * aligned, and writes a whole register, bits beyond the result being zeroed.
 *
 * <p>Registers are positions of the low halves in {@link Cpu#xmm} and {@link Cpu#ymmHigh}.
 */
abstract class VectorOperation extends Operation {
  final int target;

  /** The operand that VEX.vvvv names; the target where there is none. */
  final int first;

  final int second;
  private final @Nullable Address memory;
  private final int size;

  /** True if the result has 256 bits. */
  final boolean wide;

  /** The immediate byte; 0 if there is none. */
  final int immediate;

  /** The destination is the instruction's first operand; the others follow in order. */
  VectorOperation(Instruction i, @Nullable Address memory) {
    Operand last = i.operands[i.operandCount - 1];
    boolean hasImmediate = last.kind == Kind.IMMEDIATE;
    immediate = hasImmediate ? (int) last.value & 0xFF : 0;
    int sources = i.operandCount - (hasImmediate ? 2 : 1);
    Operand b = i.operands[Math.min(sources, 2)];
    target = 2 * i.operands[0].register;
    first = sources > 1 ? 2 * i.operands[1].register : target;
    boolean inMemory = b.kind == Kind.MEMORY;
    second = inMemory ? 0 : 2 * b.register;
    this.memory = inMemory ? memory : null;
    size = b.size;
    wide = i.operands[0].kind == Kind.YMM;
  }

  @Override
  public void execute(Cpu cpu) {
    Avx.check(cpu);
    Address m = memory;
    if (m == null) {
      long[] x = cpu.xmm;
      long[] y = cpu.ymmHigh;
      compute(cpu, x[second], x[second + 1], y[second], y[second + 1]);
      return;
    }
    long at = m.read(cpu, size);
    switch (size) {
      case 1 -> compute(cpu, cpu.read8(at), 0, 0, 0);
      case 2 -> compute(cpu, cpu.read16(at), 0, 0, 0);
      case 4 -> compute(cpu, cpu.read32(at) & 0xFFFF_FFFFL, 0, 0, 0);
      case 8 -> compute(cpu, cpu.read64(at), 0, 0, 0);
      case 16 -> compute(cpu, cpu.read64(at), cpu.read64(cpu.wrap(at + 8)), 0, 0);
      default ->
          compute(
              cpu,
              cpu.read64(at),
              cpu.read64(cpu.wrap(at + 8)),
              cpu.read64(cpu.wrap(at + 16)),
              cpu.read64(cpu.wrap(at + 24)));
    }
  }

  /** Computes and writes; the arguments are the last source. */
  abstract void compute(Cpu cpu, long b0, long b1, long b2, long b3);

  /** Writes 128 bits. */
  final void write(Cpu cpu, long r0, long r1) {
    write(cpu, r0, r1, 0, 0);
  }

  /** Writes 256 bits. */
  final void write(Cpu cpu, long r0, long r1, long r2, long r3) {
    cpu.xmm[target] = r0;
    cpu.xmm[target + 1] = r1;
    cpu.ymmHigh[target] = r2;
    cpu.ymmHigh[target + 1] = r3;
  }
}
