// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.fat;

import java.io.IOException;

/** A file system has no room left. */
public final class FullVolumeException extends IOException {
  private static final long serialVersionUID = 1;

  FullVolumeException() {
    super("FAT volume: no room left");
  }
}
