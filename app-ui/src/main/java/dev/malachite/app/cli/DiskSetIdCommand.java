// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.disk.DiskMaintenance;
import dev.malachite.disk.VirtualDisks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code malachite disk set-id}: gives a disk another identity, after copying its file say. */
@Command(
    name = "set-id",
    description = "Give a disk another page-83 identity, after copying its file for instance.")
final class DiskSetIdCommand extends DiskVerb {
  @Parameters(index = "0", paramLabel = "FILE", description = "The disk file.")
  private Path file;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "UUID",
      description = "The identity; a new one if none is given.")
  private @Nullable UUID identity;

  @Override
  public Integer call() throws IOException {
    UUID chosen = identity == null ? UUID.randomUUID() : identity;
    DiskMaintenance.setIdentity(file, chosen);
    if (json()) {
      DiskReport.printJson(out(), VirtualDisks.information(file));
    } else {
      out().println(chosen);
    }
    return ExitCodes.DONE;
  }
}
