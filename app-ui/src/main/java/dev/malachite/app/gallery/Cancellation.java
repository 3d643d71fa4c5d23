// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.gallery;

import java.util.ArrayList;
import java.util.List;

/** Ends long work from another thread; what the work has made until then is taken away again. */
public final class Cancellation {
  private final List<Runnable> actions = new ArrayList<>();
  private boolean cancelled;

  /** Ends the work; a second call does nothing. */
  public void cancel() {
    List<Runnable> now;
    synchronized (this) {
      if (cancelled) {
        return;
      }
      cancelled = true;
      now = List.copyOf(actions);
    }
    now.forEach(Runnable::run);
  }

  /** Whether the work is to end. */
  public synchronized boolean isCancelled() {
    return cancelled;
  }

  /**
   * Fails if the work is to end.
   *
   * @throws GalleryCancelledException then
   */
  void check() throws GalleryCancelledException {
    if (isCancelled()) {
      throw new GalleryCancelledException();
    }
  }

  /** Has something done at the end, or now if it has come. */
  void onCancel(Runnable action) {
    synchronized (this) {
      if (!cancelled) {
        actions.add(action);
        return;
      }
    }
    action.run();
  }
}
