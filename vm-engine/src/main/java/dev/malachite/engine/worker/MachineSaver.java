// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.worker;

import dev.malachite.disk.DiskInformation;
import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.catalogue.MachineSettings;
import dev.malachite.engine.machine.Machine;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateProgress;
import dev.malachite.engine.state.StateReader;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.state.StateWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * The way of a machine's state to its file and back: the state itself while the machine stands
 * still, then, when its disks are closed, what they are to be like when it goes on.
 */
final class MachineSaver {
  private static final String DISKS = "disks";
  private static final int DISKS_VERSION = 1;
  private static final int LONGEST_STAMP = 200;
  private static final int ROOM = 1 << 20;

  private final MachineEntry entry;
  private final StateWriter writer;

  private MachineSaver(MachineEntry entry) throws IOException {
    this.entry = entry;
    writer = new StateWriter(entry.folder().unfinishedState());
  }

  /**
   * Writes the state of a machine that stands still, all but the end of it.
   *
   * @throws StateException if the machine can't be saved, or not now; nothing is left of the file
   */
  static MachineSaver write(MachineEntry entry, Machine machine, StateProgress progress)
      throws IOException {
    for (MachineSettings.DriveSlot drive : entry.settings().drives()) {
      if (drive.snapshot()) {
        throw new StateException(
            "what is written to " + drive.file() + " isn't kept, so the machine can't be saved");
      }
    }
    Files.deleteIfExists(entry.folder().unfinishedState());
    MachineSaver saver = new MachineSaver(entry);
    boolean whole = false;
    try {
      machine.save(saver.writer, progress);
      saver.writer.reserve(ROOM);
      whole = true;
      return saver;
    } finally {
      if (!whole) {
        saver.abandon();
      }
    }
  }

  /** Completes the file, once the machine's disks are closed: from now on the state is saved. */
  void complete() throws IOException {
    try (writer) {
      writer.section(DISKS, DISKS_VERSION, s -> stamps(entry, s));
      writer.finish();
    }
    entry.folder().keepState();
  }

  /** Leaves nothing of the file. */
  void abandon() throws IOException {
    writer.close();
    Files.deleteIfExists(entry.folder().unfinishedState());
  }

  /** Bytes of the file. */
  long size() {
    return writer.size();
  }

  /**
   * Makes sure that the disks are as they were when the state was saved; before they are opened.
   *
   * @throws StateException if one is not
   */
  static void checkDisks(MachineEntry entry, StateReader reader) throws IOException {
    reader.section(DISKS, DISKS_VERSION, s -> stamps(entry, s));
  }

  private static void stamps(MachineEntry entry, StateTransfer s) throws StateException {
    List<MachineSettings.DriveSlot> drives = entry.settings().drives();
    if (s.int32(drives.size()) != drives.size()) {
      throw new StateException(
          "the machine had other drives when its state was saved; discard the saved state");
    }
    for (MachineSettings.DriveSlot drive : drives) {
      Path file = entry.folder().resolve(drive.file());
      String now;
      try {
        now = stamp(file);
      } catch (IOException e) {
        throw new StateException(file + " can't be looked at: " + e.getMessage(), e);
      }
      if (!s.text(now, LONGEST_STAMP).equals(now)) {
        throw new StateException(
            file
                + " was changed since the state was saved; going on would damage it, so discard the"
                + " saved state (malachite vm discard-state)");
      }
    }
  }

  // VHDX has an identifier that changes with the contents; else the file's time must do.
  private static String stamp(Path file) throws IOException {
    DiskInformation information = VirtualDisks.information(file);
    UUID contents = information.dataWriteId();
    return contents != null
        ? information.format() + " " + contents
        : information.format()
            + " "
            + Files.size(file)
            + " "
            + Files.getLastModifiedTime(file).toInstant();
  }
}
