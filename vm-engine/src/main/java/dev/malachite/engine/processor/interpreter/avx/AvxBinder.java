// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.avx;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** Binds VEX-encoded vector instructions. */
public final class AvxBinder {
  private AvxBinder() {}

  /**
   * The operation of a decoded instruction.
   *
   * @param memory its memory operand, if it has one
   * @return null if the instruction isn't of this group
   */
  public static @Nullable Operation bind(Instruction i, @Nullable Address memory) {
    return null;
  }
}
