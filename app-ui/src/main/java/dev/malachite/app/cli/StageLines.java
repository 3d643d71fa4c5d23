// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.app.gallery.GalleryProgress;
import java.io.PrintWriter;

/** Shows the stages of long work: a line that changes on a terminal, a line each elsewhere. */
final class StageLines implements GalleryProgress, AutoCloseable {
  private static final int WIDTH = 24;
  private static final String ERASE_LINE = "\r\u001b[K";

  private final PrintWriter err;
  private final boolean terminal;
  private String stage = "";
  private int shown = -1;

  StageLines(PrintWriter err) {
    this.err = err;
    terminal = Terminal.isStandardError();
  }

  @Override
  public synchronized void stage(String sentence) {
    if (sentence.equals(stage)) {
      return;
    }
    stage = sentence;
    if (!terminal) {
      err.println("malachite: " + sentence);
      err.flush();
    } else {
      draw();
    }
  }

  @Override
  public synchronized void advanced(long done, long total) {
    int now = total <= 0 ? -1 : (int) Math.clamp(done * 100.0 / total, 0, 100);
    if (now != shown) {
      shown = now;
      if (terminal) {
        draw();
      }
    }
  }

  private void draw() {
    int filled = Math.max(0, shown) * WIDTH / 100;
    err.print(ERASE_LINE);
    if (shown >= 0) {
      err.printf("[%s%s] %3d %% ", "#".repeat(filled), " ".repeat(WIDTH - filled), shown);
    }
    err.print(stage);
    err.flush();
  }

  @Override
  public synchronized void close() {
    if (terminal && !stage.isEmpty()) {
      err.print(ERASE_LINE);
      err.flush();
    }
  }
}
