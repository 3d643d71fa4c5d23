// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.disk.DiskMaintenance;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code malachite disk repair}: mends what can be mended without loss. */
@Command(
    name = "repair",
    description = {
      "Mend a disk's structures where that loses nothing: from their copies, from the log.",
      "Exit code 1 if something is wrong afterwards."
    })
final class DiskRepairCommand extends DiskVerb {
  @Parameters(paramLabel = "FILE", description = "The disk file.")
  private Path file;

  @Override
  public Integer call() throws IOException {
    return DiskReport.printCheck(
        out(), json(), file, work("Repairing", progress -> DiskMaintenance.repair(file, progress)));
  }
}
