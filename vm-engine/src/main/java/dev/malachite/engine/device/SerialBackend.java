// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.device;

/**
 * The other end of a serial port: a terminal, a file, a socket.
 *
 * <p>A port calls {@link #connect} once, and {@link #transmit} on processors' threads.
 */
public interface SerialBackend {
  /** Takes bytes for the guest. */
  @FunctionalInterface
  interface Receiver {
    /**
     * Offers bytes to the port.
     *
     * @return how many it took; the rest is to be offered again after {@link SerialBackend#ready}
     */
    int receive(byte[] bytes, int offset, int length);
  }

  /** Sets where bytes for the guest go. */
  void connect(Receiver receiver);

  /** Sends one byte the guest wrote. Must not block for long. */
  void transmit(byte value);

  /** The guest has read what was offered: the port takes more. */
  default void ready() {}
}
