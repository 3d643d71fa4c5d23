// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.floppy;

import org.jspecify.annotations.Nullable;

/**
 * How a diskette is laid out, known by its size.
 *
 * @param cylinders tracks of one side
 * @param heads sides
 * @param sectors on a track, of 512 bytes each
 */
record FloppyFormat(int cylinders, int heads, int sectors) {
  static final int SECTOR = 512;

  private static final FloppyFormat[] KNOWN = {
    new FloppyFormat(80, 2, 18),
    new FloppyFormat(80, 2, 36),
    new FloppyFormat(80, 2, 9),
    new FloppyFormat(80, 2, 15),
    new FloppyFormat(40, 2, 9),
    new FloppyFormat(40, 2, 8),
    new FloppyFormat(40, 1, 9),
    new FloppyFormat(40, 1, 8),
    new FloppyFormat(80, 2, 21),
    new FloppyFormat(82, 2, 21),
  };

  /** The format of a medium of so many bytes, or null if diskettes aren't so. */
  static @Nullable FloppyFormat of(long bytes) {
    for (FloppyFormat format : KNOWN) {
      if (format.bytes() == bytes) {
        return format;
      }
    }
    return null;
  }

  long bytes() {
    return (long) cylinders * heads * sectors * SECTOR;
  }

  /** Where a sector is, or -1 if there is none; sectors count from 1. */
  long offset(int cylinder, int head, int sector) {
    if (cylinder >= cylinders || head >= heads || sector < 1 || sector > sectors) {
      return -1;
    }
    return (((long) cylinder * heads + head) * sectors + sector - 1) * SECTOR;
  }
}
