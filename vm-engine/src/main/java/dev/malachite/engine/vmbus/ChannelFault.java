// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

/**
 * A guest broke a channel's protocol beyond repair; the channel is closed.
 *
 * <p>Carries no stack trace: a hostile guest may cause many of these, and the message says all.
 */
public final class ChannelFault extends Exception {
  private static final long serialVersionUID = 1L;

  /** A fault for the log: what the guest did, with the values. */
  public ChannelFault(String message) {
    super(message, null, false, false);
  }
}
