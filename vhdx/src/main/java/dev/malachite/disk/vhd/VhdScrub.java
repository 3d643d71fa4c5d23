// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

import dev.malachite.disk.ScatterList;
import dev.malachite.disk.io.HostFile;
import java.io.IOException;

/**
 * The sector of a fixed disk that holds an old or a new footer while the disk is resized.
 *
 * <p>Growing leaves the old footer among the disk's contents, shrinking puts the new one there
 * before the rest goes. Until it is zeroed the footer that counts names it, so that a power cut in
 * between leaves no trace.
 */
final class VhdScrub {
  private VhdScrub() {}

  /** Zeroes the sector that the footer names, if it names one; returns the footer without it. */
  static VhdFooter finish(HostFile file, VhdImage image) throws IOException {
    VhdFooter footer = image.footer();
    long sector = footer.scrub();
    if (sector == 0) {
      return footer;
    }
    if (sector > 0
        && sector % VhdImage.SECTOR == 0
        && sector <= footer.currentSize() - VhdImage.SECTOR) {
      file.zero(sector, VhdImage.SECTOR);
      file.force(false);
    }
    VhdFooter clean = footer.withScrub(0);
    clean.write(file, image.footerOffset());
    file.force(false);
    return clean;
  }

  /** Makes the sector read as zeroes in memory that was filled from an offset of the disk. */
  static void hide(long sector, long offset, ScatterList memory, long from, long length) {
    long start = Math.max(sector, offset);
    long end = Math.min(sector + VhdImage.SECTOR, offset + length);
    if (start < end) {
      memory.zero(from + start - offset, end - start);
    }
  }
}
