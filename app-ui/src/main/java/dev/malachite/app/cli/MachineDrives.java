// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskFormat;
import dev.malachite.disk.DiskOptions;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.machine.Drive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The disk files of a machine, open while it runs. */
final class MachineDrives implements AutoCloseable {
  private final DiskExecutor executor = DiskExecutor.create();
  private final List<Drive> drives = new ArrayList<>();

  /**
   * Opens the files that a machine was asked for: all of them, or none.
   *
   * @throws IOException naming the file that can't be used, and why
   */
  static MachineDrives open(RunRequest request) throws IOException {
    MachineDrives drives = new MachineDrives();
    boolean whole = false;
    try {
      for (Path disk : request.disks()) {
        drives.add(disk, request.snapshot() ? DiskOptions.snapshot() : DiskOptions.readWrite());
      }
      for (Path dvd : request.dvds()) {
        if (drives.add(dvd, DiskOptions.readOnly()).kind() != Drive.Kind.DVD) {
          throw new CommandFailure(dvd + ": no ISO image; give disks with --disk");
        }
      }
      Path floppy = request.floppy();
      if (floppy != null) {
        DiskOptions options = request.snapshot() ? DiskOptions.snapshot() : DiskOptions.readWrite();
        VirtualDisk diskette = VirtualDisks.open(floppy, drives.executor, options);
        drives.drives.add(new Drive(Drive.Kind.FLOPPY, diskette));
      }
      whole = true;
      return drives;
    } finally {
      if (!whole) {
        drives.close();
      }
    }
  }

  /** The drives in the order in which they were asked for. */
  List<Drive> drives() {
    return Collections.unmodifiableList(drives);
  }

  /** Closes the files, which makes everything durable. */
  @Override
  public void close() throws IOException {
    @Nullable IOException failure = null;
    for (Drive drive : drives) {
      try {
        drive.disk().close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    executor.close();
    if (failure != null) {
      throw failure;
    }
  }

  private Drive add(Path file, DiskOptions options) throws IOException {
    VirtualDisk disk = VirtualDisks.open(file, executor, options);
    boolean optical = disk.format() == DiskFormat.ISO;
    Drive drive = new Drive(optical ? Drive.Kind.DVD : Drive.Kind.DISK, disk);
    drives.add(drive);
    return drive;
  }
}
