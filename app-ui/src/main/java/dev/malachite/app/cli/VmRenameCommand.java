// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code malachite vm rename}. */
@Command(name = "rename", description = "Give a machine another name.")
final class VmRenameCommand extends VmVerb {
  @Parameters(index = "0", paramLabel = "NAME", description = "The machine.")
  private String name;

  @Parameters(index = "1", paramLabel = "NEW-NAME", description = "Its new name.")
  private String newName;

  @Override
  public Integer call() throws IOException {
    catalogue().rename(catalogue().find(name).settings().id(), newName);
    return ExitCodes.DONE;
  }
}
