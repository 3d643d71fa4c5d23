// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.machine;

/**
 * How a machine came to its end.
 *
 * @param cause why
 * @param detail for people: what is known beyond the cause; may be empty
 */
public record MachineEnd(Cause cause, String detail) {
  /** Causes of an end. */
  public enum Cause {
    /** The guest powered off. */
    POWERED_OFF,
    /** The host turned the machine off. */
    TURNED_OFF,
    /** The guest crashed: triple fault, or it reported a crash and stopped. */
    CRASHED,
    /** The engine failed; the machine's fault or ours. */
    FAILED
  }
}
