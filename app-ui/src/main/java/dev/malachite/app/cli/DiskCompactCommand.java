// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.disk.DiskMaintenance;
import dev.malachite.disk.VirtualDisks;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code malachite disk compact}: gives space back that the file takes up for nothing. */
@Command(
    name = "compact",
    description = {
      "Make a dynamic or differencing disk's file smaller: blocks of zeroes and gaps go.",
      "Let the guest trim its file systems first."
    })
final class DiskCompactCommand extends DiskVerb {
  @Parameters(paramLabel = "FILE", description = "The disk file.")
  private Path file;

  @Override
  public Integer call() throws IOException {
    work(
        "Compacting",
        progress -> {
          DiskMaintenance.compact(file, progress);
          return file;
        });
    if (json()) {
      DiskReport.printJson(out(), VirtualDisks.information(file));
    }
    return ExitCodes.DONE;
  }
}
