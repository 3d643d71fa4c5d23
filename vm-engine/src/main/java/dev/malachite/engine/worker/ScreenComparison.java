// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.worker;

import dev.malachite.engine.control.ScreenDirt;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Finds what differs between a screen and its copy, in tiles, and brings the copy up to date. */
final class ScreenComparison {
  /** Pixels in a tile's side. */
  static final int TILE = 32;

  private static final int PIXEL = 4;
  private static final int MOST_RECTANGLES = 64;

  private ScreenComparison() {}

  /**
   * Copies what has changed within a part of the screen.
   *
   * @param screen the screen's pixels, which may change meanwhile
   * @param copy as large; changed
   * @param stride bytes from one line to the next in both
   * @return rectangles that cover all changes, none of them outside that part; at most 64
   */
  static List<ScreenDirt.Rectangle> copyChanges(
      MemorySegment screen,
      MemorySegment copy,
      int stride,
      int left,
      int top,
      int right,
      int bottom) {
    List<ScreenDirt.Rectangle> found = new ArrayList<>();
    if (left >= right) {
      return found;
    }
    int tiles = (right - left + TILE - 1) / TILE;
    boolean[] dirty = new boolean[tiles];
    for (int band = top; band < bottom; band += TILE) {
      int end = Math.min(bottom, band + TILE);
      boolean any = false;
      for (int y = band; y < end; y++) {
        any |= copyLine(screen, copy, (long) y * stride, left, right, dirty);
      }
      if (any) {
        collect(found, dirty, left, right, band, end);
      }
    }
    return found.size() <= MOST_RECTANGLES ? found : List.of(hull(found));
  }

  private static boolean copyLine(
      MemorySegment screen, MemorySegment copy, long line, int left, int right, boolean[] dirty) {
    long from = line + (long) left * PIXEL;
    long to = line + (long) right * PIXEL;
    boolean any = false;
    while (from < to) {
      long same = MemorySegment.mismatch(screen, from, to, copy, from, to);
      if (same < 0) {
        return any;
      }
      any = true;
      int tile = (int) ((from + same - line) / PIXEL - left) / TILE;
      dirty[tile] = true;
      long start = line + (long) (left + tile * TILE) * PIXEL;
      long end = Math.min(to, start + TILE * PIXEL);
      MemorySegment.copy(screen, start, copy, start, end - start);
      from = end;
    }
    return any;
  }

  // Runs of tiles in a band become rectangles; one that continues the band above grows down.
  private static void collect(
      List<ScreenDirt.Rectangle> found, boolean[] dirty, int left, int right, int band, int end) {
    int above = found.size();
    for (int tile = 0; tile < dirty.length; tile++) {
      if (!dirty[tile]) {
        continue;
      }
      int first = tile;
      while (tile < dirty.length && dirty[tile]) {
        dirty[tile++] = false;
      }
      int x = left + first * TILE;
      int width = Math.min(right, left + tile * TILE) - x;
      add(found, above, new ScreenDirt.Rectangle(x, band, width, end - band));
    }
  }

  private static void add(List<ScreenDirt.Rectangle> found, int above, ScreenDirt.Rectangle next) {
    for (int i = 0; i < above; i++) {
      ScreenDirt.Rectangle old = found.get(i);
      if (old.x() == next.x()
          && old.width() == next.width()
          && old.y() + old.height() == next.y()) {
        found.set(
            i,
            new ScreenDirt.Rectangle(old.x(), old.y(), old.width(), old.height() + next.height()));
        return;
      }
    }
    found.add(next);
  }

  /** The smallest rectangle around several. */
  static ScreenDirt.Rectangle hull(List<ScreenDirt.Rectangle> rectangles) {
    int x1 = Integer.MAX_VALUE;
    int y1 = Integer.MAX_VALUE;
    int x2 = 0;
    int y2 = 0;
    for (ScreenDirt.Rectangle r : rectangles) {
      x1 = Math.min(x1, r.x());
      y1 = Math.min(y1, r.y());
      x2 = Math.max(x2, r.x() + r.width());
      y2 = Math.max(y2, r.y() + r.height());
    }
    return new ScreenDirt.Rectangle(x1, y1, x2 - x1, y2 - y1);
  }
}
