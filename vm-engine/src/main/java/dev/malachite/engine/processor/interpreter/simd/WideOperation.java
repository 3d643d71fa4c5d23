// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Address;
import org.jspecify.annotations.Nullable;

/** The rarer operations that take all of two 16-byte operands and perhaps an immediate. */
public final class WideOperation extends XmmOperation {
  /** What is done. */
  @FunctionalInterface
  public interface Function {
    /** Writes the result of destination a and source b to x[t] and x[t + 1]. */
    void compute(long[] x, int t, long a0, long a1, long b0, long b1, int immediate);
  }

  private final Function function;
  private final int immediate;

  WideOperation(Instruction i, @Nullable Address memory, Function function) {
    super(i, memory);
    this.function = function;
    immediate = i.operandCount > 2 ? (int) i.operands[2].value & 0xFF : 0;
  }

  @Override
  void compute(long[] x, long a0, long a1, long b0, long b1) {
    function.compute(x, target, a0, a1, b0, b1, immediate);
  }
}
