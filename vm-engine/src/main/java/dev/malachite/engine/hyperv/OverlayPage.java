// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A page that the guest gives the hypervisor through a register: bit 0 enables it, bits 63 to 12
 * are its page number, bits 11 to 1 are kept (TLFS, Overlay Pages).
 *
 * <p>Here the page is the guest's memory itself, cleared when it is enabled, instead of one of the
 * hypervisor's that hides it; guests set aside a page of their own for it, so they can't tell.
 */
final class OverlayPage {
  static final long ENABLED = 1;
  private static final byte ZERO = 0;

  private final GuestMemory memory;
  private volatile long register;
  private volatile @Nullable MemorySegment segment;

  OverlayPage(GuestMemory memory) {
    this.memory = memory;
  }

  long register() {
    return register;
  }

  /** Where it is, whether enabled or not. */
  long address() {
    return register & -GuestMemory.PAGE_SIZE;
  }

  /** The page, or null while it is not enabled. */
  @Nullable MemorySegment segment() {
    return segment;
  }

  /**
   * Writes the register.
   *
   * @return false if it enables a page where there is no memory
   */
  boolean write(long value) {
    MemorySegment page = null;
    if ((value & ENABLED) != 0) {
      long gpa = value & -GuestMemory.PAGE_SIZE;
      if (!memory.covers(gpa, GuestMemory.PAGE_SIZE)) {
        return false;
      }
      page = segment;
      if (page == null || gpa != address()) {
        page = memory.slice(gpa, GuestMemory.PAGE_SIZE);
        page.fill(ZERO);
        memory.written(gpa, GuestMemory.PAGE_SIZE);
      }
    }
    register = value;
    segment = page;
    return true;
  }

  /** Says that the guest sees new bytes in it. */
  void written(long offset, long length) {
    memory.written(address() + offset, length);
  }

  void reset() {
    register = 0;
    segment = null;
  }

  /** The page's content is guest memory, which comes back by itself. */
  void transfer(StateTransfer s) throws StateException {
    register = s.int64(register);
    if (s.loading()) {
      boolean enabled = (register & ENABLED) != 0;
      if (enabled && !memory.covers(address(), GuestMemory.PAGE_SIZE)) {
        throw s.impossible("a page at 0x%x, where there is no memory".formatted(address()));
      }
      segment = enabled ? memory.slice(address(), GuestMemory.PAGE_SIZE) : null;
    }
  }
}
