// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.app.desktop.Screenshots;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code malachite vm screenshot}: a running machine's screen as a picture. */
@Command(name = "screenshot", description = "Write a running machine's screen to a file.")
final class VmScreenshotCommand extends VmVerb {
  @Parameters(index = "0", paramLabel = "NAME", description = "The machine.")
  private String name;

  @Parameters(index = "1", paramLabel = "FILE.png", description = "Where it is written.")
  private Path file;

  @Override
  public Integer call() throws IOException {
    Screenshots.write(manager(), catalogue().find(name).settings().id(), file);
    return ExitCodes.DONE;
  }
}
