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
 * <p>Sets of two entries, tag and host address each, the newer one first. An empty entry's tag is
 * an address that belongs to another set, so no address looked up here equals it.
 */
final class JumpCaches {
  /** What must not change between user's and kernel's code unnoticed. */
  private static final int COMMON = Mode.SSE | Mode.AVX | Mode.SMAP | Mode.BASES;

  /** By what addresses are multiplied (2 to the 32 divided by the golden ratio, odd). */
  static final int HASH = 0x9E37_79B1;

  /** What shifts the product right to get the set. */
  static final int HASH_SHIFT = 32 - Integer.numberOfTrailingZeros(Frame.JUMP_SETS);

  /** With more sets in use, a cache is cleared as a whole. */
  private static final int LOGGED = 2048;

  private static final MemorySegment EMPTY = empty();

  private final MemorySegment memory;
  private final long address;
  private final JumpPages[] pages;
  private final int[] modes = new int[Frame.JUMP_COUNT];
  private final short[][] log = new short[Frame.JUMP_COUNT][LOGGED];
  private final int[] used = new int[Frame.JUMP_COUNT];
  private int generation = -1;
  private int lastMode = Mode.NONE;

  JumpCaches(Frame frame, JumpPages[] pages) {
    this.pages = pages;
    memory = frame.memory();
    address = frame.address;
    for (int i = 0; i < Frame.JUMP_COUNT; i++) {
      used[i] = LOGGED + 1;
      clear(i);
      modes[i] = Mode.NONE;
    }
  }

  private static MemorySegment empty() {
    MemorySegment table = Arena.global().allocate(Frame.JUMP_BYTES, 8);
    for (int i = 0; i < Frame.JUMP_SETS; i++) {
      table.set(ValueLayout.JAVA_LONG, (long) Frame.JUMP_SET_BYTES * i, none(i));
      table.set(ValueLayout.JAVA_LONG, (long) Frame.JUMP_SET_BYTES * i + 16, none(i));
    }
    return table;
  }

  // An address of another set.
  private static long none(int set) {
    return set == 0 ? 1 : 0;
  }

  /** The set of a linear address: what translated code computes, too. */
  static int index(long linear) {
    return (int) linear * HASH >>> HASH_SHIFT;
  }

  private long at(int access, int set) {
    return address
        + Frame.JUMPS
        + (long) access * Frame.JUMP_BYTES
        + (long) set * Frame.JUMP_SET_BYTES;
  }

  private void clear(int access) {
    pages[access].clear();
    if (used[access] > LOGGED) {
      MemorySegment.copy(
          EMPTY, 0, memory, Frame.JUMPS + (long) access * Frame.JUMP_BYTES, Frame.JUMP_BYTES);
    } else {
      for (int i = 0; i < used[access]; i++) {
        int set = log[access][i];
        HostMemory.put64(at(access, set), none(set));
        HostMemory.put64(at(access, set) + 16, none(set));
      }
    }
    used[access] = 0;
  }

  /**
   * Clears what no longer holds.
   *
   * @param mode the mode of the code
   * @param now which filling of the code cache it belongs to
   * @param stale the caches whose linear addresses no longer hold, as bits by access kind
   */
  void clear(int mode, int now, int stale) {
    int access = mode & 3;
    int clear = now != generation || ((mode ^ lastMode) & COMMON) != 0 ? -1 : stale;
    generation = now;
    lastMode = mode;
    if (modes[access] != mode) {
      modes[access] = mode;
      clear |= 1 << access;
    }
    if (access == Mode.USER) {
      HostMemory.put32(address + Frame.USER_IS_WIDE, mode & Mode.WIDE);
    }
    for (int i = 0; i < Frame.JUMP_COUNT && clear != 0; i++) {
      if ((clear & 1 << i) != 0) {
        clear(i);
      }
    }
  }

  /** Adds an entry; {@link #clear(int, int, int)} came before. */
  void put(int mode, long linear, long outer) {
    int access = mode & 3;
    int set = index(linear);
    long entry = at(access, set);
    long tag = HostMemory.get64(entry);
    pages[access].add(linear);
    if (tag == none(set)) {
      if (used[access] < LOGGED) {
        log[access][used[access]] = (short) set;
      }
      used[access]++;
    } else if (tag != linear) {
      HostMemory.put64(entry + 16, tag);
      HostMemory.put64(entry + 24, HostMemory.get64(entry + 8));
    }
    HostMemory.put64(entry, linear);
    HostMemory.put64(entry + 8, outer);
  }

  /** Says that the last entry depends on the page of another address, too. */
  void add(int mode, long linear) {
    pages[mode & 3].add(linear);
  }
}
