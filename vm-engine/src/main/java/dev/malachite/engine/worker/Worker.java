// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.worker;

import dev.malachite.engine.catalogue.Catalogue;
import dev.malachite.engine.catalogue.FileMutex;
import dev.malachite.engine.catalogue.Folders;
import dev.malachite.engine.catalogue.LastState;
import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineFolder;
import dev.malachite.engine.catalogue.MachineSettings;
import dev.malachite.engine.catalogue.MachineSettings.FailureAction;
import dev.malachite.engine.catalogue.MachineState;
import dev.malachite.engine.control.ControlServer;
import dev.malachite.engine.control.MachineStatus;
import dev.malachite.engine.control.Progress;
import dev.malachite.engine.control.ScreenDirt;
import dev.malachite.engine.control.ScreenPicture;
import dev.malachite.engine.control.rpc.RpcException;
import dev.malachite.engine.machine.Machine;
import dev.malachite.engine.machine.MachineEnd;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateProgress;
import dev.malachite.engine.state.StateReader;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One machine's life in this process, from its power-on to its end: what it is doing, who is
 * connected, and what they may ask.
 */
final class Worker {
  /** Exit code when the machine has ended, however that was. */
  static final int DONE = 0;

  /** Exit code when the machine could not run; its state says why. */
  static final int FAILED = 1;

  /** Exit code when somebody else holds the machine. */
  static final int BUSY = 75;

  private static final System.Logger LOGGER = System.getLogger(Worker.class.getName());
  private static final Duration LOCK_PATIENCE = Duration.ofSeconds(2);
  private static final Duration FOREVER = Duration.ofDays(36_500);
  private static final int MOST_SESSIONS = 64;
  private static final long LAST_WORDS = 1000;
  private static final long SECONDS_TO_CLOSE = 20;
  private static final int LONGEST_REASON = 4000;
  private static final int PROGRESS_STEPS = 200;

  private final Folders folders;
  private final MachineFolder folder;
  private final UUID id;
  private final LastState.WorkerProcess process = LastState.WorkerProcess.current();
  private final List<WorkerSession> sessions = new CopyOnWriteArrayList<>();
  private final CompletableFuture<MachineStatus> ended = new CompletableFuture<>();
  private final CountDownLatch gone = new CountDownLatch(1);
  private final Object lock = new Object();

  // Guarded by lock.
  private LastState state;
  private @Nullable MachineEntry entry;
  private @Nullable MachineAssembly assembly;
  private @Nullable ScreenExport screen;
  private boolean stopWanted;
  private @Nullable CompletableFuture<MachineStatus> saving;

  // Of the thread that runs the machine.
  private boolean restartDue;
  private Duration ran = Duration.ZERO;

  private volatile boolean cancelled;
  private volatile @Nullable MachineSaver saver;

  Worker(Folders folders, UUID id) {
    this.folders = folders;
    this.id = id;
    folder = new MachineFolder(folders.machines().resolve(id.toString()));
    state = LastState.now(MachineState.STARTING, null, process);
  }

  /**
   * Runs the machine to its end.
   *
   * @return the process's exit code
   */
  int run() throws IOException, InterruptedException {
    new Catalogue(folders).get(id);
    int code;
    try (FileMutex mutex = FileMutex.acquire(folder.lockFile(), LOCK_PATIENCE)) {
      if (mutex == null) {
        LOGGER.log(System.Logger.Level.INFO, "the machine runs already, or a command holds it");
        return BUSY;
      }
      Thread hook = Thread.ofPlatform().name("turn-off").unstarted(this::turnOffAtExit);
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        code = runHeld();
      } finally {
        gone.countDown();
        removeHook(hook);
      }
    }
    if (restartDue) {
      new Restart(folders, folder, id).attempt(ran);
    }
    return code;
  }

  private int runHeld() throws IOException, InterruptedException {
    folder.writeState(state);
    Path runtime = folders.runtime(id);
    int code = FAILED;
    try {
      folders.makeRuntime();
      makeEmpty(runtime);
      try (ControlServer server = new ControlServer(folders.controlSocket(id), this::connected)) {
        server.start();
        code = runMachine(runtime);
      }
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      LOGGER.log(System.Logger.Level.ERROR, "the machine could not run", e);
      enter(MachineState.FAILED, describe(e));
    } finally {
      ended.complete(status());
      for (WorkerSession session : sessions) {
        session.finish(LAST_WORDS);
      }
      removeFolder(runtime);
    }
    return code;
  }

  private static String describe(Throwable failure) {
    if (failure instanceof OutOfMemoryError) {
      return "this computer has too little memory (" + failure.getMessage() + ")";
    }
    String message = failure.getMessage();
    boolean forPeople = failure instanceof IOException || failure instanceof IllegalStateException;
    return forPeople && message != null ? message : failure.toString();
  }

  private int runMachine(Path runtime) throws IOException, InterruptedException {
    MachineEntry found = new Catalogue(folders).get(id);
    synchronized (lock) {
      entry = found;
    }
    MachineEnd end;
    try (MachineAssembly built = MachineAssembly.of(found, runtime);
        ScreenExport export = new ScreenExport(built.machine(), runtime, new ScreenEvents())) {
      Machine machine = built.machine();
      synchronized (lock) {
        assembly = built;
        screen = export;
      }
      export.start();
      startOrResume(found, machine);
      LOGGER.log(
          System.Logger.Level.INFO,
          "the processors run, {0} ms after the process started",
          Long.toString(Duration.between(process.started(), Instant.now()).toMillis()));
      enter(MachineState.RUNNING, null);
      Files.deleteIfExists(found.folder().ranMark());
      synchronized (lock) {
        if (stopWanted) {
          machine.turnOff();
        }
      }
      end = machine.awaitEnd(FOREVER).orElseThrow();
      ran = Duration.ofNanos(machine.uptime());
      if (saver == null) {
        enter(MachineState.STOPPING, null);
      } else {
        built.flushDisks();
      }
      LOGGER.log(System.Logger.Level.INFO, "the machine ended: {0}", end);
      machine.statistics().forEach(line -> LOGGER.log(System.Logger.Level.INFO, line));
      synchronized (lock) {
        screen = null;
        assembly = null;
      }
    } finally {
      synchronized (lock) {
        screen = null;
        assembly = null;
      }
    }
    return saver == null ? ended(end) : saved(saver);
  }

  // The file is removed when the machine runs: if that is never reached, it is still good. If only
  // the removal is not, the disks show that they have changed.
  private void startOrResume(MachineEntry found, Machine machine) throws IOException {
    Path file = found.folder().savedState();
    Files.deleteIfExists(found.folder().unfinishedState());
    if (!Files.exists(file)) {
      machine.start();
      return;
    }
    try (StateReader reader = new StateReader(file)) {
      MachineSaver.checkDisks(found, reader);
      machine.startFrom(reader, progress("resume"));
      reader.requireAllRead();
    }
    Files.delete(file);
  }

  private StateProgress progress(String operation) {
    return new StateProgress() {
      private int told = -1;

      @Override
      public void progress(long done, long total) throws StateException {
        if (cancelled) {
          throw new StateException("it was given up");
        }
        int now = (int) (done * PROGRESS_STEPS / total);
        if (now != told) {
          told = now;
          for (WorkerSession session : sessions) {
            session.progressed(new Progress(operation, done, total));
          }
        }
      }
    };
  }

  private int saved(MachineSaver saver) {
    try {
      saver.complete();
      LOGGER.log(System.Logger.Level.INFO, "the state is saved, {0} KiB", saver.size() >> 10);
      enter(MachineState.SAVED, null);
      return DONE;
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.ERROR, "the state could not be saved", e);
      enter(MachineState.FAILED, "its state could not be saved: " + describe(e));
      return FAILED;
    }
  }

  private int ended(MachineEnd end) {
    String detail =
        end.detail().length() > LONGEST_REASON
            ? end.detail().substring(0, LONGEST_REASON)
            : end.detail();
    switch (end.cause()) {
      case POWERED_OFF -> enter(MachineState.OFF, "the guest powered off");
      case TURNED_OFF -> enter(MachineState.OFF, "it was turned off");
      case CRASHED -> enter(MachineState.FAILED, "the guest crashed: " + detail);
      case FAILED -> enter(MachineState.FAILED, "the engine failed: " + detail);
    }
    MachineEntry known = entry;
    restartDue =
        state.state() == MachineState.FAILED
            && known != null
            && known.settings().automatic().afterFailure() == FailureAction.RESTART;
    return end.cause() == MachineEnd.Cause.FAILED ? FAILED : DONE;
  }

  // ---- folders -------------------------------------------------------------------------------

  private static void makeEmpty(Path runtime) throws IOException {
    removeFolder(runtime);
    Files.createDirectory(
        runtime,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  private static void removeFolder(Path runtime) throws IOException {
    if (!Files.isDirectory(runtime)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(runtime)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(runtime);
  }

  // ---- the process's end ---------------------------------------------------------------------

  // Runs in the shutdown hook: what run() holds is closed by its own thread, which we wait for.
  private void turnOffAtExit() {
    requestEnd();
    try {
      if (!gone.await(SECONDS_TO_CLOSE, TimeUnit.SECONDS)) {
        LOGGER.log(System.Logger.Level.WARNING, "the machine's files did not close in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "the process is ending already", e);
    }
  }

  // ---- sessions ------------------------------------------------------------------------------

  private void connected(SocketChannel socket) {
    if (sessions.size() >= MOST_SESSIONS) {
      LOGGER.log(System.Logger.Level.WARNING, "too many connections; one is turned away");
      try {
        socket.close();
      } catch (IOException e) {
        LOGGER.log(System.Logger.Level.DEBUG, "closing a connection", e);
      }
      return;
    }
    WorkerSession session = new WorkerSession(this, socket);
    sessions.add(session);
    session.start();
  }

  /** A session has ended. */
  void disconnected(WorkerSession session) {
    sessions.remove(session);
    ratesChanged();
  }

  /** A session watches the screen, or no longer, or at another rate. */
  void ratesChanged() {
    int rate = 0;
    for (WorkerSession session : sessions) {
      rate = Math.max(rate, session.rate());
    }
    ScreenExport export;
    synchronized (lock) {
      export = screen;
    }
    if (export != null) {
      export.rate(rate);
    }
  }

  private final class ScreenEvents implements ScreenExport.Listener {
    @Override
    public void changed(ScreenPicture picture) {
      for (WorkerSession session : sessions) {
        session.screenChanged(picture);
      }
    }

    @Override
    public void dirty(List<ScreenDirt.Rectangle> rectangles) {
      for (WorkerSession session : sessions) {
        session.screenDirty(rectangles);
      }
    }
  }

  // ---- state ---------------------------------------------------------------------------------

  private void enter(MachineState next, @Nullable String reason) {
    MachineStatus now;
    synchronized (lock) {
      state = LastState.now(next, reason, next.isLive() ? process : null);
      try {
        folder.writeState(state);
      } catch (IOException e) {
        LOGGER.log(System.Logger.Level.ERROR, "the machine's state can't be written", e);
      }
      now = status();
    }
    for (WorkerSession session : sessions) {
      session.statusChanged(now);
    }
  }

  /** What the machine is doing. */
  MachineStatus status() {
    synchronized (lock) {
      MachineEntry known = entry;
      MachineAssembly built = assembly;
      return new MachineStatus(
          id,
          known == null ? "" : known.name(),
          state.state(),
          state.since(),
          state.reason(),
          built == null ? 0 : built.machine().uptime() / 1_000_000,
          known == null ? 0 : known.settings().processor().count(),
          known == null ? 0 : known.settings().memory().startup(),
          known == null
              ? ""
              : known.settings().processor().engine().name().toLowerCase(Locale.ROOT),
          built == null ? List.of() : built.serialPorts());
    }
  }

  UUID id() {
    return id;
  }

  /** Completes when the machine is off and its files are closed. */
  CompletableFuture<MachineStatus> ended() {
    return ended.copy();
  }

  /**
   * The machine, for somebody who wants something of it.
   *
   * @throws RpcException if it isn't there yet or no longer
   */
  Machine machine() {
    synchronized (lock) {
      if (assembly == null) {
        throw RpcException.refused("the machine is " + state.state().description());
      }
      return assembly.machine();
    }
  }

  /** The machine, if its processors run. */
  Machine runningMachine() {
    synchronized (lock) {
      if (state.state() != MachineState.RUNNING) {
        throw RpcException.refused(
            "the machine is "
                + state.state().description()
                + (state.state() == MachineState.PAUSED ? "; resume it first" : ""));
      }
      return machine();
    }
  }

  /** The screen's export. */
  ScreenExport screen() {
    synchronized (lock) {
      if (screen == null) {
        throw RpcException.refused("the machine is " + state.state().description());
      }
      return screen;
    }
  }

  // ---- what sessions ask ---------------------------------------------------------------------

  CompletableFuture<MachineStatus> pause() {
    synchronized (lock) {
      if (state.state() == MachineState.PAUSED) {
        return CompletableFuture.completedFuture(status());
      }
      Machine machine = runningMachine();
      return machine
          .pause()
          .handle(
              (nothing, failure) -> {
                if (failure == null && !machine.end().isDone()) {
                  enter(MachineState.PAUSED, null);
                }
                return status();
              });
    }
  }

  CompletableFuture<MachineStatus> resume() {
    synchronized (lock) {
      if (state.state() == MachineState.PAUSED) {
        machine().resume();
        enter(MachineState.RUNNING, null);
      } else {
        Machine _ = runningMachine();
      }
      return CompletableFuture.completedFuture(status());
    }
  }

  CompletableFuture<MachineStatus> reset() {
    synchronized (lock) {
      if (state.state() == MachineState.PAUSED) {
        machine().reset();
        return resume();
      }
      runningMachine().reset();
      return CompletableFuture.completedFuture(status());
    }
  }

  CompletableFuture<MachineStatus> turnOff() {
    requestEnd();
    return ended();
  }

  // While the state is being saved, that is given up first: its memory mustn't go away.
  private void requestEnd() {
    synchronized (lock) {
      stopWanted = true;
      CompletableFuture<MachineStatus> save = saving;
      MachineAssembly built = assembly;
      if (save != null && !save.isDone()) {
        cancelled = true;
        var _ =
            save.whenComplete(
                (status, failure) -> {
                  if (built != null) {
                    built.machine().turnOff();
                  }
                });
      } else if (built != null) {
        built.machine().turnOff();
      }
    }
  }

  /** Saves the machine's state; completes when it is saved and the machine is off. */
  CompletableFuture<MachineStatus> save() {
    CompletableFuture<MachineStatus> written;
    synchronized (lock) {
      CompletableFuture<MachineStatus> before = saving;
      if (state.state() == MachineState.SAVING && before != null) {
        written = before;
      } else {
        boolean paused = state.state() == MachineState.PAUSED;
        Machine machine = paused ? machine() : runningMachine();
        MachineEntry found = Objects.requireNonNull(entry);
        written = new CompletableFuture<>();
        saving = written;
        cancelled = false;
        enter(MachineState.SAVING, null);
        CompletableFuture<MachineStatus> result = written;
        Thread.ofPlatform()
            .name("save")
            .daemon()
            .start(() -> write(found, machine, paused, result));
      }
    }
    return written.thenCompose(status -> ended()).thenApply(Worker::requireSaved);
  }

  private static MachineStatus requireSaved(MachineStatus status) {
    if (status.state() != MachineState.SAVED) {
      throw RpcException.refused(Objects.requireNonNullElse(status.reason(), "it was turned off"));
    }
    return status;
  }

  private void write(
      MachineEntry found, Machine machine, boolean paused, CompletableFuture<MachineStatus> done) {
    try {
      machine.pause().join();
      saver = MachineSaver.write(found, machine, progress("save"));
      done.complete(status());
      machine.turnOff();
    } catch (IOException | RuntimeException e) {
      LOGGER.log(System.Logger.Level.WARNING, "the state can't be saved: {0}", describe(e));
      synchronized (lock) {
        if (!stopWanted && !machine.end().isDone()) {
          if (paused) {
            machine.settle();
          } else {
            machine.resume();
          }
          enter(paused ? MachineState.PAUSED : MachineState.RUNNING, null);
        }
      }
      done.completeExceptionally(RpcException.refused("it can't be saved: " + describe(e)));
    }
  }

  /** Gives up saving, if that is under way; the machine goes on. */
  void cancelSave() {
    cancelled = true;
  }

  /** Attaches a drive and keeps it in the settings; neither if one of them can't be. */
  void attachDrive(MachineSettings.DriveSlot slot) {
    synchronized (lock) {
      MachineAssembly built = requireDrives();
      try {
        built.attach(slot);
        boolean kept = false;
        try {
          entry = new Catalogue(folders).updateRunning(id, s -> s.withDrives(plus(s, slot)));
          kept = true;
        } finally {
          if (!kept) {
            built.detachLast();
          }
        }
      } catch (IOException | IllegalStateException e) {
        throw RpcException.refused("the drive can't be attached: " + describe(e));
      }
    }
  }

  private static List<MachineSettings.DriveSlot> plus(
      MachineSettings settings, MachineSettings.DriveSlot slot) {
    List<MachineSettings.DriveSlot> drives = new ArrayList<>(settings.drives());
    drives.add(slot);
    return drives;
  }

  /** Detaches the last drive and takes it out of the settings. */
  void detachLastDrive() {
    synchronized (lock) {
      MachineAssembly built = requireDrives();
      try {
        built.detachLast();
        entry =
            new Catalogue(folders)
                .updateRunning(
                    id,
                    s -> s.withDrives(s.drives().subList(0, Math.max(0, s.drives().size() - 1))));
      } catch (IOException | IllegalStateException e) {
        throw RpcException.refused("the drive can't be detached: " + describe(e));
      }
    }
  }

  private MachineAssembly requireDrives() {
    Machine _ = state.state() == MachineState.PAUSED ? machine() : runningMachine();
    return Objects.requireNonNull(assembly);
  }

  void shutDown() {
    if (!runningMachine().requestShutdown()) {
      throw RpcException.refused(
          "the guest takes no shutdown request: its integration services don't run (yet);"
              + " shut it down from inside, or turn it off");
    }
  }
}
