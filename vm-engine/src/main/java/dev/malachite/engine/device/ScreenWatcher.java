// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.device;

/** Is told of what changes on a screen. Any thread; must be quick. */
public interface ScreenWatcher {
  /** The picture has another geometry, or the screen went on or off. */
  void resized();

  /** A part has changed, in pixels; it lies inside the picture. */
  void dirty(int x, int y, int width, int height);
}
