// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

import dev.malachite.disk.DiskCheck;
import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.DiskType;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.ParentFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Looks for everything that is wrong with a VHD file, and goes on after the first thing. */
final class VhdCheck {
  private final HostFile file;
  private final List<DiskCheck.Problem> problems = new ArrayList<>();

  private VhdCheck(HostFile file) {
    this.file = file;
  }

  /** Checks a file's structures, without the contents and the parents. */
  static DiskCheck structures(HostFile file) throws IOException {
    return new VhdCheck(file).run();
  }

  /** Checks a file's structures and whether its parents can be opened. */
  static DiskCheck run(HostFile file) throws IOException {
    DiskCheck own = structures(file);
    if (!own.repairable()) {
      return own;
    }
    try (DiskExecutor executor = DiskExecutor.create("disk-check", 1)) {
      VhdParents.openAbove(file, ParentFiles.DEFAULT, executor).close();
    } catch (DiskFormatException e) {
      List<DiskCheck.Problem> problems = new ArrayList<>(own.problems());
      problems.add(
          new DiskCheck.Problem(e.structure(), e.offset(), String.valueOf(e.getMessage()), false));
      return new DiskCheck(problems, own.totalBlocks(), own.allocatedBlocks(), own.unusedBytes());
    }
    return own;
  }

  private DiskCheck run() throws IOException {
    long size = file.size();
    VhdImage.Footers footers = VhdImage.readFooters(file);
    VhdFooter footer = footers.current();
    boolean copied = footers.last() == null;
    if (copied) {
      add(
          VhdImage.FOOTER,
          Math.max(0, size - VhdImage.SECTOR),
          footers.problem() + (footer == null ? ", and there is no copy" : ""),
          footer != null);
    }
    if (footer == null) {
      return new DiskCheck(problems, 0, 0, 0);
    }
    if (footer.scrub() != 0) {
      add(VhdImage.FOOTER, footers.lastOffset(), "a resize was interrupted", true);
    }
    if (footer.type() == DiskType.FIXED) {
      return fixed(footer, footers.lastOffset());
    }
    if (!footer.equals(footers.copy())) {
      add(VhdImage.COPY, 0, "it is not the same as the footer", true);
    }
    VhdImage image;
    try {
      image = VhdImage.loadToDescribe(file);
    } catch (DiskFormatException e) {
      add(e.structure(), e.offset(), e.problem(), false);
      return new DiskCheck(problems, 0, 0, 0);
    }
    return table(image, size);
  }

  private DiskCheck fixed(VhdFooter footer, long footerOffset) {
    if (footer.currentSize() > footerOffset) {
      add(
          VhdImage.FOOTER,
          footerOffset + VhdFooter.AT_CURRENT_SIZE,
          "it tells of more bytes than are before it",
          false);
    }
    long unused = Math.max(0, footerOffset - footer.currentSize());
    return new DiskCheck(problems, 0, 0, unused);
  }

  private DiskCheck table(VhdImage image, long fileSize) throws IOException {
    VhdHeader header = image.requireHeader();
    int[] table = VhdImage.readTable(file, image.footer(), header);
    VhdImage.inspectTable(
        file,
        image.footer(),
        header,
        table,
        (block, text) ->
            add(VhdImage.TABLE, header.tableOffset() + block * Integer.BYTES, text, false));
    long allocated = 0;
    for (int entry : table) {
      if (entry != VhdImage.UNUSED) {
        allocated++;
      }
    }
    long used =
        2L * VhdImage.SECTOR
            + VhdHeader.SIZE
            + VhdImage.roundUp((long) table.length * Integer.BYTES)
            + allocated * (header.bitmapSize() + (long) header.blockSize());
    for (VhdHeader.Locator locator : header.locators()) {
      used += locator.space();
    }
    return new DiskCheck(problems, table.length, allocated, Math.max(0, fileSize - used));
  }

  private void add(String structure, long offset, String text, boolean repairable) {
    if (problems.size() < DiskCheck.MAX_PROBLEMS) {
      problems.add(new DiskCheck.Problem(structure, offset, text, repairable));
    }
  }
}
