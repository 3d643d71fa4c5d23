// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

/**
 * The cylinders, heads and sectors that a VHD footer states, computed as the specification's
 * appendix does.
 *
 * @param cylinders 0 to 65535
 * @param heads 4 to 16
 * @param sectors a track's sectors: 17, 31, 63 or 255
 */
record ChsGeometry(int cylinders, int heads, int sectors) {
  private static final long MAX_SECTORS = 65535L * 16 * 255;

  /** The geometry for a disk of a size in bytes; it may cover a little less. */
  static ChsGeometry of(long size) {
    long total = Math.min(size / VhdFooter.SIZE, MAX_SECTORS);
    if (total >= 65535L * 16 * 63) {
      return new ChsGeometry((int) (total / 255 / 16), 16, 255);
    }
    int sectors = 17;
    long tracks = total / sectors;
    long heads = Math.max(4, (tracks + 1023) / 1024);
    if (tracks >= heads * 1024 || heads > 16) {
      sectors = 31;
      heads = 16;
      tracks = total / sectors;
    }
    if (tracks >= heads * 1024) {
      sectors = 63;
      heads = 16;
      tracks = total / sectors;
    }
    return new ChsGeometry((int) (tracks / heads), (int) heads, sectors);
  }
}
