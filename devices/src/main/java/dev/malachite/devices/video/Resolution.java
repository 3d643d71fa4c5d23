// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.video;

import java.util.ArrayList;
import java.util.List;

/**
 * A picture size a guest may choose.
 *
 * @param width in pixels
 * @param height in pixels
 */
public record Resolution(int width, int height) {
  /** What a guest starts with. */
  public static final Resolution DEFAULT = new Resolution(1024, 768);

  private static final List<Resolution> ALL =
      List.of(
          new Resolution(640, 480),
          new Resolution(800, 600),
          DEFAULT,
          new Resolution(1152, 864),
          new Resolution(1280, 720),
          new Resolution(1280, 800),
          new Resolution(1280, 1024),
          new Resolution(1440, 900),
          new Resolution(1600, 900),
          new Resolution(1600, 1200),
          new Resolution(1680, 1050),
          new Resolution(1920, 1080),
          new Resolution(1920, 1200));

  /** The sizes that fit into video memory of some bytes, smallest first. */
  public static List<Resolution> within(long bytes) {
    List<Resolution> fitting = new ArrayList<>();
    for (Resolution resolution : ALL) {
      if (resolution.bytes() <= bytes) {
        fitting.add(resolution);
      }
    }
    return fitting;
  }

  private long bytes() {
    return (long) width * height * Screen.BYTES_PER_PIXEL;
  }
}
