// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

import org.jspecify.annotations.Nullable;

/** What the partition tells the machine around it, on the processor's thread it happened on. */
public interface PartitionEvents {
  /**
   * The guest's kernel reports that it has crashed (TLFS, Guest Crash Enlightenment).
   *
   * @param processor the number of the processor that reports it
   * @param parameters P0 to P4
   * @param message what the kernel says, or null if it says nothing
   */
  void crash(int processor, long[] parameters, @Nullable String message);

  /** The guest asks for a reset of the machine. */
  void reset();

  /**
   * How long a processor has run guest code.
   *
   * @param processor its number
   * @return in units of 100 ns, never going back
   */
  long runtime(int processor);
}
