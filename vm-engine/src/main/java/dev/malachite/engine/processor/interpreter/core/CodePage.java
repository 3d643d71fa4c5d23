// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.core;

import org.jspecify.annotations.Nullable;

/**
 * A page of guest memory that holds decoded code, with its blocks by the offset they start at.
 *
 * <p>Shared by the machine's processors without locks: blocks are immutable, and a processor that
 * misses a block another one has just stored decodes it once more. When the page is written to, it
 * becomes invalid for good, and the next execution starts with a new object.
 */
public final class CodePage {
  /** Guest physical address of the first byte. */
  public final long gpa;

  /** Host address of the first byte. */
  public final long host;

  // Blocks by offset, in pieces of 64 bytes: most pages use few of them, and there are thousands
  // of pages.
  private final @Nullable Block[] @Nullable [] pieces = new Block[64][];

  /** False once the page has been written to. */
  public volatile boolean valid = true;

  /** What was translated from the page, if anything was. */
  public volatile @Nullable TranslatedCode translated;

  /** True once no processor can write to the page without being noticed. */
  private boolean settled;

  private final int[] tickets;

  CodePage(long gpa, long host, int[] tickets) {
    this.gpa = gpa;
    this.host = host;
    this.tickets = tickets;
  }

  /** The block that starts at an offset, or null if none is kept. */
  public @Nullable Block block(int offset) {
    @Nullable Block[] piece = pieces[offset >>> 6];
    return piece == null ? null : piece[offset & 63];
  }

  /** Keeps a block; two processors that do so at once may lose one, which is decoded again then. */
  public void keep(int offset, Block block) {
    @Nullable Block[] piece = pieces[offset >>> 6];
    if (piece == null) {
      piece = new @Nullable Block[64];
      pieces[offset >>> 6] = piece;
    }
    piece[offset & 63] = block;
  }

  /**
   * True once every other processor has given up the rights it may have had to write to the page
   * unnoticed; until then, blocks must not be kept.
   */
  boolean settled(Cpu[] cpus) {
    if (!settled) {
      for (int i = 0; i < cpus.length; i++) {
        if (!cpus[i].writeFlushDone(tickets[i])) {
          return false;
        }
      }
      settled = true;
    }
    return true;
  }
}
