// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import java.io.PrintWriter;

/** Shows progress: a bar that moves on a terminal, a line every tenth elsewhere. */
final class ProgressLine implements AutoCloseable {
  private static final int WIDTH = 40;
  private static final int STEPS = 10;

  private final PrintWriter err;
  private final String what;
  private final boolean terminal;
  private int shown = -1;

  ProgressLine(PrintWriter err, String what) {
    this.err = err;
    this.what = what;
    terminal = Terminal.isStandardError();
  }

  /** So much of so much has been done. */
  synchronized void show(long done, long total) {
    int steps = terminal ? WIDTH : STEPS;
    int now = total <= 0 ? steps : (int) Math.min(steps, done * steps / total);
    if (now == shown) {
      return;
    }
    shown = now;
    if (terminal) {
      err.printf("\r%s [%s%s]", what, "#".repeat(now), " ".repeat(WIDTH - now));
    } else if (now > 0) {
      err.printf("%s: %d %%%n", what, now * 100 / STEPS);
    }
    err.flush();
  }

  @Override
  public synchronized void close() {
    if (terminal && shown >= 0) {
      err.println();
      err.flush();
    }
  }
}
