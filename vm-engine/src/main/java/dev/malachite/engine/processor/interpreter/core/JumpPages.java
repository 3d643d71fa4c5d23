// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.core;

import java.util.Arrays;

/**
 * Which linear pages a jump cache may have entries for: a set that may say yes too often, never no.
 *
 * <p>For one processor and one kind of access. Its thread only.
 */
public final class JumpPages {
  private static final int BITS = 1 << 14;
  private static final int LARGE_SHIFT = 21;

  private final long[] small = new long[BITS / 64];
  private final long[] large = new long[BITS / 64];
  private boolean huge;
  private boolean any;

  JumpPages() {}

  /** Adds the page of an address. */
  public void add(long linear) {
    set(small, linear >>> 12);
    any = true;
  }

  /** Adds all pages that one entry of the guest's tables maps. */
  void addSpan(long linear, long span) {
    if (span != -4096L) {
      set(large, linear >>> LARGE_SHIFT);
      huge |= span < -1L << LARGE_SHIFT + 1;
    }
  }

  /** True if an address that is in the same page, or in a large page with it, may be there. */
  boolean mayHold(long linear) {
    return any && (huge || get(small, linear >>> 12) || get(large, linear >>> LARGE_SHIFT));
  }

  /** Forgets all. */
  public void clear() {
    if (any) {
      Arrays.fill(small, 0);
      any = false;
    }
  }

  private static int hash(long page) {
    return (int) (page ^ page >>> 14) & BITS - 1;
  }

  private static void set(long[] bits, long page) {
    int h = hash(page);
    bits[h >>> 6] |= 1L << h;
  }

  private static boolean get(long[] bits, long page) {
    int h = hash(page);
    return (bits[h >>> 6] >>> h & 1) != 0;
  }
}
