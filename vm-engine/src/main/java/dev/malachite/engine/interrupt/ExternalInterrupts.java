// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.interrupt;

/** The interrupt controller behind a local APIC that works in virtual wire mode: a PIC. */
public interface ExternalInterrupts {
  /** A controller that never wants anything. */
  ExternalInterrupts NONE = () -> -1;

  /**
   * Takes the pending interrupt: returns its vector, or -1 if there is none after all. On the
   * thread of the processor that takes it.
   */
  int acknowledge();
}
