// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.control;

import dev.malachite.engine.catalogue.Catalogue;
import dev.malachite.engine.catalogue.CatalogueException;
import dev.malachite.engine.catalogue.LastState;
import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineState;
import dev.malachite.engine.control.rpc.RpcException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Starts, reaches and stops the machines of a catalogue, for programs. Methods wait for what they
 * do, so windows call them on threads of their own. Any thread.
 */
public final class MachineManager {
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);
  private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(30);
  private static final Duration SAVE_PATIENCE = Duration.ofHours(1);
  private static final long POLL_MILLIS = 5;

  private final Catalogue catalogue;
  private final WorkerLauncher launcher;

  /** A manager that starts workers with a launcher. */
  public MachineManager(Catalogue catalogue, WorkerLauncher launcher) {
    this.catalogue = catalogue;
    this.launcher = launcher;
  }

  /** The machines. */
  public Catalogue catalogue() {
    return catalogue;
  }

  /**
   * Starts a machine and waits until its processors run.
   *
   * @return the machine as it then is; a guest may have powered off by then
   * @throws CatalogueException if it runs already or can't run, with the reason and where the log
   *     is
   */
  public MachineEntry start(UUID id) throws IOException {
    MachineEntry entry = catalogue.get(id);
    LastState before = entry.state();
    if (before.state().isLive()) {
      throw new CatalogueException(
          entry.name() + ": it is " + before.state().description() + " already");
    }
    Process process = launcher.launch(catalogue.folders(), entry.folder(), id);
    Duration patience = before.state() == MachineState.SAVED ? SAVE_PATIENCE : START_PATIENCE;
    long deadline = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < deadline) {
      if (!process.isAlive()) {
        return endedAtOnce(entry, before, process.exitValue());
      }
      LastState now = entry.folder().readState();
      LastState.WorkerProcess worker = now.worker();
      boolean ours = worker != null && worker.pid() == process.pid();
      if (ours && now.state() != MachineState.STARTING) {
        return catalogue.get(id);
      }
      pause(process);
    }
    throw new CatalogueException(
        entry.name()
            + ": it has been starting for "
            + patience.toSeconds()
            + " s; see "
            + entry.folder().log());
  }

  private static void pause(Process process) throws IOException {
    try {
      boolean _ = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the machine starts", e);
    }
  }

  private MachineEntry endedAtOnce(MachineEntry entry, LastState before, int code)
      throws IOException {
    MachineEntry now = catalogue.get(entry.settings().id());
    if (now.state().state().isLive()) {
      throw new CatalogueException(
          entry.name() + ": it is " + now.state().state().description() + " already");
    }
    boolean written = !now.state().equals(before);
    if (written && code == 0 && now.state().state() != MachineState.FAILED) {
      return now;
    }
    String reason =
        written && now.state().reason() != null
            ? now.state().reason()
            : "its worker ended with exit code " + code;
    throw new CatalogueException(
        entry.name() + ": " + reason + " (log: " + entry.folder().log() + ")");
  }

  /**
   * Connects to a running machine.
   *
   * @param listener is told of changes once the status has been asked for
   * @throws CatalogueException if it doesn't run
   */
  public WorkerClient connect(UUID id, WorkerListener listener) throws IOException {
    MachineEntry entry = catalogue.get(id);
    if (!entry.state().state().isLive()) {
      throw new CatalogueException(
          entry.name() + ": it is " + entry.state().state().description() + "; start it first");
    }
    try {
      return WorkerClient.connect(catalogue.folders(), id, listener);
    } catch (IOException e) {
      MachineEntry now = catalogue.get(id);
      if (!now.state().state().isLive()) {
        throw new CatalogueException(
            entry.name() + ": it is " + now.state().state().description() + " by now", e);
      }
      throw new CatalogueException(
          entry.name() + ": its worker can't be reached: " + e.getMessage(), e);
    }
  }

  /**
   * Asks something of a running machine and waits for the answer.
   *
   * @throws CatalogueException if it doesn't run, refuses or fails
   */
  public <T> T ask(UUID id, Function<WorkerService, CompletableFuture<T>> request)
      throws IOException {
    try (WorkerClient client = connect(id, WorkerListener.NONE)) {
      return WorkerClient.await(request.apply(client.service()), ANSWER_PATIENCE);
    } catch (RpcException e) {
      throw new CatalogueException(catalogue.get(id).name() + ": " + e.getMessage(), e);
    }
  }

  /** What a machine's worker says of it; empty if it doesn't run or doesn't answer. */
  public Optional<MachineStatus> status(MachineEntry entry) {
    if (!entry.state().state().isLive()) {
      return Optional.empty();
    }
    try {
      return Optional.of(ask(entry.settings().id(), WorkerService::status));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Saves a machine's state and waits until that is done and its worker has ended.
   *
   * @param progress is told how far it has come; on another thread
   * @throws CatalogueException if it can't be saved; it goes on as it was
   */
  public MachineEntry save(UUID id, Consumer<Progress> progress) throws IOException {
    String name = catalogue.get(id).name();
    WorkerListener listener =
        new WorkerListener.Adapter() {
          @Override
          public void progress(Progress now) {
            progress.accept(now);
          }
        };
    try (WorkerClient client = connect(id, listener)) {
      WorkerClient.await(client.service().status(), ANSWER_PATIENCE);
      WorkerClient.await(client.service().save(), SAVE_PATIENCE);
    } catch (RpcException e) {
      throw new CatalogueException(name + ": " + e.getMessage(), e);
    }
    return awaitEnd(id);
  }

  /** Lets a paused machine go on, or starts a saved one from its state. */
  public MachineEntry resume(UUID id) throws IOException {
    MachineEntry entry = catalogue.get(id);
    if (entry.state().state() == MachineState.SAVED) {
      return start(id);
    }
    ask(id, WorkerService::resume);
    return catalogue.get(id);
  }

  /**
   * Asks a machine's guest to shut down and waits until the machine is off.
   *
   * @return the machine as it then is
   * @throws CatalogueException if the guest doesn't take part, or isn't done in that time
   */
  public MachineEntry shutDown(UUID id, Duration patience) throws IOException {
    return end(id, WorkerService::shutDown, patience);
  }

  /** Turns a machine off and waits until its worker has ended. */
  public MachineEntry turnOff(UUID id) throws IOException {
    return end(id, WorkerService::turnOff, ANSWER_PATIENCE);
  }

  private MachineEntry end(
      UUID id, Function<WorkerService, CompletableFuture<MachineStatus>> request, Duration patience)
      throws IOException {
    String name = catalogue.get(id).name();
    try (WorkerClient client = connect(id, WorkerListener.NONE)) {
      try {
        WorkerClient.await(request.apply(client.service()), ANSWER_PATIENCE);
      } catch (RpcException e) {
        if (e.code() != RpcException.DISCONNECTED) {
          throw new CatalogueException(name + ": " + e.getMessage(), e);
        }
      }
      client.closed().get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new CatalogueException(
          name
              + ": still running after "
              + patience.toSeconds()
              + " s; wait longer, or turn it off",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the machine stops", e);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException("a connection's end never fails", e);
    }
    return awaitEnd(id);
  }

  // The worker closes its connections as the last thing before its process ends.
  private MachineEntry awaitEnd(UUID id) throws IOException {
    long deadline = System.nanoTime() + ANSWER_PATIENCE.toNanos();
    MachineEntry now = catalogue.get(id);
    LastState.WorkerProcess worker = now.folder().readState().worker();
    while (now.state().state().isLive() && System.nanoTime() < deadline) {
      if (worker == null) {
        break;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while the machine stops", e);
      }
      now = catalogue.get(id);
    }
    return now;
  }
}
