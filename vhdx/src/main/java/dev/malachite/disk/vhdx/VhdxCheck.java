// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import dev.malachite.disk.DiskCheck;
import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.DiskProgress;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.PatchedFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for everything that is wrong with a VHDX file, log applied in memory; the file is not
 * changed.
 */
final class VhdxCheck {
  private final HostFile file;
  private final List<DiskCheck.Problem> problems = new ArrayList<>();

  private VhdxCheck(HostFile file) {
    this.file = file;
  }

  /** Checks a file; what its parents are like is not looked at. */
  static DiskCheck run(HostFile file, DiskProgress progress) throws IOException {
    VhdxCheck check = new VhdxCheck(file);
    DiskProgress.step(progress, 0, 1);
    DiskCheck result = check.check();
    DiskProgress.step(progress, 1, 1);
    return result;
  }

  private void add(String structure, long offset, String text, boolean repairable) {
    if (problems.size() < DiskCheck.MAX_PROBLEMS) {
      problems.add(new DiskCheck.Problem(structure, offset, text, repairable));
    }
  }

  private void add(DiskFormatException e, boolean repairable) {
    add(e.structure(), e.offset(), e.problem(), repairable);
  }

  private DiskCheck check() throws IOException {
    try {
      return checkTables();
    } catch (DiskFormatException e) {
      add(e, false);
      return new DiskCheck(problems, 0, 0, 0);
    }
  }

  private DiskCheck checkTables() throws IOException {
    VhdxHeaders headers = VhdxHeaders.read(VhdxImage.checkLength(file));
    for (int i = 0; i < 2; i++) {
      if (!VhdxHeaders.isValid(file, i)) {
        add("header", VhdxHeader.offset(i), "its signature or checksum is wrong", true);
      }
    }
    PatchedFile view = new PatchedFile(file);
    if (headers.current().hasLog()) {
      try {
        view = LogReader.replay(file, headers.current());
      } catch (DiskFormatException e) {
        // Doing without the log may lose the latest changes of the tables.
        add(e, false);
      }
    }
    VhdxImage image = VhdxImage.loadTables(view, headers);
    for (int i = 0; i < 2; i++) {
      if (!RegionTable.isCopyValid(view, i)) {
        long offset = RegionTable.OFFSET + (long) i * RegionTable.SIZE;
        add("region table", offset, "the signature or checksum of a copy is wrong", true);
      }
    }
    VhdxMetadata metadata = image.metadata();
    long table = image.regions().bat().offset();
    TableScan scan =
        TableScan.run(
            view,
            table,
            metadata,
            image.space(),
            (flaw, index, number, entry, problem) ->
                add(
                    VhdxImage.BAT_NAME,
                    table + index * BatEntry.SIZE,
                    problem,
                    VhdxRepair.isLossless(flaw)));
    long unused = Math.max(0, view.size() - image.space().used());
    return new DiskCheck(problems, metadata.blockCount(), scan.blocksWithSpace(), unused);
  }
}
