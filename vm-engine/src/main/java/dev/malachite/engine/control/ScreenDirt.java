// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.control;

import java.util.List;

/**
 * Parts of the screen that have changed.
 *
 * @param rectangles each of them lies inside the picture
 */
public record ScreenDirt(List<Rectangle> rectangles) {
  /**
   * A part of the screen, in pixels.
   *
   * @param x from the left
   * @param y from the top
   * @param width at least 1
   * @param height at least 1
   */
  public record Rectangle(int x, int y, int width, int height) {}
}
