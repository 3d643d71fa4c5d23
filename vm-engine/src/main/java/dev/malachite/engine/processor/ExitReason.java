// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor;

/** Why {@link VirtualProcessor#run} returned. */
public enum ExitReason {
  /** Somebody called {@link VirtualProcessor#kick}. */
  KICKED,
  /** A triple fault: on a PC the board resets the machine. */
  TRIPLE_FAULT
}
