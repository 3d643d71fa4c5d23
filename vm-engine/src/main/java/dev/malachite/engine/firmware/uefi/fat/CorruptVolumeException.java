// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.fat;

import java.io.IOException;

/** A file system contradicts itself. */
public final class CorruptVolumeException extends IOException {
  private static final long serialVersionUID = 1;

  CorruptVolumeException(String why) {
    super("FAT volume: " + why);
  }
}
