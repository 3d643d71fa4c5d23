// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.tests.worker;

import dev.malachite.engine.catalogue.Catalogue;
import dev.malachite.engine.catalogue.Folders;
import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineSettings;
import dev.malachite.engine.catalogue.MachineSettings.DriveSlot;
import dev.malachite.engine.catalogue.SettingPaths;
import dev.malachite.engine.control.MachineManager;
import dev.malachite.engine.control.MachineStatus;
import dev.malachite.engine.control.WorkerLauncher;
import dev.malachite.engine.control.WorkerService;
import dev.malachite.engine.json.JsonValue.JsonNumber;
import dev.malachite.engine.json.JsonValue.JsonString;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** A catalogue in a folder of its own, whose workers are gone when it closes. */
public final class Workshop implements AutoCloseable {
  private static final long MEMORY = 64L << 20;

  private final Path home;
  private final MachineManager manager;

  /** An empty one. */
  public Workshop() throws IOException {
    // Sockets need a short name, and test frameworks give long ones.
    home = Files.createTempDirectory("mw");
    manager =
        new MachineManager(new Catalogue(Folders.under(home)), WorkerLauncher.ofThisProgram());
  }

  /** Its folder. */
  public Path home() {
    return home;
  }

  /** What starts and stops its machines. */
  public MachineManager manager() {
    return manager;
  }

  /** Its machines. */
  public Catalogue catalogue() {
    return manager.catalogue();
  }

  /** A machine with a kernel of a few instructions. */
  public MachineEntry create(String name, SmallKernel kernel, DriveSlot... drives)
      throws IOException {
    return create(name, new MachineSettings.Boot(kernel.in(home), null, ""), MEMORY, drives);
  }

  /** A machine that starts a kernel. */
  public MachineEntry create(
      String name, MachineSettings.Boot boot, long memory, DriveSlot... drives) throws IOException {
    MachineSettings plain =
        MachineSettings.create(name, 2).withBoot(boot).withDrives(List.of(drives));
    MachineSettings settings = SettingPaths.with(plain, "memory.startup", JsonNumber.of(memory));
    settings = SettingPaths.with(settings, "processor.count", JsonNumber.of(1));
    settings = SettingPaths.with(settings, "processor.engine", new JsonString("interpreter"));
    return catalogue().create(settings);
  }

  /** A machine as it is now. */
  public MachineEntry now(MachineEntry machine) throws IOException {
    return catalogue().get(machine.settings().id());
  }

  /** The machine's serial port. */
  public SocketChannel serial(UUID id) throws IOException {
    MachineStatus status = manager.ask(id, WorkerService::status);
    return SocketChannel.open(UnixDomainSocketAddress.of(status.serial().getFirst().path()));
  }

  /** Sends text and reads until it comes back. */
  static String echo(SocketChannel port, String text) throws IOException {
    port.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    return await(port, text);
  }

  /** Reads until some text has come; what came before it is passed over. */
  static String await(SocketChannel port, String text) throws IOException {
    StringBuilder read = new StringBuilder();
    ByteBuffer one = ByteBuffer.allocate(1);
    while (read.indexOf(text) < 0) {
      if (port.read(one.clear()) < 0) {
        throw new IOException("the serial port closed after '" + read + "'");
      }
      read.append((char) one.get(0));
    }
    return text;
  }

  /** The worker's process. */
  ProcessHandle worker(MachineEntry machine) throws IOException {
    var process = now(machine).folder().readState().worker();
    if (process == null) {
      throw new AssertionError(machine.name() + " has no worker");
    }
    return ProcessHandle.of(process.pid()).orElseThrow();
  }

  /** Waits until a machine's worker process is gone. */
  void awaitEnd(MachineEntry machine) throws IOException {
    var process = machine.folder().readState().worker();
    if (process != null) {
      ProcessHandle.of(process.pid()).ifPresent(handle -> handle.onExit().join());
    }
  }

  @Override
  public void close() throws IOException {
    for (MachineEntry machine : catalogue().list().machines()) {
      var process = machine.folder().readState().worker();
      if (process != null && process.isAlive()) {
        ProcessHandle.of(process.pid())
            .ifPresent(
                handle -> {
                  handle.destroyForcibly();
                  handle.onExit().join();
                });
      }
    }
    deleteTree(home);
  }

  private static void deleteTree(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
