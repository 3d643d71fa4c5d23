// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** PMOVSX and PMOVZX: the source's low lanes, widened to fill the destination. */
public final class Extension extends Operation {
  private final int target;
  private final int source;
  private final @Nullable Address memory;
  private final int from;
  private final int to;
  private final boolean signed;

  /**
   * @param from bits of a source lane
   * @param to bits of a destination lane
   */
  Extension(Instruction i, @Nullable Address memory, int from, int to, boolean signed) {
    target = 2 * i.operands[0].register;
    boolean inMemory = i.operands[1].kind == Kind.MEMORY;
    source = inMemory ? 0 : 2 * i.operands[1].register;
    this.memory = inMemory ? memory : null;
    this.from = from;
    this.to = to;
    this.signed = signed;
  }

  @Override
  public void execute(Cpu cpu) {
    Sse.check(cpu);
    long[] x = cpu.xmm;
    long b;
    if (memory == null) {
      b = x[source];
    } else {
      int size = 16 * from / to;
      long at = memory.read(cpu, size);
      b = size == 8 ? cpu.read64(at) : size == 4 ? cpu.read32(at) : cpu.read16(at);
    }
    x[target] = widen(b, from, to, signed);
    x[target + 1] = widen(b >>> 64 * from / to, from, to, signed);
  }

  /** The lowest lanes of {@code from} bits, widened to fill 64 bits with lanes of {@code to}. */
  public static long widen(long b, int from, int to, boolean signed) {
    long result = 0;
    long mask = to == 64 ? -1 : (1L << to) - 1;
    for (int i = 0; i < 64 / to; i++) {
      long top = b >>> i * from << 64 - from;
      result |= (signed ? top >> 64 - from : top >>> 64 - from) << i * to & mask << i * to;
    }
    return result;
  }
}
