// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter;

import dev.malachite.engine.processor.interpreter.core.Block;
import dev.malachite.engine.processor.interpreter.core.CodePage;
import dev.malachite.engine.processor.interpreter.core.Cpu;

/**
 * Runs guest code for an interpreting processor by a faster way where it can. The interpreter does
 * the rest: cold code, rare instructions, interrupts and faults.
 *
 * <p>All methods on the processor's own thread.
 */
public interface Accelerator {
  /** What became of an attempt to run. */
  enum Outcome {
    /** Nothing was done: interpret the block. */
    DECLINED,
    /** Code ran, and goes on at {@link Cpu#nextIp}. */
    RAN,
    /** Code ran, and the block at {@link Cpu#nextIp} must be interpreted now. */
    INTERPRET
  }

  /** Makes the accelerators of a machine's processors. */
  interface Factory {
    /** The accelerator of a processor. */
    Accelerator accelerator(Cpu cpu);
  }

  /** The processor's thread is about to run guest code. */
  void begin();

  /**
   * Runs from a block on.
   *
   * @param page the page the block is in
   * @param block what would be interpreted
   * @param offset of the block in the page
   * @param ip the same place as an offset in CS
   * @throws dev.malachite.engine.processor.interpreter.core.GuestFault raised by the instruction at
   *     {@link Cpu#nextIp}
   */
  Outcome run(CodePage page, Block block, int offset, long ip);

  /** Gives {@link Cpu#xmm} and its kin back their values: somebody else wants to use them. */
  void releaseVectors();
}
