// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0
package dev.malachite.engine.processor;

/** Why {@link VirtualProcessor#run} returned. */
public enum ExitReason {
  /** The processor waits for an interrupt (HLT, or wait-for-SIPI). */
  HALTED,
  /** Somebody called {@link VirtualProcessor#kick}. */
  KICKED,
  /** A triple fault: on a PC the board resets the machine. */
  TRIPLE_FAULT,
  /** The guest asked for the end through {@link ProcessorExits} (power off, reset). */
  STOPPED
}
