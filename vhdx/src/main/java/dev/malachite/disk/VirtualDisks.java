// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.HostFiles;
import dev.malachite.disk.io.LittleEndian;
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

/** Opens, describes and creates disk files; formats are told by content, never by name. */
public final class VirtualDisks {
  private static final int VHD_FOOTER = 512;
  private static final long QCOW_MAGIC = 0xFB49_4651L; // "QFI" and 0xFB

  private VirtualDisks() {}

  /** What a file's first and last bytes say it is. */
  private enum Content {
    VHDX,
    ISO,
    VHD,
    QCOW,
    RAW
  }

  /**
   * Opens a disk file.
   *
   * @param file the disk file
   * @param executor whose threads carry out requests
   * @param options how it is opened
   * @throws DiskFormatException if the contents can't be used
   * @throws DiskInUseException if another process or disk has the file open
   * @throws IOException if the file can't be opened or read
   */
  public static VirtualDisk open(Path file, DiskExecutor executor, DiskOptions options)
      throws IOException {
    return switch (options.mode()) {
      case READ_WRITE -> openFile(file, executor, false);
      case READ_ONLY -> openFile(file, executor, true);
      case SNAPSHOT -> openSnapshot(file, executor, options);
      case SHARED -> openShared(file, executor);
    };
  }

  /** Opens a disk that other processes may write at the same time. */
  private static AbstractVirtualDisk openShared(Path path, DiskExecutor executor)
      throws IOException {
    HostFile file =
        HostFiles.openTogether(
            path,
            first -> {
              if (detect(first) == Content.VHDX) {
                VhdxDisk.prepareTogether(first);
              }
            });
    boolean done = false;
    try {
      AbstractVirtualDisk disk =
          switch (detect(file)) {
            case VHDX -> VhdxDisk.openTogether(file, executor);
            case RAW -> RawDisk.openRaw(file, false, executor);
            case ISO, VHD, QCOW ->
                throw new IOException(
                    path
                        + ": several machines can write raw disks and fixed VHDX disks only."
                        + " Convert it to one of these.");
          };
      done = true;
      return disk;
    } finally {
      if (!done) {
        file.close();
      }
    }
  }

  private static AbstractVirtualDisk openFile(Path path, DiskExecutor executor, boolean readOnly)
      throws IOException {
    boolean untouched = readOnly || !isWritable(path);
    HostFile file = untouched ? HostFiles.openShared(path) : HostFiles.openExclusive(path);
    boolean done = false;
    try {
      AbstractVirtualDisk disk =
          switch (detect(file)) {
            case VHDX -> VhdxDisk.open(file, readOnly, ParentFiles.CACHED, executor);
            case ISO -> RawDisk.openIso(file, executor);
            case RAW -> RawDisk.openRaw(file, readOnly, executor);
            case VHD -> VhdDisk.open(file, readOnly, ParentFiles.CACHED, executor);
            case QCOW -> throw unsupported(file, "qcow2");
          };
      done = true;
      return disk;
    } finally {
      if (!done) {
        file.close();
      }
    }
  }

  /**
   * Merges an open differencing disk into its parent while it is in use; the disk then goes on with
   * the parent's file. The caller deletes the child's file once nothing names it any more; until
   * then it shows what the parent shows.
   *
   * @return the file that the disk is in from then on
   * @throws DiskInUseException if others have the parent open
   * @throws DiskCancelledException if the progress ends the work; the disk goes on as it was
   * @throws IOException if the disk can't be merged so, or a file can't be read or written
   */
  public static Path mergeOpen(VirtualDisk disk, DiskProgress progress) throws IOException {
    if (disk instanceof VhdxDisk vhdx) {
      return vhdx.mergeIntoParent(progress);
    }
    throw new IOException(
        "Only VHDX disks can be merged while they are in use; turn the machine off and merge"
            + " then.");
  }

  /** Whether a file is of a format that can be written. */
  private static boolean isWritable(Path path) throws IOException {
    try (HostFile file = HostFiles.openUnlocked(path)) {
      return detect(file) != Content.ISO;
    }
  }

  private static AbstractVirtualDisk openSnapshot(
      Path path, DiskExecutor executor, DiskOptions options) throws IOException {
    AbstractVirtualDisk base = openFile(path, executor, true);
    boolean done = false;
    try {
      if (base.format() == DiskFormat.ISO) {
        done = true;
        return base;
      }
      HostFile overlay = NewFile.temporary(options.snapshotDirectory());
      done = true;
      return new SnapshotDisk(base, overlay, executor);
    } finally {
      if (!done) {
        base.close();
      }
    }
  }

  private static Content detect(HostFile file) throws IOException {
    long size = file.size();
    try (Arena arena = Arena.ofConfined()) {
      long length = Math.min(size, RawDisk.isoSignatureEnd());
      MemorySegment start = arena.allocate(Math.max(length, 1), 8).asSlice(0, length);
      file.readFully(0, start);
      if (VhdxDisk.recognizes(start)) {
        return Content.VHDX;
      }
      if (VhdDisk.recognizes(start)) {
        return Content.VHD;
      }
      if (size >= VHD_FOOTER) {
        // Before Virtual PC 2004 the footer was a byte shorter.
        MemorySegment footer = arena.allocate(VHD_FOOTER, 8);
        file.readFully(size - VHD_FOOTER, footer);
        if (VhdDisk.recognizes(footer) || VhdDisk.recognizes(footer.asSlice(1))) {
          return Content.VHD;
        }
      }
      if (RawDisk.recognizesIso(start)) {
        return Content.ISO;
      }
      if (length >= Integer.BYTES && LittleEndian.getUnsignedInt(start, 0) == QCOW_MAGIC) {
        return Content.QCOW;
      }
      return Content.RAW;
    }
  }

  /** The format of a file, told by its content. */
  static DiskFormat format(Path path) throws IOException {
    try (HostFile file = HostFiles.openUnlocked(path)) {
      return switch (detect(file)) {
        case VHDX -> DiskFormat.VHDX;
        case VHD -> DiskFormat.VHD;
        case ISO -> DiskFormat.ISO;
        case RAW -> DiskFormat.RAW;
        case QCOW -> throw unsupported(file, "qcow2");
      };
    }
  }

  private static DiskFormatException unsupported(HostFile file, String format) {
    return new DiskFormatException(
        file.path(),
        "file",
        0,
        "it is a " + format + " disk, which is not supported",
        "Convert it first, for example with: qemu-img convert -O vhdx OLD NEW.vhdx");
  }

  /**
   * Describes a disk file. It is not locked, so this works on a disk in use, and not changed.
   *
   * @throws DiskFormatException if the contents can't be used
   * @throws IOException if the file can't be read
   */
  public static DiskInformation information(Path path) throws IOException {
    try (HostFile file = HostFiles.openUnlocked(path)) {
      return switch (detect(file)) {
        case VHDX -> VhdxDisk.describe(file, file.allocatedSize());
        case ISO -> RawDisk.describe(file, DiskFormat.ISO);
        case RAW -> RawDisk.describe(file, DiskFormat.RAW);
        case VHD -> VhdDisk.describe(file);
        case QCOW -> throw unsupported(file, "qcow2");
      };
    }
  }

  /**
   * Creates a VHDX disk. The file appears whole and durable, or not at all.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is such a file
   * @throws IOException if the file can't be written
   */
  public static DiskInformation createVhdx(Path path, VhdxSettings settings) throws IOException {
    NewFile.write(path, file -> VhdxCreator.create(file, settings));
    return information(path);
  }

  /**
   * Creates a VHD disk. The file appears whole and durable, or not at all.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is such a file
   * @throws IOException if the file can't be written
   */
  public static DiskInformation createVhd(Path path, VhdSettings settings) throws IOException {
    NewFile.write(path, file -> VhdCreator.create(file, settings));
    return information(path);
  }

  /**
   * Creates a raw disk full of zeroes. The file appears whole and durable, or not at all.
   *
   * @param size capacity in bytes, a multiple of 512
   * @throws IllegalArgumentException if the size isn't
   * @throws java.nio.file.FileAlreadyExistsException if there is such a file
   * @throws IOException if the file can't be written
   */
  public static DiskInformation createRaw(Path path, long size) throws IOException {
    if (size <= 0 || size % 512 != 0) {
      throw new IllegalArgumentException(
          "The size of a raw disk is a number of 512-byte sectors, not " + size + " bytes.");
    }
    NewFile.write(
        path,
        file -> {
          file.extend(size);
          file.force(true);
        });
    return information(path);
  }
}
