// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.HostFiles;
import dev.malachite.disk.vhd.VhdMaintenance;
import dev.malachite.disk.vhdx.VhdxMaintenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * Work on disk files that are not in use: checks, repairs, changes of size and of the chain.
 *
 * <p>Each operation locks the files it changes and leaves the old state or the new one, whatever
 * interrupts it. {@link DiskConverter} makes new files.
 */
public final class DiskMaintenance {
  private DiskMaintenance() {}

  /**
   * Looks for everything that is wrong with a disk file's structures; writes nothing.
   *
   * @throws DiskInUseException if the disk is open to write
   */
  public static DiskCheck check(Path path, DiskProgress progress) throws IOException {
    return switch (VirtualDisks.format(path)) {
      case VHDX -> VhdxMaintenance.check(path, progress);
      case VHD -> VhdMaintenance.check(path, progress);
      case RAW, ISO -> new DiskCheck(List.of(), 0, 0, 0);
    };
  }

  /**
   * Mends what can be mended without loss.
   *
   * @return what is wrong afterwards
   */
  public static DiskCheck repair(Path path, DiskProgress progress) throws IOException {
    return switch (VirtualDisks.format(path)) {
      case VHDX -> VhdxMaintenance.repair(path, progress);
      case VHD -> VhdMaintenance.repair(path, progress);
      case RAW, ISO -> new DiskCheck(List.of(), 0, 0, 0);
    };
  }

  /**
   * Gives a disk another size in bytes.
   *
   * @param mayLoseData whether what lies behind the new size may be anything but zeroes
   * @throws IllegalArgumentException if the format can't have that size
   */
  public static void resize(Path path, long size, boolean mayLoseData, DiskProgress progress)
      throws IOException {
    switch (VirtualDisks.format(path)) {
      case VHDX -> VhdxMaintenance.resize(path, size, mayLoseData, progress);
      case VHD -> VhdMaintenance.resize(path, size, mayLoseData, progress);
      case RAW -> resizeRaw(path, size, mayLoseData, progress);
      case ISO -> throw refusal(path, "an optical disc image has the size of its contents");
    }
  }

  private static void resizeRaw(Path path, long size, boolean mayLoseData, DiskProgress progress)
      throws IOException {
    if (size <= 0 || size % 512 != 0) {
      throw new IllegalArgumentException(
          "The size of a raw disk is a number of 512-byte sectors, not " + size + " bytes.");
    }
    DiskProgress.step(progress, 0, 1);
    try (HostFile file = HostFiles.openExclusive(path)) {
      if (!mayLoseData && size < file.size() && file.nextData(size) < file.size()) {
        throw refusal(
            path,
            "there may be data behind the new size. Make the file system in it smaller first, or"
                + " allow the loss");
      }
      file.truncate(size);
      file.force(true);
    }
    DiskProgress.step(progress, 1, 1);
  }

  /** Gives space back that the file takes up for nothing. */
  public static void compact(Path path, DiskProgress progress) throws IOException {
    switch (VirtualDisks.format(path)) {
      case VHDX -> VhdxMaintenance.compact(path, progress);
      case VHD -> VhdMaintenance.compact(path, progress);
      case RAW, ISO -> throw refusal(path, "only VHDX and VHD disks can be compacted");
    }
  }

  /**
   * Makes a disk that differs in nothing from its parent yet.
   *
   * @param blockSize bytes in the unit in which space is added; 0 for the usual
   * @throws java.nio.file.FileAlreadyExistsException if there is such a file
   */
  public static DiskInformation createDifferencing(Path child, Path parent, int blockSize)
      throws IOException {
    switch (VirtualDisks.format(parent)) {
      case VHDX -> VhdxMaintenance.createDifferencing(child, parent, blockSize);
      case VHD -> VhdMaintenance.createDifferencing(child, parent);
      case RAW, ISO -> throw refusal(parent, "only VHDX and VHD disks can be parents");
    }
    return VirtualDisks.information(child);
  }

  /**
   * Copies what a differencing disk holds into its parent and deletes the differencing disk. Other
   * children of the parent lose what they rest on.
   *
   * @return the parent's file
   */
  public static Path merge(Path child, DiskProgress progress) throws IOException {
    Path parent =
        switch (VirtualDisks.format(child)) {
          case VHDX -> VhdxMaintenance.merge(child, progress);
          case VHD -> VhdMaintenance.merge(child, progress);
          case RAW, ISO -> throw refusal(child, "has no parent to be merged into");
        };
    Files.delete(child);
    return parent;
  }

  /**
   * Names another file as a differencing disk's parent.
   *
   * @param force whether a parent will do that is not the one the child was made for
   */
  public static void reparent(Path child, Path parent, boolean force) throws IOException {
    DiskFormat format = VirtualDisks.format(child);
    if (format != VirtualDisks.format(parent)) {
      throw refusal(child, "its parent has to be of its own format, " + format.displayName());
    }
    switch (format) {
      case VHDX -> VhdxMaintenance.reparent(child, parent, force);
      case VHD -> VhdMaintenance.reparent(child, parent, force);
      case RAW, ISO -> throw refusal(child, "has no parent, so it can't be given another");
    }
  }

  /** Gives a disk another page-83 identity. */
  public static void setIdentity(Path path, UUID identity) throws IOException {
    switch (VirtualDisks.format(path)) {
      case VHDX -> VhdxMaintenance.setIdentity(path, identity);
      case VHD -> VhdMaintenance.setIdentity(path, identity);
      case RAW, ISO -> throw refusal(path, "its format has no identity");
    }
  }

  private static IOException refusal(Path path, String reason) {
    return new IOException(path + ": " + reason + ".");
  }
}
