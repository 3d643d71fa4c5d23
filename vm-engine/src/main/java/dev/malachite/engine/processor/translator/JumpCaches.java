// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import dev.malachite.engine.processor.interpreter.core.Frame;
import dev.malachite.engine.processor.interpreter.core.HostMemory;
import dev.malachite.engine.processor.interpreter.core.JumpPages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A processor's caches of where translated code for linear addresses is, one for each kind of
 * access, in its {@link Frame}.
 *
 * <p>Direct mapped by the address's low bits. An empty entry's tag is an address that belongs to
 * another entry.
 */
final class JumpCaches {
  private static final MemorySegment EMPTY = empty();

  private final MemorySegment memory;
  private final long address;
  private final JumpPages[] pages;
  private final int[] modes = new int[Frame.JUMP_COUNT];
  private int generation = -1;

  JumpCaches(Frame frame, JumpPages[] pages) {
    this.pages = pages;
    memory = frame.memory();
    address = frame.address;
    for (int i = 0; i < Frame.JUMP_COUNT; i++) {
      clear(i);
      modes[i] = Mode.NONE;
    }
  }

  private static MemorySegment empty() {
    MemorySegment table = Arena.global().allocate(Frame.JUMP_BYTES, 8);
    for (int i = 0; i < Frame.JUMP_ENTRIES; i++) {
      long other = i ^ 1;
      if (index(other) == i) {
        other = i ^ 2;
      }
      table.set(ValueLayout.JAVA_LONG, 16L * i, other);
    }
    return table;
  }

  /** The entry for a linear address: what translated code computes, too. */
  static int index(long linear) {
    return ((int) linear ^ (int) linear >>> 10) & Frame.JUMP_ENTRIES - 1;
  }

  private void clear(int access) {
    pages[access].clear();
    MemorySegment.copy(
        EMPTY, 0, memory, Frame.JUMPS + (long) access * Frame.JUMP_BYTES, Frame.JUMP_BYTES);
  }

  /**
   * Adds an entry, having cleared what no longer holds.
   *
   * @param mode the mode of the code
   * @param now which filling of the code cache it belongs to
   * @param stale the caches whose linear addresses no longer hold, as bits by access kind
   */
  void put(int mode, int now, int stale, long linear, long outer) {
    int clear = now != generation ? -1 : stale;
    generation = now;
    int access = mode & 3;
    if (modes[access] != mode) {
      modes[access] = mode;
      clear |= 1 << access;
    }
    for (int i = 0; i < Frame.JUMP_COUNT && clear != 0; i++) {
      if ((clear & 1 << i) != 0) {
        clear(i);
      }
    }
    long entry = address + Frame.JUMPS + (long) access * Frame.JUMP_BYTES + index(linear) * 16L;
    pages[access].add(linear);
    HostMemory.put64(entry, linear);
    HostMemory.put64(entry + 8, outer);
  }

  /** Says that the last entry depends on the page of another address, too. */
  void add(int mode, long linear) {
    pages[mode & 3].add(linear);
  }
}
