// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.control;

import java.util.List;

/**
 * Keys pressed and released, in order.
 *
 * @param strokes one by one
 */
public record KeyboardKeys(List<Stroke> strokes) {
  /**
   * One key going down or up.
   *
   * @param scanCode PS/2 set 1 without the break bit; {@code 0xE0xx} for keys with a prefix
   * @param pressed whether it goes down
   */
  public record Stroke(int scanCode, boolean pressed) {}
}
