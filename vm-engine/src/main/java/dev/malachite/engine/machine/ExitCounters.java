// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.machine;

/** Counts exits by kind; each processor counts its own without synchronization. */
final class ExitCounters {
  /** Kinds of exits. */
  enum Kind {
    PORT(0),
    MMIO(1),
    MSR(2),
    CPUID(3),
    HYPERCALL(4);

    private final int slot;

    Kind(int slot) {
      this.slot = slot;
    }
  }

  // A cache line and more between two processors' counters.
  private static final int STRIDE = 16;

  private final long[] counts;
  private final int processors;

  ExitCounters(int processors) {
    this.processors = processors;
    counts = new long[processors * STRIDE];
  }

  void count(int processor, Kind kind) {
    counts[processor * STRIDE + kind.slot]++;
  }

  /** All processors' sum; not exact while they run. */
  long sum(Kind kind) {
    long sum = 0;
    for (int i = 0; i < processors; i++) {
      sum += counts[i * STRIDE + kind.slot];
    }
    return sum;
  }
}
