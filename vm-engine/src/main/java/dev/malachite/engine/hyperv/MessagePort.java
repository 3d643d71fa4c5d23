// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

/** Receives the messages that the guest posts to a connection (TLFS, HvCallPostMessage). */
@FunctionalInterface
public interface MessagePort {
  /**
   * A message arrives, on the thread of the processor that posted it, which waits meanwhile.
   *
   * @param processor the number of the processor that posted it
   * @param connectionId the connection
   * @param type the message type, never negative
   * @param payload the processor's buffer, valid during the call only
   * @param length how many bytes of it count: 0 to 240
   * @return false if there is no room now: the guest is told to try again
   */
  boolean message(int processor, int connectionId, int type, byte[] payload, int length);
}
