// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import dev.malachite.engine.processor.interpreter.core.Frame;

/**
 * A piece of memory that several instructions of a block access by the same registers, so that the
 * first of them checks the address for all. Where the piece starts in the host's memory is kept in
 * the frame meanwhile.
 *
 * <p>Places are counted in bytes from the address that the registers made at the block's start.
 */
final class Span {
  /** The most bytes in one. It must not cross a page's end to be of use, so it should be small. */
  static final int LONGEST = 1024;

  /** Where in the frame its host address is. */
  final int slot;

  /** How many conditional branches there were in the block before it. */
  final int branches;

  private long low;
  private long high;
  private boolean writes;
  private int accesses;

  /** True once the code is written that checks it. */
  boolean checked;

  /**
   * A span of one access.
   *
   * @param number of its place in the frame, below {@link Frame#SPAN_COUNT}
   */
  Span(int number, int branches, long low, int size, boolean writes) {
    slot = Frame.SPANS + 8 * number;
    this.branches = branches;
    this.low = low;
    high = low + size;
    this.writes = writes;
    accesses = 1;
  }

  /**
   * Makes it larger for one more access, if that is wise.
   *
   * @param passed conditional branches before the access
   * @return false if it stays as it was
   */
  boolean join(int passed, long at, int size, boolean write) {
    // Whether a branch is taken may depend on whether the page may be written.
    if (write && !writes && passed != branches) {
      return false;
    }
    long from = Math.min(low, at);
    long to = Math.max(high, at + size);
    if (to - from > LONGEST) {
      return false;
    }
    low = from;
    high = to;
    writes |= write;
    accesses++;
    return true;
  }

  /** True if the check of the span is worth while and is one of the access, too. */
  boolean serves(long at, int size, int access) {
    return accesses > 1 && at >= low && at + size <= high && (writes || access == Generator.READ);
  }

  /** How far a place is from the span's start. */
  int from(long at) {
    return (int) (at - low);
  }

  /** Bytes. */
  int size() {
    return (int) (high - low);
  }

  /** {@link Generator#READ} or {@link Generator#WRITE}: for what it is checked. */
  int access() {
    return writes ? Generator.WRITE : Generator.READ;
  }
}
