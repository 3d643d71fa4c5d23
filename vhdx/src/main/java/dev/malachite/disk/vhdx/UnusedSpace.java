// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import dev.malachite.disk.io.HostFile;
import java.io.IOException;

/** Gives back the parts of a file that nothing refers to: gaps become holes, the end is cut off. */
final class UnusedSpace {
  private UnusedSpace() {}

  /** Gives back what it can of a file that is closed cleanly and locked. */
  static void release(HostFile file) throws IOException {
    VhdxImage image = VhdxImage.load(file);
    if (image.headers().current().hasLog()) {
      return; // Its last entry may need the file to be as long as it is.
    }
    long end = image.space().end();
    VhdxMetadata metadata = image.metadata();
    if (metadata.fixed()) {
      long whole = metadata.blockCount() * metadata.blockSize();
      end = Math.max(end, Math.min(image.fileEnd(), VhdxConstants.MIB + whole));
    }
    long gap = image.space().nextGap(0, VhdxConstants.MIB);
    while (gap >= 0 && gap < end) {
      long gapEnd = image.space().gapEnd(gap);
      file.discard(gap, gapEnd - gap);
      gap = image.space().nextGap(gapEnd, VhdxConstants.MIB);
    }
    if (end < file.size()) {
      file.truncate(end);
      file.force(true);
    }
  }
}
