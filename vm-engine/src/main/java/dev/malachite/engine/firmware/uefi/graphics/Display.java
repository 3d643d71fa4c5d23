// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.graphics;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** The screen as the board gives it to the firmware. */
public interface Display {
  /**
   * A picture size.
   *
   * @param width in pixels
   * @param height in pixels
   */
  record Mode(int width, int height) {}

  /** The sizes there are. */
  List<Mode> modes();

  /** Physical address of the first pixel. */
  long address();

  /** The video memory: 4 bytes a pixel, blue, green, red, none. */
  MemorySegment memory();

  /** Shows a picture of a size that lies at the start of video memory, lines without gaps. */
  void show(Mode mode);

  /** Tells that a part has changed. */
  void dirty(int left, int top, int right, int bottom);
}
