// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

/** Receives the events that the guest signals to a connection (TLFS, HvCallSignalEvent). */
@FunctionalInterface
public interface EventPort {
  /**
   * An event, on the thread of the processor that signals it, which waits meanwhile.
   *
   * @param flag the flag number, 0 to 65535: the port's owner checks it
   */
  void signal(int flag);
}
