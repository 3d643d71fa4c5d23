// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.engine.catalogue.MachineDeletion;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code malachite vm delete}: says what is lost, asks, and deletes. */
@Command(name = "delete", description = "Delete a machine and the disks in its folder.")
final class VmDeleteCommand extends VmVerb {
  @Parameters(paramLabel = "NAME", description = "The machine.")
  private String name;

  @Option(
      names = {"-y", "--yes"},
      description = "Don't ask.")
  private boolean yes;

  @Option(names = "--dry-run", description = "Only say what would be lost.")
  private boolean dryRun;

  @Override
  public Integer call() throws IOException {
    MachineDeletion deletion =
        MachineDeletion.plan(catalogue(), catalogue().find(name).settings().id());
    if (deletion.machine().state().state().isLive()) {
      throw new CommandFailure(
          deletion.machine().name() + ": it runs; turn it off before deleting it");
    }
    if (dryRun || !yes) {
      describe(deletion);
    }
    if (dryRun) {
      return ExitCodes.DONE;
    }
    if (!yes && !confirmed(deletion)) {
      say("nothing was deleted");
      return ExitCodes.FAILED;
    }
    deletion.carryOut(catalogue());
    return ExitCodes.DONE;
  }

  private void describe(MachineDeletion deletion) {
    out().println("Deleting " + deletion.machine().name() + " loses for good:");
    if (deletion.savedState()) {
      out().println("  the saved state of its guest, with everything not yet on disk");
    }
    for (MachineDeletion.LostFile file : deletion.lost()) {
      out().printf("  %s (%s)%n", file.file(), ByteSize.describe(file.bytes()));
    }
    for (Path file : deletion.kept()) {
      out().println("Kept: " + file);
    }
    out().flush();
  }

  private boolean confirmed(MachineDeletion deletion) throws IOException {
    if (!Terminal.isStandardInput()) {
      throw new CommandFailure(
          deletion.machine().name()
              + ": nobody at a terminal to confirm it; add --yes to delete it all the same");
    }
    err().print("Delete it? [y/N] ");
    err().flush();
    String answer =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
  }
}
