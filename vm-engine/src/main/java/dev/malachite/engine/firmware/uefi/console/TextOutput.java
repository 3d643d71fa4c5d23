// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.console;

/** Something that shows text: a terminal or a screen. The console keeps the books. */
public interface TextOutput {
  /**
   * Shows a character at a place, with colours.
   *
   * @param attribute foreground in bits 0 to 3, background in bits 4 to 6
   */
  void put(int column, int row, int character, int attribute);

  /** Empties all lines. */
  void clear(int columns, int rows, int attribute);

  /** Moves all lines up by one; the last becomes empty. */
  void scroll(int columns, int rows, int attribute);

  /** Shows where the cursor is. */
  void cursor(int column, int row, boolean visible);
}
