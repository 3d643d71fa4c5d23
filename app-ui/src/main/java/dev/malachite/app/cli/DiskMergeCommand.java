// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.disk.DiskConverter;
import dev.malachite.disk.DiskInformation;
import dev.malachite.disk.DiskMaintenance;
import dev.malachite.disk.DiskTarget;
import dev.malachite.disk.DiskType;
import dev.malachite.disk.VirtualDisks;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code malachite disk merge}: puts what a differencing disk holds into its parent. */
@Command(
    name = "merge",
    description = {
      "Put what a differencing disk holds into its parent and delete it.",
      "Other differencing disks of the same parent can't be used any more."
    })
final class DiskMergeCommand extends DiskVerb {
  @Parameters(paramLabel = "CHILD", description = "The differencing disk.")
  private Path child;

  @Option(
      names = "--into",
      paramLabel = "FILE",
      description = "Make a new disk instead, and leave the child and its parents alone.")
  private @Nullable Path into;

  @Override
  public Integer call() throws IOException {
    @Nullable Path target = into;
    DiskInformation result;
    if (target == null) {
      Path parent = work("Merging", progress -> DiskMaintenance.merge(child, progress));
      result = VirtualDisks.information(parent);
    } else {
      DiskTarget wanted = DiskTarget.of(DiskCreateCommand.formatByName(target), DiskType.DYNAMIC);
      result = work("Merging", progress -> DiskConverter.convert(child, target, wanted, progress));
    }
    if (json()) {
      DiskReport.printJson(out(), result);
    }
    return ExitCodes.DONE;
  }
}
