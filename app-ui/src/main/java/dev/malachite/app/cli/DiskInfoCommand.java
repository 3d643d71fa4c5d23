// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.disk.DiskInformation;
import dev.malachite.disk.VirtualDisks;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code malachite disk info}: what a disk file holds. Reads only; the disk may be in use. */
@Command(
    name = "info",
    mixinStandardHelpOptions = true,
    description = "Show what a disk file holds. Nothing is written; the disk may be in use.")
final class DiskInfoCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The disk file.")
  private Path file;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    DiskInformation information = VirtualDisks.information(file);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      DiskReport.printJson(out, information);
    } else {
      DiskReport.print(out, information);
    }
    return ExitCodes.DONE;
  }
}
