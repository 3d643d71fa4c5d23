// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor;

/**
 * A virtual processor, whichever backend runs it.
 *
 * <p>{@link #run} and the state methods belong to one thread, the processor's own; {@link #kick}
 * may be called from any.
 */
public interface VirtualProcessor extends RegisterAccess, AutoCloseable {
  /** Its number in the machine, from 0. Also its initial APIC id. */
  int index();

  /** Runs guest code, and waits while the guest has halted, until there is a reason to stop. */
  ExitReason run();

  /**
   * Makes {@link #run} return {@link ExitReason#KICKED} soon, or at once when it is called next.
   * Any thread.
   */
  void kick();

  /** Sets the power-on state (SDM volume 3, table 10-1): application processors wait for SIPI. */
  void reset();

  /** Copies the whole state out. Only while the processor doesn't run. */
  void save(ProcessorState state);

  /** Sets the whole state. Only while the processor doesn't run. */
  void restore(ProcessorState state);

  /** Instructions executed so far, as far as the backend counts them; any thread, not exact. */
  long instructions();

  @Override
  void close();
}
