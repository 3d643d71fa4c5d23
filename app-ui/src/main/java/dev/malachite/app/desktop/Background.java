// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.desktop;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import javafx.application.Platform;

/** Does what takes time on threads of its own, so that windows never wait. Any thread. */
public final class Background implements AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** One that has nothing to do yet. */
  public Background() {}

  /**
   * Does something; what comes of it is told on the user interface's thread.
   *
   * @param done takes the result
   * @param failed takes the failure
   */
  public <T> void run(
      Callable<T> work, Consumer<? super T> done, Consumer<? super Exception> failed) {
    threads.execute(
        () -> {
          T result;
          try {
            result = work.call();
          } catch (Exception e) {
            Platform.runLater(() -> failed.accept(e));
            return;
          }
          Platform.runLater(() -> done.accept(result));
        });
  }

  /** Ends without waiting for what is under way. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
