// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.catalogue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Deletes a machine: first what would be lost can be seen, then it is done.
 *
 * @param machine the machine
 * @param lost files that are deleted with it
 * @param kept files the machine uses that stay where they are
 * @param savedState whether the state of a guest that could go on is lost
 */
public record MachineDeletion(
    MachineEntry machine, List<LostFile> lost, List<Path> kept, boolean savedState) {
  /**
   * A file that is deleted.
   *
   * @param file its path
   * @param bytes its size
   */
  public record LostFile(Path file, long bytes) {}

  /** What deleting a machine means now. */
  public static MachineDeletion plan(Catalogue catalogue, UUID id) throws IOException {
    MachineEntry entry = catalogue.get(id);
    Path folder = entry.folder().path();
    Set<Path> kept = new LinkedHashSet<>();
    List<LostFile> lost = new ArrayList<>();
    if (Files.isSymbolicLink(folder)) {
      // Imported in place: its folder was somebody's before us and stays.
      kept.add(folder.toRealPath());
    } else {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          lost.add(new LostFile(file, Files.size(file)));
        }
      }
    }
    for (Path file : entry.files()) {
      if (!file.normalize().startsWith(folder)) {
        kept.add(file);
      }
    }
    return new MachineDeletion(
        entry, List.copyOf(lost), List.copyOf(kept), entry.state().state() == MachineState.SAVED);
  }

  /**
   * Deletes the machine.
   *
   * @throws CatalogueException if it runs
   */
  public void carryOut(Catalogue catalogue) throws IOException {
    try (FileMutex _ = catalogue.holdMachine(machine)) {
      catalogue.remove(machine);
    }
  }
}
