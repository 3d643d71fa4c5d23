// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

import dev.malachite.disk.AbstractVirtualDisk;
import dev.malachite.disk.DiskCheck;
import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskProgress;
import dev.malachite.disk.DiskType;
import dev.malachite.disk.VhdSettings;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.HostFiles;
import dev.malachite.disk.io.NewFile;
import dev.malachite.disk.io.ParentFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * Work on VHD files that are not in use: each locks the files it changes, and leaves the old state
 * or the new one whatever interrupts it.
 */
public final class VhdMaintenance {
  private static final int CHUNK = 1 << 20;

  private VhdMaintenance() {}

  /** Looks for everything that is wrong; writes nothing. */
  public static DiskCheck check(Path path, DiskProgress progress) throws IOException {
    DiskProgress.step(progress, 0, 1);
    try (HostFile file = HostFiles.openShared(path)) {
      DiskCheck found = VhdCheck.run(file);
      DiskProgress.step(progress, 1, 1);
      return found;
    }
  }

  /**
   * Mends what can be mended without loss.
   *
   * @return what is wrong afterwards
   */
  public static DiskCheck repair(Path path, DiskProgress progress) throws IOException {
    DiskProgress.step(progress, 0, 1);
    try (HostFile file = HostFiles.openExclusive(path)) {
      DiskCheck found = VhdCheck.structures(file);
      if (!found.sound() && found.repairable()) {
        mend(file);
        found = VhdCheck.structures(file);
      }
      DiskProgress.step(progress, 1, 1);
      return found;
    }
  }

  /** Makes the footers sound. */
  static VhdImage mend(HostFile file) throws IOException {
    VhdImage image = VhdImage.load(file);
    if (image.header() == null) {
      VhdScrub.finish(file, image);
    } else {
      try (Arena arena = Arena.ofShared()) {
        SectorBitmaps bitmaps =
            new SectorBitmaps(file, image.requireHeader(), image.table().length, arena);
        new VhdWriter(image, bitmaps).prepare();
      }
    }
    return VhdImage.load(file);
  }

  /**
   * Puts a footer in place of the one a sound file has, the one that counts first, then the copy.
   */
  static void replaceFooter(HostFile file, VhdImage image, VhdFooter footer, long offset)
      throws IOException {
    footer.write(file, offset);
    file.force(true);
    if (image.header() != null) {
      footer.write(file, 0);
      file.force(false);
    }
  }

  /** Gives the disk another identifier. Its children, if it has any, will not find it any more. */
  public static void setIdentity(Path path, UUID identity) throws IOException {
    try (HostFile file = HostFiles.openExclusive(path)) {
      VhdImage image = mend(file);
      replaceFooter(file, image, image.footer().withIdentity(identity), image.footerOffset());
    }
  }

  /**
   * Gives the disk another size.
   *
   * @param mayLoseData whether what lies behind the new size may be anything but zeroes
   */
  public static void resize(Path path, long size, boolean mayLoseData, DiskProgress progress)
      throws IOException {
    VhdResize.run(path, size, mayLoseData, progress);
  }

  /** Gives space back that blocks of zeroes and gaps take up. */
  public static void compact(Path path, DiskProgress progress) throws IOException {
    try (HostFile file = HostFiles.openExclusive(path)) {
      VhdImage image = mend(file);
      if (image.header() == null) {
        throw new IOException(
            path
                + ": a fixed disk has all its space from the start. Convert it to a dynamic disk to"
                + " have it take less.");
      }
      new VhdCompaction(file, image, progress).run();
    }
  }

  /**
   * Makes a disk that differs in nothing from its parent yet.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is such a file
   */
  public static void createDifferencing(Path child, Path parent) throws IOException {
    VhdFooter footer;
    int blockSize;
    try (HostFile file = HostFiles.openUnlocked(parent)) {
      VhdImage image = VhdImage.loadToDescribe(file);
      VhdHeader header = image.header();
      footer = image.footer();
      blockSize = header == null ? VhdSettings.DEFAULT_BLOCK_SIZE : header.blockSize();
    }
    int usual = blockSize == 512 << 10 ? blockSize : VhdSettings.DEFAULT_BLOCK_SIZE;
    VhdSettings settings = VhdSettings.dynamic(footer.currentSize()).withBlockSize(usual);
    NewFile.write(
        child, file -> VhdCreator.createChild(file, settings, child, parent, footer.identity()));
  }

  /**
   * Copies what a differencing disk holds into its parent, which then holds what the child did.
   *
   * <p>Until it is done the child still shows its contents, since it holds them itself. The child's
   * file is left for the caller to delete. Other children of the parent lose what they rest on.
   *
   * @return the parent's file
   */
  public static Path merge(Path child, DiskProgress progress) throws IOException {
    try (HostFile file = HostFiles.openExclusive(child)) {
      VhdImage image = VhdImage.load(file);
      if (image.footer().type() != DiskType.DIFFERENCING) {
        throw new IOException(child + ": has no parent to be merged into.");
      }
      Path parent = VhdParents.find(image);
      long parentSize;
      try (HostFile above = HostFiles.openUnlocked(parent)) {
        parentSize = VhdImage.loadToDescribe(above).footer().currentSize();
      }
      if (parentSize < image.footer().currentSize()) {
        resize(parent, image.footer().currentSize(), false, DiskProgress.NONE);
      }
      try (DiskExecutor executor = DiskExecutor.create("disk-merge", 1);
          AbstractVirtualDisk target = openToWrite(parent, executor);
          VhdDisk source = new VhdDisk(image, true, null, executor)) {
        copyOwn(source, target, progress);
        target.flush();
      }
      return parent;
    }
  }

  private static AbstractVirtualDisk openToWrite(Path path, DiskExecutor executor)
      throws IOException {
    HostFile file = HostFiles.openExclusive(path);
    boolean done = false;
    try {
      AbstractVirtualDisk disk = VhdDisk.open(file, false, ParentFiles.DEFAULT, executor);
      done = true;
      return disk;
    } finally {
      if (!done) {
        file.close();
      }
    }
  }

  /** Copies what a child itself holds. */
  private static void copyOwn(VhdDisk source, AbstractVirtualDisk target, DiskProgress progress)
      throws IOException {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment buffer = arena.allocate(CHUNK, 4096);
      long size = source.size();
      long position = 0;
      while (position < size) {
        DiskProgress.step(progress, position, size);
        long run = source.ownRun(position, Math.min(CHUNK, size - position));
        if (run > 0) {
          MemorySegment part = buffer.asSlice(0, run);
          source.read(position, part);
          target.write(position, part);
        }
        position += Math.abs(run);
      }
      DiskProgress.step(progress, size, size);
    }
  }

  /**
   * Names another file as a differencing disk's parent.
   *
   * @param force whether a parent will do that is not the one the child was made for
   */
  public static void reparent(Path child, Path parent, boolean force) throws IOException {
    try (HostFile file = HostFiles.openExclusive(child)) {
      VhdImage image = VhdImage.load(file);
      if (image.footer().type() != DiskType.DIFFERENCING) {
        throw new IOException(child + ": has no parent, so it can't be given another.");
      }
      if (Files.isSameFile(child, parent)) {
        throw new IOException(child + ": can't be its own parent.");
      }
      VhdFooter above;
      try (DiskExecutor executor = DiskExecutor.create("disk-reparent", 1);
          HostFile other = HostFiles.openShared(parent)) {
        VhdImage otherImage = VhdImage.loadToDescribe(other);
        above = otherImage.footer();
        VhdParents.openAbove(other, ParentFiles.DEFAULT, executor).close();
      }
      VhdHeader header = image.requireHeader();
      if (!force && !above.identity().equals(header.parentId())) {
        throw new IOException(
            parent
                + ": has the identifier "
                + above.identity()
                + ", but "
                + child
                + " was made for "
                + header.parentId()
                + ". If it has the same contents all the same, say so with --force.");
      }
      image = mend(file);
      // The new header goes behind everything; a footer that names it makes it count.
      long at = image.end();
      VhdHeader changed =
          image
              .requireHeader()
              .withParent(
                  above.identity(),
                  VhdCreator.modified(parent),
                  VhdParents.name(parent),
                  List.of());
      long end =
          VhdCreator.writeHeader(
              file, at, changed, at + VhdHeader.SIZE, VhdParents.ways(child, parent));
      file.force(true);
      long last = Math.max(end, VhdImage.roundUp(image.footerOffset()));
      replaceFooter(file, image, image.footer().withDataOffset(at), last);
    }
  }
}
