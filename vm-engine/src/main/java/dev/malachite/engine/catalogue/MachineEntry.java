// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.catalogue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A machine in the catalogue.
 *
 * @param folder its folder
 * @param settings its settings
 * @param state what it is doing
 */
public record MachineEntry(MachineFolder folder, MachineSettings settings, LastState state) {
  /** Its name. */
  public String name() {
    return settings.name();
  }

  /** Its disk files and boot files, by their whole paths. */
  public List<Path> files() {
    List<Path> files = new ArrayList<>();
    for (MachineSettings.DriveSlot drive : settings.drives()) {
      files.add(folder.resolve(drive.file()));
    }
    Path kernel = settings.boot().kernel();
    if (kernel != null) {
      files.add(folder.resolve(kernel));
    }
    Path initrd = settings.boot().initrd();
    if (initrd != null) {
      files.add(folder.resolve(initrd));
    }
    return files;
  }
}
