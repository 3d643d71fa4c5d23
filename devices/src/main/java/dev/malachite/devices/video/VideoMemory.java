// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.video;

import dev.malachite.engine.memory.GuestMemory;
import java.lang.foreign.MemorySegment;

/** A display adapter's memory, at an address that is fixed or that the guest has chosen. */
public interface VideoMemory {
  /** Where the guest sees it now, or -1 if nowhere. */
  long gpa();

  /** The memory. */
  MemorySegment segment();

  /** Its size in bytes. */
  default long size() {
    return segment().byteSize();
  }

  /** Memory at a fixed address. */
  static VideoMemory of(GuestMemory.Region region) {
    return new VideoMemory() {
      @Override
      public long gpa() {
        return region.gpa();
      }

      @Override
      public MemorySegment segment() {
        return region.segment();
      }
    };
  }

  /** Memory that the guest places. */
  static VideoMemory of(GuestMemory.Window window) {
    return new VideoMemory() {
      @Override
      public long gpa() {
        return window.gpa();
      }

      @Override
      public MemorySegment segment() {
        return window.segment();
      }
    };
  }
}
