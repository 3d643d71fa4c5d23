// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Operation;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Operations that make 32 bits of each 64: the packing and the horizontal ones. The destination's
 * results come first, then the source's.
 */
final class FoldOperation extends XmmOperation {
  private final LongUnaryOperator fold;

  private FoldOperation(Instruction i, @Nullable Address memory, LongUnaryOperator fold) {
    super(i, memory);
    this.fold = fold;
  }

  static Operation of(Instruction i, @Nullable Address memory, LongUnaryOperator fold) {
    return i.operands[0].kind == Kind.MMX
        ? new LaneOperation.OnMmx(
            i, memory, (a, b) -> fold.applyAsLong(a) | fold.applyAsLong(b) << 32)
        : new FoldOperation(i, memory, fold);
  }

  @Override
  void compute(long[] x, long a0, long a1, long b0, long b1) {
    x[target] = fold.applyAsLong(a0) | fold.applyAsLong(a1) << 32;
    x[target + 1] = fold.applyAsLong(b0) | fold.applyAsLong(b1) << 32;
  }
}
