// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.disk.DiskConverter;
import dev.malachite.disk.DiskInformation;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code malachite disk flatten}: makes a differencing disk independent of its parents. */
@Command(
    name = "flatten",
    description = {
      "Make a differencing disk independent: what its parents hold is copied into it.",
      "The parents are not changed."
    })
final class DiskFlattenCommand extends DiskVerb {
  @Parameters(paramLabel = "FILE", description = "The differencing disk.")
  private Path file;

  @Override
  public Integer call() throws IOException {
    DiskInformation flat = work("Flattening", progress -> DiskConverter.flatten(file, progress));
    if (json()) {
      DiskReport.printJson(out(), flat);
    }
    return ExitCodes.DONE;
  }
}
