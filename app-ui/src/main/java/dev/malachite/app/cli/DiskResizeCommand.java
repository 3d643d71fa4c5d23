// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.disk.DiskMaintenance;
import dev.malachite.disk.VirtualDisks;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code malachite disk resize}: gives a disk another size. */
@Command(
    name = "resize",
    description = "Make a disk larger or smaller. File systems in it are not changed.")
final class DiskResizeCommand extends DiskVerb {
  @Parameters(index = "0", paramLabel = "FILE", description = "The disk file.")
  private Path file;

  @Parameters(
      index = "1",
      paramLabel = "SIZE",
      description = "What the guest sees from now on: 20G, 512M.")
  private ByteSize size;

  @Option(
      names = "--lose-data",
      description = "Make it smaller though there is data behind the new size.")
  private boolean loseData;

  @Override
  public Integer call() throws IOException {
    work(
        "Resizing",
        progress -> {
          DiskMaintenance.resize(file, size.bytes(), loseData, progress);
          return file;
        });
    if (json()) {
      DiskReport.printJson(out(), VirtualDisks.information(file));
    }
    return ExitCodes.DONE;
  }
}
