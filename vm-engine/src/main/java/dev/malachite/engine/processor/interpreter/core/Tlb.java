// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cached translations of linear pages for one kind of access rights: direct mapped, separate tags
 * for reading, writing and executing.
 *
 * <p>A tag is the page's linear address, or {@link #NONE}, which no page-aligned address equals.
 * Reading and writing share the addend: what to add to a linear address to get the host's. Pages
 * that hold decoded code have no write tag, so that writes to them take the slow path.
 */
public final class Tlb {
  /** Entries; a power of two. */
  static final int SIZE = 1024;

  static final int MASK = SIZE - 1;

  /** The tag of an empty entry. */
  static final long NONE = 1;

  final long[] readTag = new long[SIZE];
  final long[] writeTag = new long[SIZE];
  final long[] addend = new long[SIZE];
  final long[] executeTag = new long[SIZE];
  final @Nullable CodePage[] executePage = new @Nullable CodePage[SIZE];

  /** Bits of an address that select the page, by the size of the page in the guest's tables. */
  private final long[] span = new long[SIZE];

  private final long[] executeSpan = new long[SIZE];
  private final boolean[] global = new boolean[SIZE];
  private final boolean[] executeGlobal = new boolean[SIZE];
  private boolean large;

  Tlb() {
    flushAll();
  }

  static int index(long linear) {
    return (int) (linear >>> 12) & MASK;
  }

  void fill(long page, long host, boolean writable, long pageSpan, boolean isGlobal) {
    int i = index(page);
    readTag[i] = page;
    writeTag[i] = writable ? page : NONE;
    addend[i] = host - page;
    span[i] = pageSpan;
    global[i] = isGlobal;
    large |= pageSpan != -4096L;
  }

  void fillExecute(long page, CodePage code, long pageSpan, boolean isGlobal) {
    int i = index(page);
    executeTag[i] = page;
    executePage[i] = code;
    executeSpan[i] = pageSpan;
    executeGlobal[i] = isGlobal;
    large |= pageSpan != -4096L;
  }

  void flushAll() {
    Arrays.fill(readTag, NONE);
    Arrays.fill(writeTag, NONE);
    Arrays.fill(executeTag, NONE);
    large = false;
  }

  void flushNonGlobal() {
    for (int i = 0; i < SIZE; i++) {
      if (!global[i]) {
        readTag[i] = NONE;
        writeTag[i] = NONE;
      }
      if (!executeGlobal[i]) {
        executeTag[i] = NONE;
      }
    }
  }

  void flushPage(long linear) {
    int single = index(linear);
    long page = linear & -4096L;
    if (readTag[single] == page) {
      readTag[single] = NONE;
      writeTag[single] = NONE;
    }
    if (executeTag[single] == page) {
      executeTag[single] = NONE;
    }
    if (large) {
      for (int i = 0; i < SIZE; i++) {
        if (readTag[i] != NONE && ((readTag[i] ^ linear) & span[i]) == 0) {
          readTag[i] = NONE;
          writeTag[i] = NONE;
        }
        if (executeTag[i] != NONE && ((executeTag[i] ^ linear) & executeSpan[i]) == 0) {
          executeTag[i] = NONE;
        }
      }
    }
  }

  void flushWrites() {
    Arrays.fill(writeTag, NONE);
  }

  /** Forgets write rights to one page of host memory. */
  void flushWritesTo(long hostPage) {
    for (int i = 0; i < SIZE; i++) {
      if (writeTag[i] + addend[i] == hostPage) {
        writeTag[i] = NONE;
      }
    }
  }
}
