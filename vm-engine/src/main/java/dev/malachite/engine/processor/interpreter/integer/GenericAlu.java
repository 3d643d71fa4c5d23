// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** Arithmetic and logic with two operands in the forms that are not hot. */
final class GenericAlu extends Operation {
  private final int operation;
  private final boolean keeps;
  private final Place target;
  private final Place source;

  /**
   * Binds it.
   *
   * @param operation one of {@link Alu}'s
   */
  GenericAlu(int operation, Instruction i, @Nullable Address address) {
    this.operation = operation;
    keeps = operation < Alu.CMP;
    target = new Place(i, 0, address);
    source = new Place(i, 1, address);
  }

  @Override
  public void execute(Cpu cpu) {
    long b = source.read(cpu);
    if (keeps) {
      long at = target.toUpdate(cpu);
      target.store(cpu, at, Alu.apply(cpu, operation, target.load(cpu, at), b, target.size));
    } else {
      Alu.apply(cpu, operation, target.read(cpu), b, target.size);
    }
  }
}
