// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.worker;

import dev.malachite.engine.catalogue.Folders;
import dev.malachite.engine.catalogue.MachineFolder;
import dev.malachite.engine.control.WorkerLauncher;
import java.io.IOException;
import java.util.UUID;

/**
 * The worker's entry point: {@code malachite-worker MACHINE-ID}; for the build {@code
 * malachite-worker --make-cache}, which has {@code malachite-worker --train} run by a Java virtual
 * machine that keeps what it learns.
 */
public final class WorkerMain {
  private static final System.Logger LOGGER = System.getLogger(WorkerMain.class.getName());
  private static final int USAGE = 2;
  private static final UUID NONE = new UUID(0, 0);

  private WorkerMain() {}

  /**
   * Runs a machine of the catalogue to its end and ends the process.
   *
   * @param args the machine's identifier
   */
  public static void main(String[] args) {
    if (args.length == 1 && args[0].equals("--train")) {
      System.exit(attempt("the training run", TrainingRun::run));
    }
    if (args.length == 1 && args[0].equals("--make-cache")) {
      System.exit(attempt("the class cache", WorkerMain::makeCache));
    }
    UUID id = args.length == 1 ? identifier(args[0]) : NONE;
    if (id.equals(NONE)) {
      LOGGER.log(System.Logger.Level.ERROR, "usage: malachite-worker MACHINE-ID");
      System.exit(USAGE);
    }
    System.exit(run(id));
  }

  private static UUID identifier(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      return NONE;
    }
  }

  private interface Attempt {
    void make() throws IOException, InterruptedException;
  }

  private static int attempt(String what, Attempt attempt) {
    try {
      attempt.make();
      return Worker.DONE;
    } catch (IOException | RuntimeException e) {
      LOGGER.log(System.Logger.Level.ERROR, what + " failed", e);
      return Worker.FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Worker.FAILED;
    }
  }

  private static void makeCache() throws IOException, InterruptedException {
    int code = WorkerLauncher.makeCache();
    if (code != 0) {
      throw new IOException("the training run ended with exit code " + code);
    }
  }

  private static int run(UUID id) {
    Folders folders = Folders.ofEnvironment();
    WarmUp.start(new MachineFolder(folders.machines().resolve(id.toString())));
    try {
      return new Worker(folders, id).run();
    } catch (IOException | RuntimeException e) {
      LOGGER.log(System.Logger.Level.ERROR, "the worker failed", e);
      return Worker.FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Worker.FAILED;
    }
  }
}
