// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import dev.malachite.disk.DiskCheck;
import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.DiskProgress;
import dev.malachite.disk.VhdxSettings;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.HostFiles;
import dev.malachite.disk.io.NewFile;
import dev.malachite.disk.io.ParentFiles;
import dev.malachite.disk.vhdx.VhdxFile.Access;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/**
 * What is done to VHDX files as a whole. Every operation locks the files it touches, fails with a
 * {@link dev.malachite.disk.DiskInUseException} if they are in use, and leaves the old state or the
 * new one wherever it ends.
 */
public final class VhdxMaintenance {
  /** Block size of differencing disks where none is given: small, so that little is copied. */
  public static final int DIFFERENCING_BLOCK_SIZE = 2 << 20;

  private VhdxMaintenance() {}

  /**
   * Creates a differencing disk, which shows what the parent shows until it is written. Capacity,
   * sector sizes and identity are the parent's (section 2.6.1.2).
   *
   * @param child the new file
   * @param parent an existing VHDX file, which must not change from then on
   * @param blockSize bytes in the unit in which space is added, a power of two from 1 MiB to 256
   *     MiB; 0 for {@value #DIFFERENCING_BLOCK_SIZE}
   * @throws IllegalArgumentException if the block size is not one
   * @throws java.nio.file.FileAlreadyExistsException if there is such a file
   */
  public static void createDifferencing(Path child, Path parent, int blockSize) throws IOException {
    try (HostFile file = HostFiles.openShared(parent)) {
      VhdxImage image = VhdxImage.load(requireVhdx(file));
      VhdxMetadata metadata = image.metadata();
      VhdxSettings settings =
          VhdxSettings.dynamic(metadata.diskSize())
              .withBlockSize(blockSize == 0 ? DIFFERENCING_BLOCK_SIZE : blockSize)
              .withLogicalSectorSize(metadata.logicalSectorSize())
              .withPhysicalSectorSize(metadata.physicalSectorSize())
              .withIdentity(metadata.identity());
      ParentLocator locator =
          ParentLocator.of(child, parent, image.headers().current().dataWriteGuid());
      NewFile.write(child, created -> VhdxCreator.createDifferencing(created, settings, locator));
    }
  }

  private static HostFile requireVhdx(HostFile file) throws IOException {
    if (!VhdxImage.isVhdx(file)) {
      throw new DiskFormatException(
          file.path(),
          "file",
          0,
          "it is no VHDX disk, and a VHDX disk's parent has to be one",
          "Convert it first.");
    }
    return file;
  }

  /** Looks for everything that is wrong with a file. */
  public static DiskCheck check(Path path, DiskProgress progress) throws IOException {
    try (HostFile file = HostFiles.openShared(path)) {
      return VhdxCheck.run(file, progress);
    }
  }

  /** Mends what can be mended; returns what is wrong after that. */
  public static DiskCheck repair(Path path, DiskProgress progress) throws IOException {
    try (HostFile file = HostFiles.openExclusive(path)) {
      return VhdxRepair.run(file, progress);
    }
  }

  /**
   * Changes a disk's capacity.
   *
   * @param size new capacity in bytes
   * @param mayLoseData whether data behind a smaller capacity may be lost; else it has to be zero
   * @throws IllegalArgumentException if the size isn't a number of sectors up to 64 TiB
   */
  public static void resize(Path path, long size, boolean mayLoseData, DiskProgress progress)
      throws IOException {
    try (HostFile file = HostFiles.openExclusive(path)) {
      VhdxResize.run(file, ParentFiles.DEFAULT, size, mayLoseData, null, progress);
    }
  }

  /** Makes a file as short as its contents allow. What the disk shows doesn't change. */
  public static void compact(Path path, DiskProgress progress) throws IOException {
    try (HostFile file = HostFiles.openExclusive(path)) {
      VhdxCompact.run(file, progress);
    }
  }

  /**
   * Merges a differencing disk into its parent, which then shows what the child showed and bears
   * its data write GUID. Other children of the parent are of no more use; children of the child can
   * be reparented to the parent. The child's file is left, of no more use.
   *
   * @return the parent
   */
  public static Path merge(Path child, DiskProgress progress) throws IOException {
    try (HostFile childFile = HostFiles.openExclusive(child)) {
      VhdxImage image = VhdxImage.load(childFile);
      ParentLocator locator = VhdxMerge.requireLocator(image);
      Path parent = VhdxChain.find(image, locator);
      if (parent == null) {
        throw VhdxChain.missing(image, locator);
      }
      try (HostFile parentFile = HostFiles.openExclusive(parent)) {
        VhdxMerge.run(childFile, parentFile, ParentFiles.DEFAULT, progress);
      }
      return parent;
    }
  }

  /**
   * Gives a differencing disk another place of its parent, or another parent.
   *
   * @param force whether the parent may be another disk than the one recorded, or one that has been
   *     changed; what the child shows may then be nonsense
   * @throws DiskFormatException if it is another disk and may not be
   */
  public static void reparent(Path child, Path parent, boolean force) throws IOException {
    try (HostFile childFile = HostFiles.openExclusive(child);
        HostFile parentFile = HostFiles.openShared(parent)) {
      VhdxImage image = VhdxImage.loadToChange(childFile);
      ParentLocator old = VhdxMerge.requireLocator(image);
      VhdxImage parentImage = VhdxImage.load(requireVhdx(parentFile));
      VhdxChain.checkFits(image, parentImage);
      UUID guid = parentImage.headers().current().dataWriteGuid();
      boolean same = old.dataWriteGuids().contains(guid);
      if (!same && !force) {
        throw new DiskFormatException(
            child,
            "parent locator",
            image.regions().metadata().offset(),
            parent + " is not the disk that this one was made from, or has been changed since",
            "Name the right one; or, if you know better, use force.");
      }
      // Its own parents have to be there, and the child, locked here, not among them.
      VhdxChain.open(new Unclosed(parentFile), parentImage, Access.READ_ONLY, ParentFiles.DEFAULT)
          .close();
      VhdxMerge.putLocator(childFile, image, ParentLocator.of(child, parent, guid), !same);
    }
  }

  /** Gives a disk another page-83 identity. Its children have to be reparented by force. */
  public static void setIdentity(Path path, UUID identity) throws IOException {
    try (HostFile file = HostFiles.openExclusive(path)) {
      VhdxImage image = VhdxImage.loadToChange(file);
      SectorPatches patches = new SectorPatches(file);
      image.items().putIdentity(patches, identity);
      VhdxMerge.replace(file, image, patches, null, true);
    }
  }
}
