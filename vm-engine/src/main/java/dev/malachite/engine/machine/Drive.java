// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.machine;

import dev.malachite.disk.VirtualDisk;

/**
 * A disk or DVD in a machine.
 *
 * @param kind what the guest sees
 * @param disk its contents, opened by whoever configures the machine and closed after it
 */
public record Drive(Kind kind, VirtualDisk disk) {
  /** Kinds of drives. */
  public enum Kind {
    /** A hard disk. */
    DISK,
    /** A DVD drive with a medium in it. */
    DVD,
    /** A floppy drive with a diskette in it; Generation 1 machines may have one. */
    FLOPPY
  }
}
