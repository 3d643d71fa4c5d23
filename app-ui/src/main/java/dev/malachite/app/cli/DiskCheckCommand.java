// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.disk.DiskMaintenance;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code malachite disk check}: what is wrong with a disk's structures. Exit code 1 if anything.
 */
@Command(
    name = "check",
    description =
        "Check a disk's structures. Nothing is written. Exit code 1 if something is wrong.")
final class DiskCheckCommand extends DiskVerb {
  @Parameters(paramLabel = "FILE", description = "The disk file.")
  private Path file;

  @Override
  public Integer call() throws IOException {
    return DiskReport.printCheck(
        out(), json(), file, work("Checking", progress -> DiskMaintenance.check(file, progress)));
  }
}
