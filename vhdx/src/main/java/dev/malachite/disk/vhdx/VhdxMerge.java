// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.DiskProgress;
import dev.malachite.disk.ScatterList;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.ParentFiles;
import dev.malachite.disk.vhdx.VhdxFile.Access;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Merges a differencing disk into its parent.
 *
 * <p>What the child holds is copied into the parent, which doesn't change what the child shows. The
 * child is first told the data write GUID that the parent is about to get, so that their link holds
 * at every moment (section 2.6.2.6.3). In the end the parent holds what the child showed and bears
 * the child's data write GUID: disks made from the child can be given the parent instead.
 */
final class VhdxMerge {
  private static final int PIECE = 1 << 20;

  private final HostFile childFile;
  private final HostFile parentFile;
  private final ParentFiles parents;
  private final DiskProgress progress;

  private VhdxMerge(
      HostFile childFile, HostFile parentFile, ParentFiles parents, DiskProgress progress) {
    this.childFile = childFile;
    this.parentFile = parentFile;
    this.parents = parents;
    this.progress = progress;
  }

  /**
   * Merges a child into its parent, both files locked. The child's file stays and shows what it
   * showed; it is of no more use.
   *
   * @param parents how the parent's own parents are opened
   */
  static void run(
      HostFile childFile, HostFile parentFile, ParentFiles parents, DiskProgress progress)
      throws IOException {
    new VhdxMerge(childFile, parentFile, parents, progress).run();
  }

  private void run() throws IOException {
    VhdxImage child = VhdxImage.loadToChange(childFile);
    ParentLocator locator = requireLocator(child);
    VhdxImage parent = VhdxImage.loadToChange(parentFile);
    VhdxChain.checkFits(child, parent);
    List<UUID> known = locator.dataWriteGuids();
    UUID current = parent.headers().current().dataWriteGuid();
    if (!known.contains(current)) {
      throw new DiskFormatException(
          childFile.path(),
          "parent locator",
          child.regions().metadata().offset(),
          parentFile.path() + " has been changed since this disk was made from it",
          "Restore the parent as it was.");
    }
    long childSize = child.metadata().diskSize();
    UUID childGuid = child.headers().current().dataWriteGuid();
    // The parent's GUID while it is half merged is nobody else's.
    UUID underWay = UUID.randomUUID();
    putLinks(current, underWay);
    if (childSize > parent.metadata().diskSize()) {
      VhdxResize.run(parentFile, parents, childSize, false, underWay, DiskProgress.NONE);
    }
    copy(underWay);
    finish(underWay, childSize, childGuid);
  }

  static ParentLocator requireLocator(VhdxImage child) throws DiskFormatException {
    ParentLocator locator = child.items().locator();
    if (locator == null) {
      throw new DiskFormatException(
          child.view().path(),
          "file parameters",
          child.regions().metadata().offset(),
          "the disk has no parent",
          "Name a differencing disk.");
    }
    return locator;
  }

  /** Tells the child, durably, which data write GUIDs its parent may have. */
  private void putLinks(UUID first, UUID second) throws IOException {
    VhdxImage child = VhdxImage.loadToChange(childFile);
    putLocator(childFile, child, requireLocator(child).withGuids(first, second), false);
  }

  /**
   * Replaces the locator of a child.
   *
   * @param contentsChange whether the child shows something else from then on
   */
  static void putLocator(
      HostFile file, VhdxImage child, ParentLocator locator, boolean contentsChange)
      throws IOException {
    SectorPatches patches = new SectorPatches(file);
    child.items().putLocator(patches, locator);
    replace(file, child, patches, null, contentsChange);
  }

  /** Replaces sectors of a file in a session of its own. */
  static void replace(
      HostFile file,
      VhdxImage image,
      SectorPatches patches,
      @Nullable UUID nextDataWriteGuid,
      boolean contentsChange)
      throws IOException {
    try (Arena arena = Arena.ofShared()) {
      VhdxWriter writer =
          new VhdxWriter(file, image, MetadataPages.DEFAULT_MAX_PAGES, nextDataWriteGuid, arena);
      if (contentsChange) {
        writer.prepare();
      }
      try {
        writer.replace(patches.sectors(), writer.end());
      } finally {
        writer.close();
      }
    }
  }

  private void copy(UUID underWay) throws IOException {
    VhdxImage childImage = VhdxImage.load(childFile);
    VhdxImage parentImage = VhdxImage.loadToChange(parentFile);
    // What lies below the child is the parent, of which nothing is read through the child.
    try (VhdxFile child =
            new VhdxFile(
                new Unclosed(childFile),
                childImage,
                null,
                null,
                Access.READ_ONLY,
                MetadataPages.DEFAULT_MAX_PAGES,
                null);
        VhdxFile parent =
            VhdxChain.open(
                new Unclosed(parentFile), parentImage, Access.READ_WRITE, parents, underWay);
        Arena arena = Arena.ofConfined()) {
      parent.writer().prepare();
      BlockCopier copier = new BlockCopier(child, parent, arena.allocate(PIECE, 4096));
      long blocks = child.metadata().blockCount();
      for (long block = 0; block < blocks; block++) {
        DiskProgress.step(progress, block, blocks);
        copier.copy(block);
      }
      parent.flush();
      DiskProgress.step(progress, blocks, blocks);
    }
  }

  /** Gives the parent what belongs to the disk rather than the file, and the child's GUID last. */
  private void finish(UUID underWay, long size, UUID childGuid) throws IOException {
    VhdxResize.run(parentFile, parents, size, true, underWay, DiskProgress.NONE);
    VhdxImage parent = VhdxImage.loadToChange(parentFile);
    UUID identity = VhdxImage.load(childFile).metadata().identity();
    if (!parent.metadata().identity().equals(identity)) {
      SectorPatches patches = new SectorPatches(parentFile);
      parent.items().putIdentity(patches, identity);
      replace(parentFile, parent, patches, underWay, true);
      parent = VhdxImage.loadToChange(parentFile);
    }
    putLinks(underWay, childGuid);
    parent
        .headers()
        .updateBoth(parentFile, parent.headers().current().withDataWriteGuid(childGuid));
  }

  /** Copies what a child holds of a block into another disk. */
  static final class BlockCopier {
    private final VhdxFile child;
    private final VhdxFile target;
    private final VhdxMetadata metadata;
    private final MemorySegment buffer;
    private final ScatterList list = new ScatterList();

    BlockCopier(VhdxFile child, VhdxFile target, MemorySegment buffer) {
      this.child = child;
      this.target = target;
      this.metadata = child.metadata();
      this.buffer = buffer;
      list.add(buffer, 0, buffer.byteSize());
    }

    /** Copies a block, which nobody may be changing. */
    void copy(long block) throws IOException {
      long start = block * metadata.blockSize();
      long end = Math.min(start + metadata.blockSize(), metadata.diskSize());
      long entry = child.table().get(block);
      switch (BatEntry.state(entry)) {
        case BatEntry.NOT_PRESENT -> {
          // The target has it.
        }
        case BatEntry.FULLY_PRESENT -> copyStored(entry, start, start, end);
        case BatEntry.PARTIALLY_PRESENT -> copyPartial(block, entry, start, end);
        default -> target.zero(start, end - start);
      }
    }

    private void copyPartial(long block, long entry, long start, long end) throws IOException {
      int sectorSize = metadata.logicalSectorSize();
      int sectors = (int) ((end - start) / sectorSize);
      int sector = 0;
      while (sector < sectors) {
        int run = child.writer().bitmaps().run(block, sector, sectors - sector);
        int count = Math.abs(run);
        if (run > 0) {
          long from = start + (long) sector * sectorSize;
          copyStored(entry, start, from, from + (long) count * sectorSize);
        }
        sector += count;
      }
    }

    /** Copies stored bytes of a block; holes in the file become zeroes. */
    private void copyStored(long entry, long blockStart, long from, long to) throws IOException {
      HostFile file = child.file();
      long shift = BatEntry.offset(entry) - blockStart;
      long at = from;
      while (at < to) {
        long data = Math.min(Math.max(file.nextData(at + shift) - shift, at), to);
        // Where a hole starts or ends within a sector, the sector counts as data.
        data = data == to ? to : data & -metadata.logicalSectorSize();
        if (data > at) {
          target.zero(at, data - at);
          at = data;
          continue;
        }
        long hole = file.nextHole(at + shift) - shift;
        long sector = metadata.logicalSectorSize();
        long dataEnd = Math.min(to, (Math.max(hole, at + 1) + sector - 1) & -sector);
        while (at < dataEnd) {
          long part = Math.min(buffer.byteSize(), dataEnd - at);
          file.readFully(at + shift, list, 0, part);
          target.write(at, list, 0, part);
          at += part;
        }
      }
    }
  }
}
