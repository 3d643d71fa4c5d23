// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.HostFiles;
import dev.malachite.disk.io.NewFile;
import dev.malachite.disk.io.ParentFiles;
import dev.malachite.disk.raw.RawDisk;
import dev.malachite.disk.vhd.VhdCreator;
import dev.malachite.disk.vhd.VhdDisk;
import dev.malachite.disk.vhdx.VhdxCreator;
import dev.malachite.disk.vhdx.VhdxDisk;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes a new disk file with the contents of another: a conversion, or what a chain of differencing
 * disks shows.
 *
 * <p>The new file appears under its name whole and durable, or not at all. The source is only read,
 * and locked against writers.
 */
public final class DiskConverter {
  private static final int COPY_UNIT = 64 << 20;
  private static final int BUFFER = 1 << 20;

  private DiskConverter() {}

  /**
   * Converts a disk.
   *
   * @param source the disk file; a differencing disk is taken with all its parents
   * @param target the file to make
   * @param wanted what it is to be
   * @return the new disk
   * @throws java.nio.file.FileAlreadyExistsException if there is a file of the target's name
   * @throws IllegalArgumentException if the wanted format can't hold the source
   * @throws DiskCancelledException if the progress ends the work
   */
  public static DiskInformation convert(
      Path source, Path target, DiskTarget wanted, DiskProgress progress) throws IOException {
    try (DiskExecutor executor = DiskExecutor.create("disk-convert", 4);
        VirtualDisk disk = VirtualDisks.open(source, executor, DiskOptions.readOnly())) {
      NewFile.write(target, file -> fill(file, source, disk, wanted, executor, progress));
    }
    return VirtualDisks.information(target);
  }

  /**
   * Makes a differencing disk independent of its parents, which are only read. The file is replaced
   * by a dynamic one of the same format, size and identity.
   *
   * @throws IOException if the disk has no parent
   * @throws DiskCancelledException if the progress ends the work
   */
  public static DiskInformation flatten(Path path, DiskProgress progress) throws IOException {
    try (DiskExecutor executor = DiskExecutor.create("disk-flatten", 4);
        VirtualDisk disk = VirtualDisks.open(path, executor, DiskOptions.readOnly())) {
      DiskInformation old = disk.information();
      if (old.type() != DiskType.DIFFERENCING) {
        throw new IOException(path + ": has no parent, so there is nothing to flatten.");
      }
      DiskTarget wanted =
          DiskTarget.of(old.format(), DiskType.DYNAMIC)
              .withBlockSize(Math.toIntExact(old.blockSize()))
              .withIdentity(old.identity());
      NewFile.replace(path, file -> fill(file, path, disk, wanted, executor, progress));
    }
    return VirtualDisks.information(path);
  }

  private static void fill(
      HostFile file,
      Path sourcePath,
      VirtualDisk source,
      DiskTarget wanted,
      DiskExecutor executor,
      DiskProgress progress)
      throws IOException {
    @Nullable UUID identity = wanted.identity();
    if (identity == null) {
      identity = UUID.randomUUID();
    }
    switch (wanted.format()) {
      case VHDX -> {
        VhdxCreator.create(file, vhdxSettings(source, wanted, identity));
        copy(source, VhdxDisk.open(file, false, ParentFiles.DEFAULT, executor), progress);
      }
      case VHD -> {
        boolean fixed = wanted.type() == DiskType.FIXED;
        if (Math.max(wanted.logicalSectorSize(), source.logicalSectorSize()) > 512
            && source.format() != DiskFormat.ISO) {
          throw new IllegalArgumentException(
              "VHD disks have 512-byte sectors, but this disk has "
                  + source.logicalSectorSize()
                  + "-byte sectors; convert it to VHDX or raw.");
        }
        int block = wanted.blockSize() == 0 ? VhdSettings.DEFAULT_BLOCK_SIZE : wanted.blockSize();
        VhdCreator.create(file, new VhdSettings(source.size(), fixed, block, identity));
        if (fixed) {
          fillPlain(file, sourcePath, source, executor, progress);
        } else {
          copy(source, VhdDisk.open(file, false, ParentFiles.DEFAULT, executor), progress);
        }
      }
      default -> {
        file.extend(source.size());
        fillPlain(file, sourcePath, source, executor, progress);
      }
    }
  }

  private static VhdxSettings vhdxSettings(VirtualDisk source, DiskTarget wanted, UUID identity) {
    boolean disc = source.format() == DiskFormat.ISO;
    int logical = wanted.logicalSectorSize();
    if (logical == 0) {
      logical = disc ? 512 : source.logicalSectorSize();
    }
    int physical = wanted.physicalSectorSize();
    if (physical == 0) {
      physical = source.format() == DiskFormat.VHDX ? source.physicalSectorSize() : 4096;
    }
    int block = wanted.blockSize() == 0 ? VhdxSettings.DEFAULT_BLOCK_SIZE : wanted.blockSize();
    return new VhdxSettings(
        source.size(), wanted.type() == DiskType.FIXED, block, logical, physical, identity);
  }

  private static void copy(VirtualDisk source, VirtualDisk target, DiskProgress progress)
      throws IOException {
    try (target) {
      DiskCopy.run(source, target, progress);
    }
  }

  /** Fills a file that holds the disk's bytes one for one from its start. */
  private static void fillPlain(
      HostFile file,
      Path sourcePath,
      VirtualDisk source,
      DiskExecutor executor,
      DiskProgress progress)
      throws IOException {
    boolean plain = source.type() == DiskType.FIXED && source.format() != DiskFormat.VHDX;
    if (plain) {
      try (HostFile from = HostFiles.openUnlocked(sourcePath)) {
        copyPlain(from, file, Math.min(source.size(), from.size()), progress);
      }
      file.force(true);
      return;
    }
    copy(source, RawDisk.openRaw(new Prefix(file, source.size()), false, executor), progress);
  }

  /** Copies between files of the host, inside its kernel where it can. */
  private static void copyPlain(HostFile from, HostFile to, long size, DiskProgress progress)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(BUFFER, 4096);
      long at = from.nextData(0);
      while (at < size) {
        long end = Math.min(size, from.nextHole(at));
        while (at < end) {
          DiskProgress.step(progress, at, size);
          long part = Math.min(COPY_UNIT, end - at);
          long copied = to.copyFrom(from, at, at, part);
          if (copied == 0) {
            copied = Math.min(part, BUFFER);
            from.readFully(at, buffer.asSlice(0, copied));
            to.write(at, buffer.asSlice(0, copied));
          }
          at += copied;
        }
        at = from.nextData(at);
      }
      DiskProgress.step(progress, size, size);
    }
  }

  /**
   * The start of a file as a file of its own, so that a footer behind it is no part of the disk.
   */
  private record Prefix(HostFile file, long length) implements HostFile {
    @Override
    public Path path() {
      return file.path();
    }

    @Override
    public long size() {
      return length;
    }

    @Override
    public long read(long position, ScatterList memory, long from, long bytes) throws IOException {
      return file.read(position, memory, from, Math.clamp(length - position, 0, bytes));
    }

    @Override
    public void write(long position, ScatterList memory, long from, long bytes) throws IOException {
      file.write(position, memory, from, bytes);
    }

    @Override
    public void extend(long size) {
      // It has its length from the start.
    }

    @Override
    public void truncate(long size) throws IOException {
      throw new IOException(path() + ": a part of a file can't be cut.");
    }

    @Override
    public void zero(long position, long bytes) throws IOException {
      file.zero(position, bytes);
    }

    @Override
    public void force(boolean sizeToo) throws IOException {
      file.force(sizeToo);
    }

    @Override
    public void close() throws IOException {
      file.force(true);
    }
  }
}
