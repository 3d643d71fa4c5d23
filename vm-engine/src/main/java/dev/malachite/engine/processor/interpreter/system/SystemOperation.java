// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.system;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;

/** An operation of the system, given as a function. */
final class SystemOperation extends Operation {
  /** What it does. */
  @FunctionalInterface
  interface Action {
    void run(Cpu cpu);
  }

  private final Action action;
  private final boolean ends;

  private SystemOperation(Action action, boolean ends) {
    this.action = action;
    this.ends = ends;
  }

  /** An operation behind which the block goes on. */
  static Operation inline(Action action) {
    return new SystemOperation(action, false);
  }

  /** An operation that ends its block. */
  static Operation ending(Action action) {
    return new SystemOperation(action, true);
  }

  /** An operation of privilege level 0 that ends its block. */
  static Operation privileged(Action action) {
    return new SystemOperation(
        cpu -> {
          if (cpu.cpl != 0) {
            throw GuestFault.of(GuestFault.GP);
          }
          action.run(cpu);
        },
        true);
  }

  /** An operation of protected mode only (not virtual-8086) that ends its block. */
  static Operation protectedMode(Action action) {
    return new SystemOperation(
        cpu -> {
          if (cpu.realMode() || cpu.virtual8086()) {
            throw GuestFault.of(GuestFault.UD);
          }
          action.run(cpu);
        },
        true);
  }

  @Override
  public void execute(Cpu cpu) {
    action.run(cpu);
  }

  @Override
  public boolean endsBlock() {
    return ends;
  }
}
