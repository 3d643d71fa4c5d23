// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

/**
 * An entry of the block allocation table (section 2.5.1): a state in bits 0 to 2 and a file offset
 * in MiB in bits 20 to 63. Kept as the 64-bit value itself.
 */
final class BatEntry {
  /** Bytes in an entry. */
  static final int SIZE = 8;

  static final int NOT_PRESENT = 0;
  static final int UNDEFINED = 1;
  static final int ZERO = 2;
  static final int UNMAPPED = 3;
  static final int FULLY_PRESENT = 6;
  static final int PARTIALLY_PRESENT = 7;

  private static final long STATE_MASK = 7;
  private static final long OFFSET_MASK = -1L << 20;

  private BatEntry() {}

  static int state(long entry) {
    return (int) (entry & STATE_MASK);
  }

  /** The block's place in the file in bytes; the field is in MiB, so its bits are the offset. */
  static long offset(long entry) {
    return entry & OFFSET_MASK;
  }

  /** Whether all of the block is in the file. */
  static boolean isPresent(long entry) {
    return (entry & STATE_MASK) == FULLY_PRESENT;
  }

  /** Whether the block has space in the file, for all of it or for some sectors. */
  static boolean hasSpace(long entry) {
    return (entry & STATE_MASK) >= FULLY_PRESENT;
  }

  /** Whether the block reads as the parent's does. */
  static boolean isAbsent(long entry) {
    return (entry & STATE_MASK) == NOT_PRESENT;
  }

  /**
   * Whether a block has to change to be in a state without contents. One that is unmapped or
   * undefined reads as zeroes here but maybe not elsewhere, so it has to be told that it is zero;
   * so has one that is its parent's.
   */
  static boolean isReleasable(long entry, int state, boolean differencing) {
    int current = state(entry);
    return current >= FULLY_PRESENT
        || (state == ZERO
            && (current == UNDEFINED
                || current == UNMAPPED
                || (current == NOT_PRESENT && differencing)));
  }

  static long of(int state, long offset) {
    return offset | state;
  }
}
