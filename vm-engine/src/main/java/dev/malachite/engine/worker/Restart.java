// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.worker;

import dev.malachite.engine.catalogue.Folders;
import dev.malachite.engine.catalogue.MachineFolder;
import dev.malachite.engine.control.WorkerLauncher;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;

/**
 * Starts a machine again whose guest or engine has failed, a few times: one that fails right after
 * its start would do so for ever.
 */
final class Restart {
  private static final System.Logger LOGGER = System.getLogger(Restart.class.getName());

  /** How often this life's predecessors were started again, one after the other. */
  private static final String COUNT = "MALACHITE_RESTARTS";

  private static final int MOST = 3;

  /** A machine that ran so long has had a good start. */
  private static final Duration GOOD_RUN = Duration.ofMinutes(1);

  private final Folders folders;
  private final MachineFolder folder;
  private final UUID id;

  Restart(Folders folders, MachineFolder folder, UUID id) {
    this.folders = folders;
    this.folder = folder;
    this.id = id;
  }

  /** Starts another worker, which waits for this one's end, unless there were too many. */
  void attempt(Duration ran) throws IOException {
    int before = ran.compareTo(GOOD_RUN) >= 0 ? 0 : count();
    if (before >= MOST) {
      LOGGER.log(
          System.Logger.Level.WARNING, "it has failed {0} times in a row and stays off", MOST + 1);
      return;
    }
    WorkerLauncher.ofThisProgram()
        .restart(folders, folder, id, COUNT, Integer.toString(before + 1));
  }

  private static int count() {
    String text = System.getenv(COUNT);
    try {
      return text == null ? 0 : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
