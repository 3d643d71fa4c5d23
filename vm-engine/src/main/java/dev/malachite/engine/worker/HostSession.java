// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.worker;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/** The worker's place among the host's processes. */
final class HostSession {
  private HostSession() {}

  /**
   * Leaves the session of whoever started us, so that neither the end of a terminal nor a Ctrl-C in
   * it reaches the machine. Does nothing in a process that leads a session already (setsid(2)).
   */
  @SuppressWarnings("restricted")
  static void leave() {
    Linker linker = Linker.nativeLinker();
    MethodHandle setsid =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setsid"), FunctionDescriptor.of(JAVA_INT));
    try {
      int _ = (int) setsid.invokeExact();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
