// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** Binds MMX and SSE to SSE4.2 instructions, and those that save and restore their state. */
public final class SimdBinder {
  private SimdBinder() {}

  /**
   * The operation of a decoded instruction.
   *
   * @param memory its memory operand, if it has one
   * @return null if the instruction isn't of this group
   */
  public static @Nullable Operation bind(Instruction i, @Nullable Address memory) {
    Operation operation = MoveBindings.bind(i, memory);
    if (operation == null) {
      operation = i.operands[0].kind == Kind.MMX ? null : HotBindings.bind(i, memory);
    }
    if (operation == null) {
      operation = IntegerBindings.bind(i, memory);
    }
    if (operation == null) {
      operation = WideBindings.bind(i, memory);
    }
    if (operation == null) {
      operation = FloatBindings.bind(i, memory);
    }
    if (operation == null) {
      operation = ConversionBindings.bind(i, memory);
    }
    return operation != null ? operation : StateBindings.bind(i, memory);
  }
}
