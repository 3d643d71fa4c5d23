// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.worker;

import dev.malachite.engine.catalogue.MachineSettings;
import dev.malachite.engine.control.Hello;
import dev.malachite.engine.control.KeyboardKeys;
import dev.malachite.engine.control.KeyboardText;
import dev.malachite.engine.control.MachineStatistics;
import dev.malachite.engine.control.MachineStatus;
import dev.malachite.engine.control.NewDrive;
import dev.malachite.engine.control.Progress;
import dev.malachite.engine.control.ScreenDirt;
import dev.malachite.engine.control.ScreenPicture;
import dev.malachite.engine.control.ScreenWatch;
import dev.malachite.engine.control.Welcome;
import dev.malachite.engine.control.WorkerListener;
import dev.malachite.engine.control.WorkerService;
import dev.malachite.engine.control.rpc.RpcException;
import dev.malachite.engine.control.rpc.RpcPeer;
import dev.malachite.engine.machine.Machine;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One program's connection. Its requests come on one thread; everything else from any. */
final class WorkerSession implements WorkerService {
  private static final System.Logger LOGGER = System.getLogger(WorkerSession.class.getName());
  private static final int FASTEST = 60;
  private static final int MOST_STROKES = 1000;
  private static final int LONGEST_TEXT = 1 << 20;
  private static final int MOST_LATER = 64;
  private static final int LONGEST_PROGRAM = 100;

  private final Worker worker;
  private final RpcPeer peer;
  private final WorkerListener listener;
  private volatile boolean greeted;
  private volatile boolean told;
  private volatile int rate;

  // What this program has not been told yet, because it doesn't keep up; guarded by itself.
  private final List<ScreenDirt.Rectangle> later = new ArrayList<>();

  WorkerSession(Worker worker, SocketChannel socket) {
    this.worker = worker;
    peer = new RpcPeer(socket, "session", WorkerService.class, this);
    listener = peer.remote(WorkerListener.class);
  }

  void start() {
    var _ = peer.closed().thenRun(() -> worker.disconnected(this));
    peer.start();
  }

  /** Sends what is to be sent, for so many milliseconds at most, and ends the connection. */
  void finish(long milliseconds) {
    try {
      peer.flush(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    peer.close();
  }

  /** How often a second it wants to know of changes on the screen; 0 for never. */
  int rate() {
    return rate;
  }

  // ---- events --------------------------------------------------------------------------------

  void statusChanged(MachineStatus status) {
    if (told) {
      listener.statusChanged(status);
    }
  }

  void progressed(Progress progress) {
    if (told) {
      listener.progress(progress);
    }
  }

  void screenChanged(ScreenPicture picture) {
    if (rate > 0) {
      synchronized (later) {
        later.clear();
      }
      listener.screenChanged(picture);
    }
  }

  void screenDirty(List<ScreenDirt.Rectangle> rectangles) {
    if (rate == 0) {
      return;
    }
    List<ScreenDirt.Rectangle> all;
    synchronized (later) {
      later.addAll(rectangles);
      if (!peer.isIdle()) {
        if (later.size() > MOST_LATER) {
          ScreenDirt.Rectangle hull = ScreenComparison.hull(later);
          later.clear();
          later.add(hull);
        }
        return;
      }
      all = List.copyOf(later);
      later.clear();
    }
    listener.screenDirty(new ScreenDirt(all));
  }

  // ---- requests ------------------------------------------------------------------------------

  private void requireGreeting() {
    if (!greeted) {
      throw new RpcException(RpcException.INVALID_REQUEST, "the first request must be hello");
    }
  }

  private CompletableFuture<MachineStatus> done() {
    return CompletableFuture.completedFuture(worker.status());
  }

  @Override
  public CompletableFuture<Welcome> hello(Hello hello) {
    if (hello.newest() < OLDEST_VERSION || hello.oldest() > VERSION) {
      throw new RpcException(
          RpcException.VERSION,
          "this machine was started by another version of Malachite, which speaks versions "
              + OLDEST_VERSION
              + " to "
              + VERSION
              + " of the protocol; shut it down and start it again");
    }
    if (hello.program().length() > LONGEST_PROGRAM) {
      throw new RpcException(RpcException.INVALID_PARAMETERS, "program: it is too long");
    }
    greeted = true;
    return CompletableFuture.completedFuture(
        new Welcome(Math.min(VERSION, hello.newest()), worker.id(), ProcessHandle.current().pid()));
  }

  @Override
  public CompletableFuture<MachineStatus> status() {
    requireGreeting();
    told = true;
    return done();
  }

  @Override
  public CompletableFuture<MachineStatistics> statistics() {
    requireGreeting();
    Machine machine = worker.machine();
    return CompletableFuture.completedFuture(
        new MachineStatistics(
            machine.uptime() / 1_000_000,
            ProcessUse.processorNanos(),
            ProcessUse.residentBytes(),
            machine.instructions(),
            machine.exits(),
            machine.statistics()));
  }

  @Override
  public CompletableFuture<MachineStatus> pause() {
    requireGreeting();
    return worker.pause();
  }

  @Override
  public CompletableFuture<MachineStatus> resume() {
    requireGreeting();
    return worker.resume();
  }

  @Override
  public CompletableFuture<MachineStatus> save() {
    requireGreeting();
    return worker.save();
  }

  @Override
  public CompletableFuture<MachineStatus> cancelSave() {
    requireGreeting();
    worker.cancelSave();
    return done();
  }

  @Override
  public CompletableFuture<MachineStatus> reset() {
    requireGreeting();
    return worker.reset();
  }

  @Override
  public CompletableFuture<MachineStatus> turnOff() {
    requireGreeting();
    return worker.turnOff();
  }

  @Override
  public CompletableFuture<MachineStatus> shutDown() {
    requireGreeting();
    worker.shutDown();
    return done();
  }

  @Override
  public CompletableFuture<MachineStatus> attachDrive(NewDrive drive) {
    requireGreeting();
    MachineSettings.DriveType type =
        switch (drive.type()) {
          case "disk" -> MachineSettings.DriveType.DISK;
          case "dvd" -> MachineSettings.DriveType.DVD;
          default ->
              throw new RpcException(
                  RpcException.INVALID_PARAMETERS, "type: " + drive.type() + " is no disk or dvd");
        };
    Path file;
    try {
      file = Path.of(drive.file());
    } catch (InvalidPathException e) {
      throw new RpcException(RpcException.INVALID_PARAMETERS, "file: " + e.getMessage());
    }
    worker.attachDrive(new MachineSettings.DriveSlot(type, file, drive.snapshot()));
    return done();
  }

  @Override
  public CompletableFuture<MachineStatus> detachLastDrive() {
    requireGreeting();
    worker.detachLastDrive();
    return done();
  }

  @Override
  public CompletableFuture<MachineStatus> type(KeyboardText text) {
    requireGreeting();
    if (text.text().length() > LONGEST_TEXT) {
      throw RpcException.refused("the text is too long to type; 1,048,576 characters at most");
    }
    try {
      worker.machine().type(text.text());
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw RpcException.refused(String.valueOf(e.getMessage()));
    }
    return done();
  }

  @Override
  public CompletableFuture<MachineStatus> keys(KeyboardKeys keys) {
    requireGreeting();
    if (keys.strokes().size() > MOST_STROKES) {
      throw RpcException.refused("too many keys at once; " + MOST_STROKES + " at most");
    }
    for (KeyboardKeys.Stroke stroke : keys.strokes()) {
      if (!isScanCode(stroke.scanCode())) {
        throw new RpcException(
            RpcException.INVALID_PARAMETERS,
            "0x" + Integer.toHexString(stroke.scanCode()) + " is no scan code of set 1");
      }
    }
    Machine machine = worker.machine();
    try {
      for (KeyboardKeys.Stroke stroke : keys.strokes()) {
        if (!machine.key(stroke.scanCode(), stroke.pressed())) {
          throw RpcException.refused(
              "the guest takes no keys now: its keyboard driver isn't there");
        }
      }
    } catch (IllegalStateException e) {
      throw RpcException.refused(String.valueOf(e.getMessage()));
    }
    return done();
  }

  private static boolean isScanCode(int code) {
    int prefix = code >>> 8;
    return (prefix == 0 || prefix == 0xE0 || prefix == 0xE1)
        && (code & 0xFF) > 0
        && (code & 0xFF) < 0x80;
  }

  @Override
  public CompletableFuture<ScreenPicture> captureScreen() {
    requireGreeting();
    try {
      return CompletableFuture.completedFuture(worker.screen().capture());
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.WARNING, "the screen can't be shown", e);
      throw RpcException.refused("the screen can't be shown: " + e.getMessage());
    }
  }

  @Override
  public CompletableFuture<ScreenPicture> watchScreen(ScreenWatch watch) {
    requireGreeting();
    if (watch.watch() && (watch.rate() < 1 || watch.rate() > FASTEST)) {
      throw new RpcException(
          RpcException.INVALID_PARAMETERS, "rate: " + watch.rate() + " is not 1 to " + FASTEST);
    }
    // First the rate: what changes after the capture must not be missed.
    int before = rate;
    rate = watch.watch() ? watch.rate() : 0;
    boolean captured = false;
    try {
      CompletableFuture<ScreenPicture> now = captureScreen();
      captured = true;
      return now;
    } finally {
      if (!captured) {
        rate = before;
      }
      worker.ratesChanged();
    }
  }
}
