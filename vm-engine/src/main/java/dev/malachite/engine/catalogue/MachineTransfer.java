// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.catalogue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Copies whole machines: out of a catalogue, into it, and within it. Machines must not run
 * meanwhile. What fails or is given up leaves nothing behind.
 */
public final class MachineTransfer {
  /** How a machine is taken in. */
  public enum ImportMode {
    /** It stays in its folder; the catalogue only knows of it. */
    IN_PLACE,
    /** Its files are copied; it is the same machine. */
    COPY,
    /** Its files are copied; the copy is another machine. */
    NEW_IDENTITY
  }

  private final Catalogue catalogue;
  private final TransferProgress progress;

  /** A transfer that reports to somebody. */
  public MachineTransfer(Catalogue catalogue, TransferProgress progress) {
    this.catalogue = catalogue;
    this.progress = progress;
  }

  /**
   * Copies a machine with all its disks into a folder of its own, from which it can be imported
   * anywhere.
   *
   * @param target the folder in which that folder is made, named like the machine
   * @return the machine's new folder
   */
  public Path exportTo(UUID id, Path target) throws IOException {
    MachineEntry entry = catalogue.get(id);
    Path place = target.toAbsolutePath().resolve(entry.name());
    if (Files.exists(place)) {
      throw new CatalogueException(place + ": exists already; export somewhere else");
    }
    if (!Files.isDirectory(target)) {
      throw new CatalogueException(target + ": no such folder; make it first");
    }
    Path part = target.toAbsolutePath().resolve("." + entry.name() + "." + UUID.randomUUID());
    try (FileMutex _ = catalogue.holdMachine(entry)) {
      Files.createDirectory(part);
      MachineFolder folder = new MachineFolder(part);
      MachineSettings copied = copyFiles(entry, folder, true);
      copyState(entry, folder);
      folder.writeSettings(copied);
      AtomicFiles.move(part, place);
      return place;
    } finally {
      FileTrees.delete(part);
    }
  }

  /**
   * Makes another machine with copies of a machine's disks.
   *
   * @param name the new machine's
   */
  public MachineEntry clone(UUID id, String name) throws IOException {
    MachineEntry entry = catalogue.get(id);
    try (FileMutex _ = catalogue.holdMachine(entry)) {
      if (entry.state().state() == MachineState.SAVED) {
        throw new CatalogueException(
            entry.name() + ": its state is saved, and a clone can't have it; shut it down first");
      }
      return catalogue.create(
          renewed(entry.settings(), name),
          (folder, settings) -> copyFiles(with(entry, settings), folder, false));
    }
  }

  private static MachineEntry with(MachineEntry entry, MachineSettings settings) {
    return new MachineEntry(entry.folder(), settings, entry.state());
  }

  private static MachineSettings renewed(MachineSettings settings, String name) {
    return settings.withIdentity(
        UUID.randomUUID(), name, Instant.now().truncatedTo(ChronoUnit.SECONDS));
  }

  /**
   * Takes a machine in.
   *
   * @param source the folder with its {@code machine.json}
   * @param newName its name here, or null for its own (with a number where that is taken and it
   *     gets a new identity)
   */
  public MachineEntry importFrom(Path source, ImportMode mode, @Nullable String newName)
      throws IOException {
    MachineFolder from = new MachineFolder(source.toAbsolutePath().normalize());
    if (!Files.exists(from.settingsFile())) {
      throw new CatalogueException(
          source + ": there is no machine.json in it; name the folder of an exported machine");
    }
    MachineEntry entry = new MachineEntry(from, from.readSettings(), from.readState().seenNow());
    try (FileMutex _ = catalogue.holdMachine(entry)) {
      requireFiles(entry);
      return switch (mode) {
        case IN_PLACE -> {
          if (newName != null && !newName.equals(entry.name())) {
            throw new CatalogueException(source + ": rename it once it has been imported in place");
          }
          yield catalogue.register(from.path(), entry.settings().id());
        }
        case COPY -> copyIn(entry, newName == null ? entry.name() : newName, false);
        case NEW_IDENTITY ->
            copyIn(entry, newName == null ? catalogue.freeName(entry.name()) : newName, true);
      };
    }
  }

  private MachineEntry copyIn(MachineEntry entry, String name, boolean renew) throws IOException {
    MachineSettings settings =
        renew ? renewed(entry.settings(), name) : entry.settings().withName(name);
    return catalogue.create(
        settings,
        (folder, wanted) -> {
          MachineSettings copied = copyFiles(with(entry, wanted), folder, true);
          if (!renew) {
            copyState(entry, folder);
          }
          return copied;
        });
  }

  private static void requireFiles(MachineEntry entry) throws IOException {
    for (Path file : entry.files()) {
      if (!Files.isReadable(file)) {
        throw new CatalogueException(
            file + ": missing or not readable, but the machine needs it; put it there");
      }
    }
  }

  // Disks in the machine's folder always go along; those outside only where the copy must stand
  // alone. Optical discs outside stay where they are in a clone, disks never: two machines must
  // not write one file.
  private MachineSettings copyFiles(MachineEntry entry, MachineFolder to, boolean alone)
      throws IOException {
    Map<Path, Path> copies = new LinkedHashMap<>();
    Files.createDirectories(to.disks());
    MachineSettings settings = entry.settings();
    List<MachineSettings.DriveSlot> drives = new ArrayList<>();
    for (MachineSettings.DriveSlot drive : settings.drives()) {
      boolean shared =
          drive.file().isAbsolute()
              && (drive.snapshot() || drive.type() == MachineSettings.DriveType.DVD);
      Path file = shared && !alone ? drive.file() : plan(entry, drive.file(), to, copies);
      drives.add(new MachineSettings.DriveSlot(drive.type(), file, drive.snapshot()));
    }
    MachineSettings.Boot boot = settings.boot();
    MachineSettings.Boot copiedBoot =
        new MachineSettings.Boot(
            bootFile(entry, boot.kernel(), to, alone, copies),
            bootFile(entry, boot.initrd(), to, alone, copies),
            boot.commandLine());
    long total = 0;
    for (Path from : copies.keySet()) {
      total += Files.size(from);
    }
    FileTrees.Copying copying = new FileTrees.Copying(progress, total);
    for (Map.Entry<Path, Path> copy : copies.entrySet()) {
      copying.copy(copy.getKey(), to.resolve(copy.getValue()));
    }
    Path variables = entry.folder().firmwareVariables();
    if (Files.exists(variables)) {
      Files.copy(variables, to.firmwareVariables());
    }
    AtomicFiles.force(to.disks());
    return settings.withDrives(drives).withBoot(copiedBoot);
  }

  private static @Nullable Path bootFile(
      MachineEntry entry,
      @Nullable Path file,
      MachineFolder to,
      boolean alone,
      Map<Path, Path> copies) {
    return file == null || file.isAbsolute() && !alone ? file : plan(entry, file, to, copies);
  }

  // Where in the new folder a file goes: a name of its own below disks.
  private static Path plan(
      MachineEntry entry, Path file, MachineFolder to, Map<Path, Path> copies) {
    Path from = entry.folder().resolve(file);
    Path known = copies.get(from);
    if (known != null) {
      return known;
    }
    String name = String.valueOf(from.getFileName());
    Path base = to.path().relativize(to.disks());
    Path place = base.resolve(name);
    for (int i = 2; copies.containsValue(place); i++) {
      place = base.resolve(i + "-" + name);
    }
    copies.put(from, place);
    return place;
  }

  private void copyState(MachineEntry entry, MachineFolder to) throws IOException {
    Path saved = entry.folder().savedState();
    if (entry.state().state() == MachineState.SAVED && Files.exists(saved)) {
      new FileTrees.Copying(progress, Files.size(saved)).copy(saved, to.savedState());
      to.writeState(entry.state());
    }
  }
}
