// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import static dev.malachite.disk.vhdx.VhdxConstants.MIB;
import static dev.malachite.disk.vhdx.VhdxConstants.MIB_SHIFT;

import java.util.BitSet;

/** Which mebibytes of the file are taken, to find structures that overlap and gaps between them. */
final class SpaceMap {
  private final BitSet taken = new BitSet();

  /** Takes a range on 1 MiB bounds; false, and nothing taken, if a part of it is taken already. */
  boolean claim(long offset, long length) {
    int from = (int) (offset >>> MIB_SHIFT);
    int to = (int) ((offset + length) >>> MIB_SHIFT);
    int next = taken.nextSetBit(from);
    if (next >= 0 && next < to) {
      return false;
    }
    taken.set(from, to);
    return true;
  }

  /** Whether nothing of a range is taken. */
  boolean isFree(long offset, long length) {
    int next = taken.nextSetBit((int) (offset >>> MIB_SHIFT));
    return next < 0 || next >= (int) ((offset + length) >>> MIB_SHIFT);
  }

  /** The end of the last range taken. */
  long end() {
    return (long) taken.length() << MIB_SHIFT;
  }

  /**
   * Where the first gap of a length starts at or after an offset; -1 if none lies before the end.
   */
  long nextGap(long offset, long length) {
    int need = (int) (length / MIB);
    int from = taken.nextClearBit((int) (offset >>> MIB_SHIFT));
    while (true) {
      int to = taken.nextSetBit(from);
      if (to < 0) {
        return -1;
      }
      if (to - from >= need) {
        return (long) from << MIB_SHIFT;
      }
      from = taken.nextClearBit(to);
    }
  }

  /** Where the gap that a position lies in ends; the position itself if it is taken. */
  long gapEnd(long position) {
    int next = taken.nextSetBit((int) (position >>> MIB_SHIFT));
    return next < 0 ? end() : (long) next << MIB_SHIFT;
  }

  /** Bytes taken. */
  long used() {
    return (long) taken.cardinality() << MIB_SHIFT;
  }
}
