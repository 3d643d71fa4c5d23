// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.core;

import org.jspecify.annotations.Nullable;

/**
 * Operations that follow one another in one page, the last of which may transfer control.
 *
 * <p>Shared by a machine's processors. All but the two fields about translation is immutable; those
 * may lose a write of another processor, which costs time only.
 */
public final class Block {
  private final Operation[] operations;
  private final int codeSize;
  private final int endOffset;
  private final boolean vectors;
  private final @Nullable CodePage second;

  /** How often it was interpreted, up to where it is translated. */
  public int runs;

  /** Its translations, one for each mode it was translated for. */
  public @Nullable Translation translations;

  /**
   * @param operations at least one
   * @param codeSize 2, 4 or 8: the default size of the code segment it was decoded for
   * @param endOffset offset in the page behind the last instruction; above 4095 if it crosses
   * @param vectors true if any operation uses vector registers
   * @param second the page the last (then only) instruction reaches into, or null
   */
  public Block(
      Operation[] operations,
      int codeSize,
      int endOffset,
      boolean vectors,
      @Nullable CodePage second) {
    this.operations = operations;
    this.codeSize = codeSize;
    this.endOffset = endOffset;
    this.vectors = vectors;
    this.second = second;
  }

  /** Its operations. */
  public Operation[] operations() {
    return operations;
  }

  /** The default size of the code segment it was decoded for. */
  public int codeSize() {
    return codeSize;
  }

  /** Offset in the page behind the last instruction; above 4095 if it crosses. */
  public int endOffset() {
    return endOffset;
  }

  /** True if any operation uses vector registers. */
  public boolean vectors() {
    return vectors;
  }

  /** The page the last (then only) instruction reaches into, or null. */
  public @Nullable CodePage second() {
    return second;
  }
}
