// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.worker;

import dev.malachite.engine.host.Libc;

/** The worker's place among the host's processes. */
final class HostSession {
  private static final System.Logger LOGGER = System.getLogger(HostSession.class.getName());

  private HostSession() {}

  /**
   * Leaves the session of whoever started us, so that neither the end of a terminal nor a Ctrl-C in
   * it reaches the machine. Does nothing in a process that leads a session already (setsid(2)).
   */
  static void leave() {
    boolean left = Libc.newSession();
    LOGGER.log(System.Logger.Level.TRACE, left ? "in a session of its own" : "leads one already");
  }
}
