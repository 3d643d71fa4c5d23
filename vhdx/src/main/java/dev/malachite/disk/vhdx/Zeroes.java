// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Tells memory that is all zeroes. */
final class Zeroes {
  private Zeroes() {}

  /** Whether every byte is zero. */
  static boolean areAll(MemorySegment bytes) {
    long size = bytes.byteSize();
    // A run of equal bytes is equal to itself shifted by one.
    return size == 0
        || (bytes.get(ValueLayout.JAVA_BYTE, 0) == 0
            && bytes.asSlice(1).mismatch(bytes.asSlice(0, size - 1)) < 0);
  }
}
