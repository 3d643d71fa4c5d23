// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.wizard;

import dev.malachite.disk.DiskFormat;
import dev.malachite.disk.VhdxSettings;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.catalogue.Catalogue;
import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineFolder;
import dev.malachite.engine.catalogue.MachineSettings;
import dev.malachite.engine.catalogue.MachineSettings.DriveSlot;
import dev.malachite.engine.catalogue.MachineSettings.DriveType;
import dev.malachite.engine.catalogue.SettingPaths;
import dev.malachite.engine.json.JsonValue.JsonNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a new machine is to be like, and how it is made. Any thread.
 *
 * @param name its name
 * @param generation 1 or 2
 * @param memory bytes at start
 * @param processors how many
 * @param newDisk bytes of a new disk in its folder, or 0 for none
 * @param disk a disk that is there, used where it is, or null
 * @param dvd an ISO image in its drive, or null
 */
record NewMachine(
    String name,
    int generation,
    long memory,
    int processors,
    long newDisk,
    @Nullable Path disk,
    @Nullable Path dvd) {
  /**
   * Makes the machine, or nothing.
   *
   * @throws IOException if a setting or file can't be used, or there is no room
   */
  MachineEntry create(Catalogue catalogue) throws IOException {
    MachineSettings settings = MachineSettings.create(name, generation);
    settings = SettingPaths.with(settings, "memory.startup", JsonNumber.of(memory));
    settings = SettingPaths.with(settings, "processor.count", JsonNumber.of(processors));
    List<DriveSlot> drives = new ArrayList<>();
    if (disk != null) {
      drives.add(drive(disk, DriveType.DISK));
    }
    if (dvd != null) {
      drives.add(drive(dvd, DriveType.DVD));
    }
    return catalogue.create(settings.withDrives(drives), this::addDisk);
  }

  private static DriveSlot drive(Path file, DriveType type) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString());
    }
    boolean iso = VirtualDisks.information(file).format() == DiskFormat.ISO;
    if (iso != (type == DriveType.DVD)) {
      throw new IOException(
          file + (iso ? ": an ISO image; put it into the DVD drive" : ": no ISO image"));
    }
    return new DriveSlot(type, file.toAbsolutePath().normalize(), false);
  }

  private MachineSettings addDisk(MachineFolder folder, MachineSettings settings)
      throws IOException {
    if (newDisk == 0) {
      return settings;
    }
    Files.createDirectories(folder.disks());
    Path file = folder.disks().resolve("disk.vhdx");
    try {
      VirtualDisks.createVhdx(file, VhdxSettings.dynamic(newDisk));
    } catch (IllegalArgumentException e) {
      throw new IOException("the new disk: " + e.getMessage(), e);
    }
    List<DriveSlot> drives = new ArrayList<>();
    drives.add(new DriveSlot(DriveType.DISK, folder.path().relativize(file), false));
    drives.addAll(settings.drives());
    return settings.withDrives(drives);
  }
}
