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

/** {@code malachite disk reparent}: tells a differencing disk where its parent is. */
@Command(name = "reparent", description = "Tell a differencing disk where its parent is.")
final class DiskReparentCommand extends DiskVerb {
  @Parameters(index = "0", paramLabel = "CHILD", description = "The differencing disk.")
  private Path child;

  @Parameters(index = "1", paramLabel = "PARENT", description = "The disk it rests on.")
  private Path parent;

  @Option(
      names = "--force",
      description = {
        "Take the parent though its identifier is another.",
        "Unless its contents are the same, the child's are spoilt."
      })
  private boolean force;

  @Override
  public Integer call() throws IOException {
    DiskMaintenance.reparent(child, parent, force);
    if (json()) {
      DiskReport.printJson(out(), VirtualDisks.information(child));
    }
    return ExitCodes.DONE;
  }
}
