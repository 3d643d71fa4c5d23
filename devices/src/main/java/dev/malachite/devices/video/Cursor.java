// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.video;

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
}
