// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.control;

import dev.malachite.engine.json.OptionalMember;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The screen's geometry and where its pixels are: 32 bits each, blue in the lowest byte, then
 * green, red and one unused.
 *
 * @param width in pixels; 0 while the screen is off
 * @param height in pixels; 0 while the screen is off
 * @param stride bytes from one line to the next
 * @param file the file to map, its first pixel at offset 0; null while the screen is off
 */
public record ScreenPicture(
    int width, int height, int stride, @OptionalMember @Nullable Path file) {
  /** A screen that is off. */
  public static final ScreenPicture OFF = new ScreenPicture(0, 0, 0, null);
}
