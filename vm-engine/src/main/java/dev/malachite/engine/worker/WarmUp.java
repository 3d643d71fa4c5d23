// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.worker;

import dev.malachite.disk.VirtualDisks;
import dev.malachite.engine.catalogue.MachineFolder;
import dev.malachite.engine.host.HostException;
import dev.malachite.engine.host.Libc;
import java.io.IOException;

/**
 * Does beside a worker's first steps what the later ones would wait for: leaves the session of
 * whoever started it, and has the Java virtual machine link the C library's functions for memory
 * and disk files, of which each takes several milliseconds.
 */
final class WarmUp {
  private static final System.Logger LOGGER = System.getLogger(WarmUp.class.getName());
  private static final int PAGE = 4096;

  private WarmUp() {}

  /** Starts it on a thread of its own. */
  static void start(MachineFolder folder) {
    Thread.ofPlatform().name("warm-up").daemon().start(() -> run(folder));
  }

  private static void run(MachineFolder folder) {
    HostSession.leave();
    Thread.ofPlatform().name("warm-up-disks").daemon().start(() -> disks(folder));
    try {
      int fd = Libc.memoryFile("warm-up", PAGE);
      long address = Libc.mmap(PAGE, Libc.PROT_READ, Libc.MAP_SHARED, fd);
      Libc.munmap(address, PAGE);
      Libc.close(fd);
    } catch (HostException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "memory will say it again", e);
    }
  }

  // Any file will do.
  private static void disks(MachineFolder folder) {
    try {
      var _ = VirtualDisks.information(folder.settingsFile());
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.TRACE, "it is no disk", e);
    }
  }
}
