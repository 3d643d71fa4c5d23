// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import dev.malachite.engine.processor.interpreter.core.TranslatedCode;
import java.util.Arrays;

/** All places where a page's translations can be entered. Under the translator's lock. */
final class PageCode implements TranslatedCode {
  private final Translator translator;
  private long[] points = new long[16];
  private int count;
  private int generation;

  PageCode(Translator translator) {
    this.translator = translator;
  }

  void add(long at, long gone, int now) {
    if (now != generation) {
      count = 0;
      generation = now;
    }
    if (count + 2 > points.length) {
      points = Arrays.copyOf(points, 2 * points.length);
    }
    points[count++] = at;
    points[count++] = gone;
  }

  /** Puts the jumps out; returns over how many places. */
  int drop(CodeCache cache, int now) {
    int dropped = generation == now ? count / 2 : 0;
    if (generation == now) {
      for (int i = 0; i < count; i += 2) {
        cache.patchJump(points[i], points[i + 1]);
      }
    }
    count = 0;
    return dropped;
  }

  @Override
  public void gone() {
    translator.gone(this);
  }
}
