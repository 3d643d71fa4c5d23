// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.input;

/** Takes key presses: a keyboard of whatever kind. */
public interface KeySink {
  /** True if the guest's driver takes keys. */
  boolean isConnected();

  /**
   * Presses or releases a key.
   *
   * @param scanCode which key: PS/2 set 1, {@code 0xE0xx} for keys with a prefix
   * @return false if the key was dropped: the guest isn't ready or doesn't fetch its keys
   */
  boolean key(int scanCode, boolean pressed);
}
