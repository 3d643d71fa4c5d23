// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cached translations of linear pages for one kind of access rights: direct mapped, separate tags
 * for reading, writing and executing.
 *
 * <p>An entry in the processor's {@link Frame} is read tag, write tag, host address of the page,
 * and the span: which bits select the page by its size in the guest's tables, with bit 0 for a
 * global page. An access hits if its address lies within a page's length from the tag; an empty
 * entry's tag is a page that belongs to another entry, so no address looked up here lies in it.
 * Pages that hold decoded code have no write tag, so that writes to them take the slow path.
 */
public final class Tlb {
  /** Entries; a power of two. */
  public static final int SIZE = 1024;

  /** Cuts a page number to an entry's. */
  public static final int MASK = SIZE - 1;

  /** Bytes an entry takes in the frame. */
  public static final int ENTRY = 32;

  /** Fields of an entry. */
  public static final int READ_TAG = 0, WRITE_TAG = 8, HOST = 16, SPAN = 24;

  /** Bits of {@link Frame#TLB_NOTES}. */
  public static final int LARGE = 1, GLOBAL = 2;

  private static final long NO_PAGE = 1;
  private static final MemorySegment EMPTY = empty();

  /** Host address of the first entry. */
  final long entries;

  final long[] executeTag = new long[SIZE];
  final @Nullable CodePage[] executePage = new @Nullable CodePage[SIZE];
  private final long[] executeSpan = new long[SIZE];
  private final boolean[] executeGlobal = new boolean[SIZE];
  private final MemorySegment memory;
  private boolean executeLarge;
  private boolean executeNonGlobal;

  /** Host address of {@link Frame#TLB_NOTES} for this TLB. */
  private final long notes;

  Tlb(Frame frame, int number) {
    memory = frame.memory().asSlice(Frame.TLBS + (long) number * Frame.TLB_BYTES, Frame.TLB_BYTES);
    entries = memory.address();
    notes = frame.address + Frame.TLB_NOTES + 4L * number;
    flushAll();
  }

  private static MemorySegment empty() {
    MemorySegment table = Arena.global().allocate((long) SIZE * ENTRY, 8);
    for (int i = 0; i < SIZE; i++) {
      table.set(ValueLayout.JAVA_LONG, (long) i * ENTRY + READ_TAG, none(i));
      table.set(ValueLayout.JAVA_LONG, (long) i * ENTRY + WRITE_TAG, none(i));
    }
    return table;
  }

  private static long none(int entry) {
    return (entry ^ 1L) << 12;
  }

  static int index(long linear) {
    return (int) (linear >>> 12) & MASK;
  }

  /** Host address of the entry for a linear address. */
  static long entry(long entries, long linear) {
    return entries + (linear >>> 7 & (long) MASK * ENTRY);
  }

  private long at(int entry, int field) {
    return entries + (long) entry * ENTRY + field;
  }

  private boolean holds(int entry) {
    return HostMemory.get64(at(entry, READ_TAG)) != none(entry);
  }

  private void clear(int entry) {
    HostMemory.put64(at(entry, READ_TAG), none(entry));
    HostMemory.put64(at(entry, WRITE_TAG), none(entry));
  }

  void fill(long page, long host, boolean writable, long pageSpan, boolean isGlobal) {
    int i = index(page);
    HostMemory.put64(at(i, READ_TAG), page);
    HostMemory.put64(at(i, WRITE_TAG), writable ? page : none(i));
    HostMemory.put64(at(i, HOST), host);
    HostMemory.put64(at(i, SPAN), isGlobal ? pageSpan | 1 : pageSpan);
    int note = (pageSpan != -4096L ? LARGE : 0) | (isGlobal ? GLOBAL : 0);
    HostMemory.put32(notes, HostMemory.get32(notes) | note);
  }

  private boolean holdsAny(int kind) {
    return (HostMemory.get32(notes) & kind) != 0;
  }

  void fillExecute(long page, CodePage code, long pageSpan, boolean isGlobal) {
    int i = index(page);
    executeNonGlobal |= !isGlobal;
    executeTag[i] = page;
    executePage[i] = code;
    executeSpan[i] = pageSpan;
    executeGlobal[i] = isGlobal;
    executeLarge |= pageSpan != -4096L;
  }

  void flushAll() {
    memory.copyFrom(EMPTY);
    Arrays.fill(executeTag, NO_PAGE);
    HostMemory.put32(notes, 0);
    executeLarge = false;
    executeNonGlobal = false;
  }

  /** True if code of pages that aren't global may have been executed since they were flushed. */
  boolean executesNonGlobal() {
    return executeNonGlobal;
  }

  void flushNonGlobal() {
    boolean anyGlobal = holdsAny(GLOBAL);
    if (!anyGlobal) {
      memory.copyFrom(EMPTY);
    }
    for (int i = 0; i < SIZE; i++) {
      if (anyGlobal && (HostMemory.get64(at(i, SPAN)) & 1) == 0) {
        clear(i);
      }
      if (!executeGlobal[i]) {
        executeTag[i] = NO_PAGE;
      }
    }
    executeNonGlobal = false;
  }

  /** Forgets one page, whatever its size. */
  void flushPage(long linear) {
    int single = index(linear);
    long page = linear & -4096L;
    if (HostMemory.get64(at(single, READ_TAG)) == page) {
      clear(single);
    }
    if (executeTag[single] == page) {
      executeTag[single] = NO_PAGE;
    }
    if (executeLarge || holdsAny(LARGE)) {
      for (int i = 0; i < SIZE; i++) {
        long span = HostMemory.get64(at(i, SPAN)) & -4096L;
        if (holds(i) && ((HostMemory.get64(at(i, READ_TAG)) ^ linear) & span) == 0) {
          clear(i);
        }
        if (executeTag[i] != NO_PAGE && ((executeTag[i] ^ linear) & executeSpan[i]) == 0) {
          executeTag[i] = NO_PAGE;
        }
      }
    }
  }

  void flushWrites() {
    for (int i = 0; i < SIZE; i++) {
      HostMemory.put64(at(i, WRITE_TAG), none(i));
    }
  }

  /** Forgets write rights to one page of host memory. */
  void flushWritesTo(long hostPage) {
    for (int i = 0; i < SIZE; i++) {
      if (HostMemory.get64(at(i, HOST)) == hostPage) {
        HostMemory.put64(at(i, WRITE_TAG), none(i));
      }
    }
  }
}
