// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/**
 * An operation on an XMM register and a 16-byte operand in another one or in aligned memory.
 *
 * <p>{@code target} and {@code source} are positions of the low halves in {@link Cpu#xmm}.
 */
abstract class XmmOperation extends Operation {
  final int target;
  final int source;
  final @Nullable Address memory;

  /** The instruction's first operand is an XMM register, its second XMM or memory. */
  XmmOperation(Instruction i, @Nullable Address memory) {
    target = 2 * i.operands[0].register;
    boolean inMemory = i.operands[1].kind == Kind.MEMORY;
    source = inMemory ? 0 : 2 * i.operands[1].register;
    this.memory = inMemory ? memory : null;
  }

  @Override
  public void execute(Cpu cpu) {
    Sse.check(cpu);
    long[] x = cpu.xmm;
    Address m = memory;
    if (m == null) {
      compute(x, x[target], x[target + 1], x[source], x[source + 1]);
    } else {
      long at = Sse.alignedRead(cpu, m);
      compute(x, x[target], x[target + 1], cpu.read64(at), cpu.read64(at + 8));
    }
  }

  /** Writes the result of destination a and source b to x[target] and x[target + 1]. */
  abstract void compute(long[] x, long a0, long a1, long b0, long b1);
}
