// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.disk.DiskProgress;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the verbs on disk files have in common: JSON, progress, and an orderly end at Ctrl-C. */
@Command(mixinStandardHelpOptions = true)
abstract class DiskVerb implements Callable<Integer> {
  /** How long Ctrl-C waits for the work to put its things away. */
  private static final long SECONDS_TO_CLEAN_UP = 30;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Spec private CommandSpec spec;

  private volatile boolean cancelled;

  /** Long work that tells how far it is. */
  @FunctionalInterface
  interface Work<T> {
    /** Does it. */
    T run(DiskProgress progress) throws IOException;
  }

  final boolean json() {
    return json;
  }

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  final ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /**
   * Does long work, shows how far it is, and ends it at Ctrl-C before the program goes.
   *
   * @param what what the work is called in front of its bar
   */
  final <T> T work(String what, Work<T> work) throws IOException {
    CountDownLatch ended = new CountDownLatch(1);
    Thread cancel =
        new Thread(
            () -> {
              cancelled = true;
              try {
                ended.await(SECONDS_TO_CLEAN_UP, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "disk-cancel");
    Runtime.getRuntime().addShutdownHook(cancel);
    try (ProgressLine line = new ProgressLine(spec.commandLine().getErr(), what)) {
      return work.run(
          (done, total) -> {
            line.show(done, total);
            return !cancelled;
          });
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    } finally {
      ended.countDown();
      if (!cancelled) {
        Runtime.getRuntime().removeShutdownHook(cancel);
      }
    }
  }
}
