// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

import dev.malachite.disk.AbstractVirtualDisk;
import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskProgress;
import dev.malachite.disk.DiskType;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.HostFiles;
import dev.malachite.disk.io.NewFile;
import dev.malachite.disk.io.ParentFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;

/** Gives VHD disks another size. */
final class VhdResize {
  private static final int CHUNK = 1 << 20;

  private VhdResize() {}

  static void run(Path path, long size, boolean mayLoseData, DiskProgress progress)
      throws IOException {
    if (size <= 0 || size > VhdFooter.MAX_DISK_SIZE || size % VhdImage.SECTOR != 0) {
      throw new IllegalArgumentException(
          "The size of a VHD disk is a number of 512-byte sectors up to 2040 GiB, not "
              + size
              + " bytes.");
    }
    try (HostFile file = HostFiles.openExclusive(path)) {
      VhdImage image = VhdImage.load(file);
      if (image.footer().type() == DiskType.DIFFERENCING) {
        throw new IOException(
            path + ": a differencing VHD disk has its parent's size. Merge or flatten it first.");
      }
      image = VhdMaintenance.mend(file);
      long old = image.footer().currentSize();
      if (size < old && !mayLoseData) {
        refuseLoss(path, size, old, progress);
      }
      DiskProgress.step(progress, 0, 1);
      if (size != old) {
        if (image.header() == null) {
          resizeFixed(path, file, image, size, progress);
        } else {
          resizeDynamic(file, image, size);
        }
      }
      DiskProgress.step(progress, 1, 1);
    }
  }

  private static void refuseLoss(Path path, long size, long old, DiskProgress progress)
      throws IOException {
    try (DiskExecutor executor = DiskExecutor.create("disk-resize", 1);
        Arena arena = Arena.ofShared();
        AbstractVirtualDisk disk =
            VhdDisk.open(HostFiles.openUnlocked(path), true, ParentFiles.DEFAULT, executor)) {
      MemorySegment buffer = arena.allocate(CHUNK, 4096);
      MemorySegment zeroes = arena.allocate(CHUNK, 4096);
      for (long at = disk.nextData(size); at < old; at = disk.nextData(at)) {
        DiskProgress.step(progress, at - size, old - size);
        long length = Math.min(CHUNK, old - at);
        disk.read(at, buffer.asSlice(0, length));
        long different = buffer.asSlice(0, length).mismatch(zeroes.asSlice(0, length));
        if (different >= 0) {
          throw new IOException(
              path
                  + ": there is data at byte "
                  + (at + different)
                  + ", behind the new size. Make the file system in it smaller first, or allow the"
                  + " loss.");
        }
        at += length;
      }
    }
  }

  private static void resizeFixed(
      Path path, HostFile file, VhdImage image, long size, DiskProgress progress)
      throws IOException {
    VhdFooter footer = image.footer();
    if (size < footer.currentSize()) {
      shrinkFixed(file, image, size);
      return;
    }
    // A fixed disk has one footer, at the file's end, and nothing tells where the end was if a file
    // that was to grow is left without one. So it grows as a new file.
    NewFile.replace(
        path,
        grown -> {
          grown.provide(0, size + VhdImage.SECTOR);
          copy(file, grown, footer.currentSize(), progress);
          footer.withSize(size).write(grown, size);
          grown.force(true);
        });
  }

  /** Cuts the end of a fixed disk off. */
  static void shrinkFixed(HostFile file, VhdImage image, long size) throws IOException {
    // The new footer may not replace contents before the old one says so.
    image.footer().withScrub(size).write(file, image.footerOffset());
    file.force(false);
    image.footer().withSize(size).write(file, size);
    file.force(false);
    file.truncate(size + VhdImage.SECTOR);
    file.force(true);
  }

  private static void copy(HostFile from, HostFile to, long length, DiskProgress progress)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(CHUNK, 4096);
      long at = from.nextData(0);
      while (at < length) {
        DiskProgress.step(progress, at, length);
        long end = Math.min(length, Math.min(from.nextHole(at), at + 64L * CHUNK));
        at += to.copyFrom(from, at, at, end - at);
        while (at < end) {
          MemorySegment part = buffer.asSlice(0, Math.min(CHUNK, end - at));
          from.readFully(at, part);
          to.write(at, part);
          at += part.byteSize();
        }
        at = from.nextData(at);
      }
    }
  }

  /** Resizes a dynamic disk whose footers are sound. */
  static void resizeDynamic(HostFile file, VhdImage image, long size) throws IOException {
    if (size < image.footer().currentSize()) {
      shrinkDynamic(file, image, size);
    } else {
      growDynamic(file, image, size);
    }
  }

  private static void shrinkDynamic(HostFile file, VhdImage image, long size) throws IOException {
    VhdMaintenance.replaceFooter(file, image, image.footer().withSize(size), image.footerOffset());
    cut(file);
  }

  /** Takes space that nothing refers to off the file's end. */
  static void cut(HostFile file) throws IOException {
    VhdImage image = VhdImage.load(file);
    if (image.end() < image.footerOffset()) {
      image.footer().write(file, image.end());
      file.force(false);
      file.truncate(image.end() + VhdImage.SECTOR);
      file.force(true);
    }
  }

  private static void growDynamic(HostFile file, VhdImage image, long size) throws IOException {
    VhdHeader header = image.requireHeader();
    int old = image.table().length;
    long blocks = VhdImage.blockCount(size, header.blockSize());
    if (blocks > VhdImage.MAX_BLOCKS) {
      throw new IllegalArgumentException(
          "The disk would have " + blocks + " blocks, more than " + VhdImage.MAX_BLOCKS + ".");
    }
    clearTail(file, image);
    int[] table = Arrays.copyOf(image.table(), (int) blocks);
    Arrays.fill(table, old, table.length, VhdImage.UNUSED);
    long room = VhdImage.roundUp((long) old * Integer.BYTES) / Integer.BYTES;
    long footerAt = image.footerOffset();
    if (blocks <= room) {
      writeTable(file, header.tableOffset(), table);
      file.force(false);
      writeHeader(file, image, header.withTable(header.tableOffset(), (int) blocks));
    } else {
      long at = image.end();
      long end = at + VhdImage.roundUp(blocks * Integer.BYTES);
      writeTable(file, at, table);
      if (end > footerAt) {
        footerAt = end;
        image.footer().write(file, end);
      }
      file.force(true);
      writeHeader(file, image, header.withTable(at, (int) blocks));
    }
    file.force(false);
    VhdMaintenance.replaceFooter(file, image, image.footer().withSize(size), footerAt);
  }

  /** What changes in a header when the table grows is in its first sector, which can't be torn. */
  private static void writeHeader(HostFile file, VhdImage image, VhdHeader header)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(VhdHeader.SIZE, 8);
      header.encode(bytes);
      file.write(image.footer().dataOffset(), bytes);
    }
  }

  /** Zeroes what the last block holds behind the disk's end. */
  private static void clearTail(HostFile file, VhdImage image) throws IOException {
    VhdHeader header = image.requireHeader();
    int last = image.table().length - 1;
    long within = image.footer().currentSize() - (long) last * header.blockSize();
    if (image.table()[last] != VhdImage.UNUSED && within < header.blockSize()) {
      long data = VhdImage.blockOffset(image.table()[last]) + header.bitmapSize();
      file.zero(data + within, header.blockSize() - within);
    }
  }

  private static void writeTable(HostFile file, long offset, int[] table) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      long bytes = VhdImage.roundUp((long) table.length * Integer.BYTES);
      MemorySegment sectors = arena.allocate(bytes, 8);
      sectors.fill((byte) VhdImage.UNUSED);
      for (int i = 0; i < table.length; i++) {
        BigEndian.putInt(sectors, (long) i * Integer.BYTES, table[i]);
      }
      file.write(offset, sectors);
    }
  }
}
