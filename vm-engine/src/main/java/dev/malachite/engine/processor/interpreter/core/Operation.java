// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.core;

import org.jspecify.annotations.Nullable;

/**
 * One decoded instruction, bound to what executes it: operands resolved, forms specialized.
 *
 * <p>Immutable after binding and shared by all processors of a machine.
 */
public abstract class Operation {
  /** Offset of the instruction's first byte in its page. Set once by the block builder. */
  public int offset;

  /** Length in bytes, 1 to 15. Set once by the block builder. */
  public int length;

  /** The memory operand, if there is one: tells stack from general protection faults. */
  public @Nullable Address address;

  /**
   * Executes the instruction. Control transfers set {@link Cpu#nextIp}; all others leave it alone.
   *
   * @throws GuestFault before anything has changed that a restart would notice
   */
  public abstract void execute(Cpu cpu);

  /**
   * True if no other instruction may follow in the same block: control transfers, and whatever
   * changes mode, translation, interrupt flag or trap flag, or leaves the processor.
   */
  public boolean endsBlock() {
    return false;
  }
}
