// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.app.Desktop;
import dev.malachite.app.desktop.Windows;
import dev.malachite.engine.catalogue.Catalogue;
import dev.malachite.engine.catalogue.Folders;
import dev.malachite.engine.control.MachineManager;
import dev.malachite.engine.control.WorkerLauncher;
import java.util.function.Consumer;

/** Shows windows for commands. */
final class DesktopStart {
  private DesktopStart() {}

  /**
   * Shows windows until the last of them is closed.
   *
   * @param first opens the first ones
   * @return the exit code
   */
  static int run(Consumer<? super Windows> first) {
    if (!Desktop.hasDisplay()) {
      throw new CommandFailure(
          "there is no display to show windows on; set DISPLAY, or see malachite --help for the"
              + " command line");
    }
    MachineManager manager =
        new MachineManager(new Catalogue(Folders.ofEnvironment()), WorkerLauncher.ofThisProgram());
    try {
      Desktop.run(manager, first);
    } catch (UnsupportedOperationException e) {
      throw new CommandFailure(
          "the display " + System.getenv("DISPLAY") + " can't be opened: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.FAILED;
    }
    return ExitCodes.DONE;
  }
}
