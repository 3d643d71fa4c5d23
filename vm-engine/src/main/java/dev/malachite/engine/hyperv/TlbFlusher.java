// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

import dev.malachite.engine.processor.VirtualProcessor;

/**
 * Makes processors forget address translations for the flush hypercalls.
 *
 * <p>Called on the calling processor's thread, inside its hypercall. A method must not return while
 * a target can still use an old translation; the caller may be one of the targets. Two processors
 * may call at once with each other as targets, so an implementation that waits serves the requests
 * of others meanwhile.
 */
public interface TlbFlusher {
  /** An address space that stands for all of them. */
  long ALL_SPACES = -1;

  /**
   * Forgets all translations.
   *
   * @param caller the processor inside the hypercall
   * @param targets whose translations; valid during the call only
   * @param addressSpace the CR3 value of the space concerned, or {@link #ALL_SPACES}
   * @param globals true if translations marked global go as well
   */
  void flush(VirtualProcessor caller, VpSet targets, long addressSpace, boolean globals);

  /**
   * Forgets the translations of some pages, global ones too.
   *
   * @param caller the processor inside the hypercall
   * @param targets whose translations; valid during the call only
   * @param addressSpace the CR3 value of the space concerned, or {@link #ALL_SPACES}
   * @param ranges each a page's linear address plus, in bits 11 to 0, how many further pages; valid
   *     during the call only
   * @param count how many elements of {@code ranges} count
   */
  void flushPages(
      VirtualProcessor caller, VpSet targets, long addressSpace, long[] ranges, int count);
}
