// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.core;

import dev.malachite.engine.host.Libc;
import dev.malachite.engine.memory.GuestMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A byte for each page of guest memory, where page walks in translated code see it too: whether the
 * page holds code, and whether no processor has used its neighbourhood yet.
 *
 * <p>The host gives memory page by page, as it is used, each page by a fault that costs more than
 * anything else about it. So when a processor first uses one of {@link #TOGETHER} pages, all of
 * them are asked for at once. Any thread.
 */
final class PageMarks {
  private static final byte CODE = Frame.PAGE_HOLDS_CODE;
  private static final byte UNUSED = Frame.PAGE_UNUSED;

  /** How many pages get their memory together; a power of two. */
  private static final int TOGETHER = 16;

  private static final long FIRST_MEBIBYTE = 1 << 20;

  private final GuestMemory.Region[] regions;
  private final MemorySegment[] marks;

  PageMarks(GuestMemory.Region[] regions) {
    this.regions = regions;
    marks = new MemorySegment[regions.length];
    for (int i = 0; i < regions.length; i++) {
      marks[i] = Arena.ofAuto().allocate(regions[i].size() >>> 12, 8);
      if (regions[i].ram()) {
        marks[i].fill(UNUSED);
      }
    }
  }

  /**
   * Describes the pieces of main memory that page walks outside the interpreter may use, in a
   * processor's frame: memory above the first MiB, where nothing is ever shielded.
   */
  void describe(Frame frame) {
    int piece = 0;
    for (int i = 0; i < regions.length && piece < 2; i++) {
      GuestMemory.Region r = regions[i];
      long start = Math.max(r.gpa(), FIRST_MEBIBYTE);
      if (r.ram() && start < r.end()) {
        long at = frame.address + Frame.PIECES + (long) piece * Frame.PIECE_BYTES;
        HostMemory.put64(at, start);
        HostMemory.put64(at + 8, r.end() - start);
        HostMemory.put64(at + 16, r.hostAddress() - r.gpa());
        HostMemory.put64(at + 24, marks[i].address() - (r.gpa() >>> 12));
        piece++;
      }
    }
  }

  /** Says whether a page of a region holds code. */
  void code(int region, int page, boolean code) {
    MemorySegment all = marks[region];
    synchronized (all) {
      int others = all.get(ValueLayout.JAVA_BYTE, page) & ~CODE;
      all.set(ValueLayout.JAVA_BYTE, page, (byte) (code ? others | CODE : others));
    }
  }

  /** To be called before a processor may use the page at a physical address. */
  void use(long gpa) {
    for (int i = 0; i < regions.length; i++) {
      long offset = gpa - regions[i].gpa();
      if (offset >= 0 && offset < regions[i].size()) {
        int page = (int) (offset >>> 12);
        if ((marks[i].get(ValueLayout.JAVA_BYTE, page) & UNUSED) != 0) {
          populate(i, page & -TOGETHER);
        }
        return;
      }
    }
  }

  private void populate(int region, int first) {
    MemorySegment all = marks[region];
    int end = (int) Math.min(first + TOGETHER, all.byteSize());
    synchronized (all) {
      for (int page = first; page < end; page++) {
        all.set(
            ValueLayout.JAVA_BYTE, page, (byte) (all.get(ValueLayout.JAVA_BYTE, page) & ~UNUSED));
      }
    }
    long address = regions[region].hostAddress() + ((long) first << 12);
    Libc.populate(address, (long) (end - first) << 12, true);
  }
}
