// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.board;

import dev.malachite.devices.input.KeySink;
import dev.malachite.engine.firmware.uefi.UefiFirmware;
import org.jspecify.annotations.Nullable;

/** Leads keys to the operating system's driver, or before there is one to the firmware. */
final class FirmwareKeyboard implements KeySink {
  private final KeySink system;
  private final @Nullable UefiFirmware firmware;

  FirmwareKeyboard(KeySink system, @Nullable UefiFirmware firmware) {
    this.system = system;
    this.firmware = firmware;
  }

  @Override
  public boolean isConnected() {
    UefiFirmware uefi = firmware;
    return system.isConnected() || uefi != null && uefi.takesKeys();
  }

  @Override
  public boolean key(int scanCode, boolean pressed) {
    UefiFirmware uefi = firmware;
    if (uefi != null && uefi.takesKeys()) {
      return uefi.key(scanCode, pressed);
    }
    return system.key(scanCode, pressed);
  }
}
