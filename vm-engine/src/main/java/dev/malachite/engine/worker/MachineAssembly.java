// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.worker;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskFormat;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.catalogue.CatalogueException;
import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineSettings;
import dev.malachite.engine.catalogue.SettingProblem;
import dev.malachite.engine.catalogue.SettingsException;
import dev.malachite.engine.control.MachineStatus.SerialPort;
import dev.malachite.engine.machine.DirectBoot;
import dev.malachite.engine.machine.Drive;
import dev.malachite.engine.machine.FirmwareSettings;
import dev.malachite.engine.machine.Machine;
import dev.malachite.engine.machine.MachineConfiguration;
import dev.malachite.engine.serial.FileLine;
import dev.malachite.engine.serial.PseudoTerminalLine;
import dev.malachite.engine.serial.SerialLine;
import dev.malachite.engine.serial.SerialTarget;
import dev.malachite.engine.serial.SocketLine;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A machine put together from its settings, with the host's files and sockets that belong to it.
 */
final class MachineAssembly implements AutoCloseable {
  private final MachineEntry entry;
  private final Path runtime;
  private final DiskExecutor executor = DiskExecutor.create();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final List<SerialPort> ports = new ArrayList<>();
  private final Machine machine;

  private MachineAssembly(MachineEntry entry, Path runtime) throws IOException {
    this.entry = entry;
    this.runtime = runtime;
    open.push(executor);
    boolean whole = false;
    try {
      machine = build();
      open.push(machine);
      whole = true;
    } finally {
      if (!whole) {
        close();
      }
    }
  }

  /**
   * Opens everything and builds the machine, which doesn't run yet.
   *
   * @param runtime the machine's runtime folder
   * @throws IOException if that can't be, naming the setting or the file
   */
  static MachineAssembly of(MachineEntry entry, Path runtime) throws IOException {
    return new MachineAssembly(entry, runtime);
  }

  /** The machine. */
  Machine machine() {
    return machine;
  }

  /** Writes to disk what the guest has written; while the machine stands still or has ended. */
  void flushDisks() throws IOException {
    for (Drive drive : machine.drives()) {
      if (!drive.disk().readOnly()) {
        drive.disk().flush();
      }
    }
  }

  /**
   * Opens a drive's file and attaches it behind the others.
   *
   * @throws IllegalStateException if the machine takes no drives while it runs
   */
  void attach(MachineSettings.DriveSlot slot) throws IOException {
    Drive drive = drive("drives[" + machine.drives().size() + "].file", slot);
    boolean attached = false;
    try {
      machine.attachDrive(drive);
      attached = true;
    } finally {
      open.remove(drive.disk());
      if (attached) {
        // The machine is closed before its disks.
        open.remove(machine);
        open.push(drive.disk());
        open.push(machine);
      } else {
        drive.disk().close();
      }
    }
  }

  /**
   * Detaches the last drive and closes its file.
   *
   * @throws IllegalStateException if there is none, or the machine gives none back while it runs
   */
  void detachLast() throws IOException {
    VirtualDisk disk = machine.detachLastDrive().disk();
    open.remove(disk);
    disk.close();
  }

  /** Its serial ports that lead somewhere. */
  List<SerialPort> serialPorts() {
    return Collections.unmodifiableList(ports);
  }

  private Machine build() throws IOException {
    MachineSettings settings = entry.settings();
    DirectBoot boot = boot(settings.boot());
    List<Drive> drives = new ArrayList<>();
    for (int i = 0; i < settings.drives().size(); i++) {
      drives.add(drive("drives[" + i + "].file", settings.drives().get(i)));
    }
    SerialLine com1 = serial("com1", settings.serial().com1());
    try {
      return new Machine(
          new MachineConfiguration(
              settings.name(),
              settings.id(),
              settings.generation(),
              settings.memory().startup(),
              settings.processor().count(),
              settings.processor().engine(),
              boot,
              drives,
              com1,
              new FirmwareSettings(
                  entry.folder().firmwareVariables(),
                  settings.firmware().secureBoot(),
                  settings.firmware().bootOrder())));
    } catch (IllegalArgumentException e) {
      throw new CatalogueException(String.valueOf(e.getMessage()), e);
    }
  }

  private @Nullable DirectBoot boot(MachineSettings.Boot boot) throws IOException {
    if (boot.kernel() == null) {
      return null;
    }
    Path kernel = readable("boot.kernel", boot.kernel());
    Path initrd = boot.initrd() == null ? null : readable("boot.initrd", boot.initrd());
    return new DirectBoot(kernel, initrd, boot.commandLine());
  }

  private Path readable(String setting, Path file) throws IOException {
    Path whole = entry.folder().resolve(file);
    if (!Files.isRegularFile(whole)) {
      throw problem(setting, whole + " is not there or no file");
    }
    if (!Files.isReadable(whole)) {
      throw problem(setting, whole + " may not be read; check its owner and mode");
    }
    return whole;
  }

  private static SettingsException problem(String setting, String text) {
    return new SettingsException(List.of(new SettingProblem(setting, text)));
  }

  private Drive drive(String setting, MachineSettings.DriveSlot slot) throws IOException {
    Path file = entry.folder().resolve(slot.file());
    boolean dvd = slot.type() == MachineSettings.DriveType.DVD;
    DiskOptions options =
        dvd
            ? DiskOptions.readOnly()
            : slot.snapshot() ? DiskOptions.snapshot() : DiskOptions.readWrite();
    VirtualDisk disk;
    try {
      disk = VirtualDisks.open(file, executor, options);
    } catch (NoSuchFileException e) {
      throw problem(setting, file + " is not there; put it back or change the setting");
    } catch (FileSystemException e) {
      String reason = e.getReason();
      throw problem(setting, file + " can't be opened: " + (reason == null ? e : reason));
    } catch (IOException e) {
      throw problem(setting, String.valueOf(e.getMessage()));
    }
    if (dvd != (disk.format() == DiskFormat.ISO)) {
      disk.close();
      throw problem(
          setting, dvd ? file + " is no ISO image" : file + " is an ISO image; its type is dvd");
    }
    open.push(disk);
    Drive.Kind kind =
        switch (slot.type()) {
          case DISK -> Drive.Kind.DISK;
          case DVD -> Drive.Kind.DVD;
          case FLOPPY -> Drive.Kind.FLOPPY;
        };
    return new Drive(kind, disk);
  }

  private @Nullable SerialLine serial(String name, String setting) throws IOException {
    SerialLine line =
        switch (SerialTarget.parse(setting)) {
          case SerialTarget.Nothing() -> null;
          case SerialTarget.Socket(Path given) -> {
            Path path = given == null ? runtime.resolve(name) : given;
            ports.add(new SerialPort(name, "socket", path));
            yield new SocketLine(name, path);
          }
          case SerialTarget.PseudoTerminal() -> {
            PseudoTerminalLine terminal = new PseudoTerminalLine(name);
            ports.add(new SerialPort(name, "pty", terminal.path()));
            yield terminal;
          }
          case SerialTarget.OutputFile(Path path) -> {
            ports.add(new SerialPort(name, "file", path));
            yield new FileLine(name, path, true);
          }
        };
    if (line != null) {
      open.push(line);
    }
    return line;
  }

  /** Closes everything, the machine first and the disks before their threads. */
  @Override
  public void close() throws IOException {
    IOException failure = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        if (failure == null) {
          failure = new IOException(e.getMessage(), e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
