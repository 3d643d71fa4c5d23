// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.device;

/** One input of an interrupt controller. May be driven from any thread. */
@FunctionalInterface
public interface InterruptLine {
  /** Sets the line's level; setting the level it has already does nothing. */
  void set(boolean asserted);

  /** A line that goes nowhere. */
  InterruptLine NONE = asserted -> {};

  /** Asserts and releases the line: an edge. */
  default void pulse() {
    set(true);
    set(false);
  }
}
