// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.video;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import org.jspecify.annotations.Nullable;

/**
 * The guest's mouse pointer. Immutable.
 *
 * <p>Monochrome pointers are given as colour: black, white, clear, or (for inverted pixels) black.
 */
public final class Cursor {
  /** The widest and highest a pointer can be. */
  public static final int MAX_SIZE = 96;

  private final int width;
  private final int height;
  private final int hotX;
  private final int hotY;
  private final int[] argb;

  Cursor(int width, int height, int hotX, int hotY, int[] argb) {
    this.width = width;
    this.height = height;
    this.hotX = hotX;
    this.hotY = hotY;
    this.argb = argb;
  }

  /** In pixels, 1 to {@value #MAX_SIZE}. */
  public int width() {
    return width;
  }

  /** In pixels, 1 to {@value #MAX_SIZE}. */
  public int height() {
    return height;
  }

  /** The pixel that points, from the left. */
  public int hotX() {
    return hotX;
  }

  /** The pixel that points, from the top. */
  public int hotY() {
    return hotY;
  }

  /** A copy of the pixels, line by line, alpha in the top byte. */
  public int[] argb() {
    return argb.clone();
  }

  /** Saves a pointer, or restores one where there is none. */
  static Cursor transfer(@Nullable Cursor old, StateTransfer s) throws StateException {
    int width = s.number(old == null ? 1 : old.width, 1, MAX_SIZE);
    int height = s.number(old == null ? 1 : old.height, 1, MAX_SIZE);
    int hotX = s.number(old == null ? 0 : old.hotX, 0, width - 1);
    int hotY = s.number(old == null ? 0 : old.hotY, 0, height - 1);
    int[] argb = old == null || s.loading() ? new int[width * height] : old.argb;
    s.ints(argb);
    return new Cursor(width, height, hotX, hotY, argb);
  }
}
