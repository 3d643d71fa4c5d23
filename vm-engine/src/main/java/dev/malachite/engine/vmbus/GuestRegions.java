// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import dev.malachite.engine.memory.GuestMemory;
import org.jspecify.annotations.Nullable;

/**
 * Finds the host memory behind guest physical addresses without allocating; a snapshot of the
 * regions, which don't change while the machine runs.
 */
final class GuestRegions {
  private final GuestMemory memory;
  private final GuestMemory.Region[] regions;

  GuestRegions(GuestMemory memory) {
    this.memory = memory;
    regions = memory.regions().toArray(GuestMemory.Region[]::new);
  }

  GuestMemory memory() {
    return memory;
  }

  /** The region that has the page at {@code gpa}, or null. */
  GuestMemory.@Nullable Region find(long gpa) {
    for (GuestMemory.Region region : regions) {
      long offset = gpa - region.gpa();
      if (offset >= 0 && offset < region.size()) {
        return region;
      }
    }
    return null;
  }
}
