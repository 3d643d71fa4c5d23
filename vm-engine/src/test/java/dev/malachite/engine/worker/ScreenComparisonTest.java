// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.worker;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.malachite.engine.control.ScreenDirt.Rectangle;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ScreenComparisonTest {
  @Property(tries = 300)
  void rectanglesCoverAllChangesAndTheCopyFollows(
      @ForAll @IntRange(min = 1, max = 200) int width,
      @ForAll @IntRange(min = 1, max = 150) int height,
      @ForAll @IntRange(max = 40) int changes,
      @ForAll long seed) {
    Random random = new Random(seed);
    int stride = 4 * width + 4 * random.nextInt(3);
    byte[] before = new byte[stride * height];
    random.nextBytes(before);
    byte[] after = before.clone();
    for (int i = 0; i < changes; i++) {
      int x = random.nextInt(width);
      int y = random.nextInt(height);
      after[y * stride + 4 * x + random.nextInt(4)]++;
    }
    int left = random.nextInt(width);
    int right = random.nextInt(left, width) + 1;
    int top = random.nextInt(height);
    int bottom = random.nextInt(top, height) + 1;
    MemorySegment copy = MemorySegment.ofArray(before.clone());

    List<Rectangle> found =
        ScreenComparison.copyChanges(
            MemorySegment.ofArray(after), copy, stride, left, top, right, bottom);

    assertThat(found).hasSizeLessThanOrEqualTo(64);
    assertThat(found)
        .allSatisfy(
            r -> {
              assertThat(r.x()).isGreaterThanOrEqualTo(left);
              assertThat(r.y()).isGreaterThanOrEqualTo(top);
              assertThat(r.x() + r.width()).isLessThanOrEqualTo(right);
              assertThat(r.y() + r.height()).isLessThanOrEqualTo(bottom);
              assertThat(r.width()).isPositive();
              assertThat(r.height()).isPositive();
            });
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        boolean inside = x >= left && x < right && y >= top && y < bottom;
        for (int b = 0; b < 4; b++) {
          int at = y * stride + 4 * x + b;
          byte wanted = inside ? after[at] : before[at];
          if (copy.get(JAVA_BYTE, at) != wanted) {
            throw new AssertionError("pixel %d,%d is not copied".formatted(x, y));
          }
          if (inside && after[at] != before[at] && !covered(found, x, y)) {
            throw new AssertionError("pixel %d,%d is not told of".formatted(x, y));
          }
        }
      }
    }
  }

  private static boolean covered(List<Rectangle> rectangles, int x, int y) {
    return rectangles.stream()
        .anyMatch(r -> x >= r.x() && x < r.x() + r.width() && y >= r.y() && y < r.y() + r.height());
  }
}
