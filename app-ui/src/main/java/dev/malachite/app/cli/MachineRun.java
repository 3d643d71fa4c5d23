// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.app.desktop.PngWriter;
import dev.malachite.engine.device.FrameBuffer;
import dev.malachite.engine.machine.DirectBoot;
import dev.malachite.engine.machine.Machine;
import dev.malachite.engine.machine.MachineConfiguration;
import dev.malachite.engine.machine.MachineEnd;
import dev.malachite.engine.serial.FileLine;
import dev.malachite.engine.serial.SerialLine;
import dev.malachite.engine.serial.SocketLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One machine in the foreground, from opening its files to its end. A signal that ends the program
 * turns the machine off first, and disks are closed whole.
 */
final class MachineRun {
  private static final System.Logger LOGGER = System.getLogger(MachineRun.class.getName());
  private static final Duration FOREVER = Duration.ofDays(36500);
  private static final long SECONDS_TO_CLOSE = 20;

  private final RunRequest request;
  private final PrintWriter err;
  private final CountDownLatch left = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable Machine running;

  /**
   * A run that hasn't begun.
   *
   * @param err where messages for people go
   */
  MachineRun(RunRequest request, PrintWriter err) {
    this.request = request;
    this.err = err;
  }

  /**
   * Runs the machine to its end.
   *
   * @return the exit code
   * @throws IOException if a file can't be used; its message names it
   */
  int execute() throws IOException, InterruptedException {
    checkFiles();
    Thread hook = Thread.ofPlatform().name("turn-off").unstarted(this::turnOffAtExit);
    Runtime.getRuntime().addShutdownHook(hook);
    try (MachineDrives drives = MachineDrives.open(request);
        LineHolder com1 = new LineHolder(openLine());
        Machine machine = create(drives, com1.line)) {
      return run(machine);
    } finally {
      closed.countDown();
      removeHook(hook);
    }
  }

  // What would otherwise fail late, or without a name.
  private void checkFiles() {
    DirectBoot boot = request.boot();
    if (boot != null) {
      refuseFolder(boot.kernel());
      if (boot.initrd() != null) {
        refuseFolder(boot.initrd());
      }
    }
    if (request.screenshot() != null) {
      Path folder = request.screenshot().toAbsolutePath().getParent();
      if (folder != null && !Files.isDirectory(folder)) {
        throw new CommandFailure(
            request.screenshot() + ": its folder doesn't exist; make it or choose another");
      }
    }
  }

  private static void refuseFolder(Path file) {
    if (Files.isDirectory(file)) {
      throw new CommandFailure(file + ": a folder, not a file; check the path");
    }
  }

  private record LineHolder(@Nullable SerialLine line) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      if (line != null) {
        line.close();
      }
    }
  }

  private @Nullable SerialLine openLine() throws IOException {
    return switch (request.com1()) {
      case SerialTarget.StandardStreams() -> {
        StandardStreamsLine line = new StandardStreamsLine(this::leave);
        if (line.onTerminal()) {
          say("the serial console is on this terminal; Ctrl-A x turns the machine off");
        }
        yield line;
      }
      case SerialTarget.OutputFile(Path path) -> new FileLine("com1", path, false);
      case SerialTarget.UnixSocket(Path path) -> new SocketLine("com1", path);
      case SerialTarget.Nothing() -> null;
    };
  }

  private Machine create(MachineDrives drives, @Nullable SerialLine com1) {
    try {
      return new Machine(
          new MachineConfiguration(
              "malachite-run",
              UUID.randomUUID(),
              request.generation(),
              request.memory(),
              request.processors(),
              request.engine(),
              request.boot(),
              drives.drives(),
              com1));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(Failures.describe(e));
    }
  }

  private int run(Machine machine) throws IOException, InterruptedException {
    running = machine;
    machine.start();
    if (left.getCount() == 0) {
      machine.turnOff();
    }
    if (request.typed() != null) {
      type(machine, request.typed());
    }
    Duration patience = patience();
    Optional<MachineEnd> end = machine.awaitEnd(patience);
    boolean screenWritten =
        request.screenshot() == null || writeScreen(machine, request.screenshot());
    if (end.isEmpty()) {
      machine.turnOff();
    }
    if (request.stats()) {
      machine.statistics().forEach(err::println);
      err.flush();
    }
    int code = end.isPresent() ? exitCode(end.get()) : timedOut(patience);
    return code == ExitCodes.DONE && !screenWritten ? ExitCodes.FAILED : code;
  }

  private Duration patience() {
    Duration timeout = request.timeout();
    return timeout == null || timeout.compareTo(FOREVER) > 0 ? FOREVER : timeout;
  }

  private int timedOut(Duration patience) {
    say("the machine still ran after " + Durations.describe(patience) + " and was turned off");
    return ExitCodes.TIMED_OUT;
  }

  private int exitCode(MachineEnd end) {
    return switch (end.cause()) {
      case POWERED_OFF, TURNED_OFF -> ExitCodes.DONE;
      case CRASHED -> {
        CrashReport report = CrashReport.of(end.detail());
        say("the guest crashed: " + report.summary());
        report.log().forEach(line -> err.println("  " + line));
        err.flush();
        yield ExitCodes.GUEST_CRASHED;
      }
      case FAILED -> {
        say("the machine failed: " + end.detail() + "; run again with --debug and report it");
        yield ExitCodes.FAILED;
      }
    };
  }

  private static void type(Machine machine, String text) {
    try {
      machine.type(text);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new CommandFailure("--type: " + Failures.describe(e));
    }
  }

  private boolean writeScreen(Machine machine, Path file) {
    Optional<FrameBuffer> screen = machine.frameBuffer();
    if (screen.isEmpty()) {
      say(
          file
              + ": no screen to write; the guest's video driver never set one up"
              + " (is it loaded, and did the machine run long enough?)");
      return false;
    }
    FrameBuffer picture = screen.get();
    try {
      PngWriter.write(file, picture.pixels(), picture.width(), picture.height(), picture.stride());
      return true;
    } catch (IOException e) {
      say("the screen could not be written: " + Failures.describe(e));
      return false;
    }
  }

  private void leave() {
    left.countDown();
    Machine machine = running;
    if (machine != null) {
      machine.turnOff();
    }
  }

  // Runs in the shutdown hook: what execute() holds is closed by its own thread, which we wait for.
  private void turnOffAtExit() {
    leave();
    try {
      if (!closed.await(SECONDS_TO_CLOSE, TimeUnit.SECONDS)) {
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
      LOGGER.log(System.Logger.Level.DEBUG, "the program is ending already", e);
    }
  }

  private void say(String message) {
    err.println("malachite: " + message);
    err.flush();
  }
}
