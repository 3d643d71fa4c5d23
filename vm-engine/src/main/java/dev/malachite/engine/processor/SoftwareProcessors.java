// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor;

import java.util.List;
import java.util.function.IntPredicate;

/** The processors of one machine whose translations the engine keeps itself, not the hardware. */
public interface SoftwareProcessors {
  /** The processors, by number. */
  List<? extends VirtualProcessor> processors();

  /**
   * Makes processors forget their translations; returns when none can use an old one any more.
   *
   * @param caller the processor on whose thread this is called
   * @param targets numbers of the processors meant; the caller may be one
   */
  void flush(VirtualProcessor caller, IntPredicate targets);

  /**
   * As {@link #flush}, for some pages.
   *
   * @param ranges page addresses, each with the number of further pages (0 to 4095) in its low bits
   * @param count how many of them count
   */
  void flushPages(VirtualProcessor caller, IntPredicate targets, long[] ranges, int count);
}
