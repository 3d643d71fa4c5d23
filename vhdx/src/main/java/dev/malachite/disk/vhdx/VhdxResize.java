// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import static dev.malachite.disk.vhdx.VhdxConstants.MIB;
import static dev.malachite.disk.vhdx.VhdxConstants.SECTOR;

import dev.malachite.disk.DiskProgress;
import dev.malachite.disk.ScatterList;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.LittleEndian;
import dev.malachite.disk.io.ParentFiles;
import dev.malachite.disk.vhdx.VhdxFile.Access;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Changes the capacity of a disk.
 *
 * <p>What the new capacity needs (a longer table, a fixed disk's blocks, zeroes where the old end
 * was) is prepared in places that don't count yet; one log entry then switches to it. A power cut
 * leaves the old capacity or the new one.
 */
final class VhdxResize {
  private static final int ZERO_PIECE = 1 << 20;
  private static final long PROVIDE_PIECE = 1L << 30;

  private final HostFile file;
  private final ParentFiles parents;
  private final @Nullable UUID nextDataWriteGuid;
  private final DiskProgress progress;
  private final MemorySegment buffer = Arena.ofAuto().allocate(SECTOR, SECTOR);

  private VhdxResize(
      HostFile file, ParentFiles parents, @Nullable UUID nextDataWriteGuid, DiskProgress progress) {
    this.file = file;
    this.parents = parents;
    this.nextDataWriteGuid = nextDataWriteGuid;
    this.progress = progress;
  }

  /**
   * Changes the capacity of the disk in a locked file.
   *
   * @param size new capacity in bytes
   * @param mayLoseData whether data behind a smaller capacity may be lost; else it has to be zero
   * @param nextDataWriteGuid see {@link VhdxWriter}
   */
  static void run(
      HostFile file,
      ParentFiles parents,
      long size,
      boolean mayLoseData,
      @Nullable UUID nextDataWriteGuid,
      DiskProgress progress)
      throws IOException {
    VhdxImage image = VhdxImage.loadToChange(file);
    VhdxMetadata metadata = image.metadata();
    int sector = metadata.logicalSectorSize();
    if (size <= 0 || size > VhdxConstants.MAX_DISK_SIZE || size % sector != 0) {
      throw new IllegalArgumentException(
          "The new size is a number of "
              + sector
              + "-byte sectors up to 64 TiB, not "
              + size
              + ".");
    }
    VhdxResize resize = new VhdxResize(file, parents, nextDataWriteGuid, progress);
    if (size > metadata.diskSize()) {
      resize.grow(image, size);
    } else if (size < metadata.diskSize()) {
      if (!mayLoseData) {
        resize.requireZeroes(image, size);
      }
      resize.shrink(image, size);
    }
  }

  private void grow(VhdxImage image, long size) throws IOException {
    VhdxMetadata old = image.metadata();
    zeroOldEnd(image, size);
    VhdxImage current = VhdxImage.loadToChange(file);
    try (Arena arena = Arena.ofShared()) {
      VhdxWriter writer = writer(current, arena);
      writer.prepare();
      boolean done = false;
      try {
        VhdxMetadata grown = old.withDiskSize(size);
        SectorPatches patches = new SectorPatches(file);
        RegionTable.Region bat = current.regions().bat();
        long need = grown.batEntryCount() * BatEntry.SIZE;
        long oldUse = old.batEntryCount() * BatEntry.SIZE;
        if (need > bat.length()) {
          long length = (need + MIB - 1) & -MIB;
          RegionTable.Region moved = new RegionTable.Region(writer.takeSpace(length), length);
          copy(bat.offset(), moved.offset(), oldUse);
          RegionTable.putBat(file, patches, moved);
          bat = moved;
        }
        long blocks = grown.blockCount() - old.blockCount();
        long blocksOffset = 0;
        if (grown.fixed() && blocks > 0) {
          blocksOffset = writer.takeSpace(blocks * grown.blockSize());
          provide(blocksOffset, blocks * grown.blockSize());
        }
        putNewEntries(patches, bat, old, grown, blocksOffset);
        current.items().putDiskSize(patches, size);
        DiskProgress.step(progress, size, size);
        file.force(true);
        writer.replace(patches.sectors(), writer.end());
        done = true;
      } finally {
        finish(writer, done);
      }
    }
  }

  private VhdxWriter writer(VhdxImage image, Arena arena) {
    return new VhdxWriter(file, image, MetadataPages.DEFAULT_MAX_PAGES, nextDataWriteGuid, arena);
  }

  /** Closes the session; after a failure that matters more, as well as it goes. */
  private void finish(VhdxWriter writer, boolean done) throws IOException {
    if (done) {
      writer.close();
      UnusedSpace.release(file);
      return;
    }
    try {
      writer.close();
      UnusedSpace.release(file);
    } catch (IOException e) {
      System.getLogger(VhdxResize.class.getName())
          .log(System.Logger.Level.DEBUG, "Closing after a failed resize", e);
    }
  }

  private void provide(long offset, long length) throws IOException {
    for (long done = 0; done < length; done += PROVIDE_PIECE) {
      DiskProgress.step(progress, done, length);
      file.provide(offset + done, Math.min(PROVIDE_PIECE, length - done));
    }
  }

  /**
   * Makes what lies behind the old end, up to the end of its block, read as zeroes: it may be left
   * over from when the disk was larger, or the parent's.
   */
  private void zeroOldEnd(VhdxImage image, long size) throws IOException {
    VhdxMetadata metadata = image.metadata();
    long oldSize = metadata.diskSize();
    long blockEnd = metadata.blockCount() * metadata.blockSize();
    if (oldSize == blockEnd) {
      return;
    }
    // The caller owns the file, so only what lies below it is closed here.
    VhdxFile disk =
        VhdxChain.open(new Unclosed(file), image, Access.READ_WRITE, parents, nextDataWriteGuid);
    try (disk) {
      disk.zero(oldSize, Math.min(size, blockEnd) - oldSize);
    }
  }

  /**
   * Puts the entries of blocks behind the old end. They don't count yet, but the sector in which
   * they start holds some that do.
   */
  private void putNewEntries(
      SectorPatches patches,
      RegionTable.Region bat,
      VhdxMetadata old,
      VhdxMetadata grown,
      long blocksOffset)
      throws IOException {
    long from = old.batIndex(old.blockCount());
    long to = grown.batEntryCount();
    if (from >= to) {
      return;
    }
    TableEdit edit =
        (index, block) -> {
          if (block >= grown.blockCount()) {
            return 0;
          }
          if (grown.fixed()) {
            long offset = blocksOffset + (block - old.blockCount()) * grown.blockSize();
            return BatEntry.of(BatEntry.FULLY_PRESENT, offset);
          }
          // The parent may be larger, and what it holds there isn't this disk's.
          return grown.differencing() ? BatEntry.of(BatEntry.ZERO, 0) : 0;
        };
    long first = Math.min(sectorEnd(from), to);
    patches.put(bat.offset() + from * BatEntry.SIZE, edited(bat, from, first, old, edit));
    for (long at = first; at < to; at = Math.min(sectorEnd(at), to)) {
      MemorySegment entries = edited(bat, at, Math.min(sectorEnd(at), to), old, edit);
      file.write(bat.offset() + at * BatEntry.SIZE, entries);
    }
  }

  /** What the entries of blocks become. */
  @FunctionalInterface
  private interface TableEdit {
    long entry(long index, long block);
  }

  /** The index behind the sector that holds an entry. */
  private static long sectorEnd(long index) {
    long perSector = SECTOR / BatEntry.SIZE;
    return (index / perSector + 1) * perSector;
  }

  /**
   * New contents of a range of the table within a sector: edited payload entries; sector bitmaps'
   * entries as they are if their chunk has been there before, else 0.
   */
  private MemorySegment edited(
      RegionTable.Region bat, long from, long to, VhdxMetadata before, TableEdit edit)
      throws IOException {
    MemorySegment entries = buffer.asSlice(0, (to - from) * BatEntry.SIZE);
    file.readFully(bat.offset() + from * BatEntry.SIZE, entries);
    long chunkEntries = (1L << before.chunkShift()) + 1;
    for (long index = from; index < to; index++) {
      long chunk = index / chunkEntries;
      long at = (index - from) * BatEntry.SIZE;
      if (index % chunkEntries != chunkEntries - 1) {
        LittleEndian.putLong(entries, at, edit.entry(index, index - chunk));
      } else if (chunk >= before.chunkCount()) {
        LittleEndian.putLong(entries, at, 0);
      }
    }
    return entries;
  }

  private void copy(long from, long to, long length) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(Math.min(length, ZERO_PIECE), 8);
      for (long done = 0; done < length; done += ZERO_PIECE) {
        MemorySegment piece = buffer.asSlice(0, Math.min(length - done, ZERO_PIECE));
        file.readFully(from + done, piece);
        file.write(to + done, piece);
      }
    }
  }

  private void requireZeroes(VhdxImage image, long size) throws IOException {
    long oldSize = image.metadata().diskSize();
    VhdxFile disk = VhdxChain.open(new Unclosed(file), image, Access.READ_ONLY, parents);
    try (disk;
        Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(ZERO_PIECE, 8);
      ScatterList list = new ScatterList();
      list.add(buffer, 0, ZERO_PIECE);
      long at = disk.nextData(size);
      while (at < oldSize) {
        long part = Math.min(ZERO_PIECE, Math.min(oldSize, disk.nextHole(at)) - at);
        disk.read(at, list, 0, part);
        if (!Zeroes.areAll(buffer.asSlice(0, part))) {
          throw new IOException(
              file.path()
                  + ": holds data at byte "
                  + at
                  + ", behind the new size of "
                  + size
                  + " bytes. Shrink its last partition first, or allow the data to be lost.");
        }
        DiskProgress.step(progress, at - size, oldSize - size);
        at = disk.nextData(at + part);
      }
    }
  }

  private void shrink(VhdxImage image, long size) throws IOException {
    VhdxMetadata old = image.metadata();
    VhdxMetadata shrunk = old.withDiskSize(size);
    try (Arena arena = Arena.ofShared()) {
      VhdxWriter writer = writer(image, arena);
      writer.prepare();
      boolean done = false;
      try {
        SectorPatches patches = new SectorPatches(file);
        RegionTable.Region bat = image.regions().bat();
        long from = shrunk.batIndex(shrunk.blockCount());
        long to = old.batEntryCount();
        long first = Math.min(sectorEnd(from), to);
        TableEdit clear = (index, block) -> 0;
        if (from < to) {
          patches.put(bat.offset() + from * BatEntry.SIZE, edited(bat, from, first, shrunk, clear));
        }
        image.items().putDiskSize(patches, size);
        DiskProgress.step(progress, 0, 1);
        writer.replace(patches.sectors(), writer.end());
        // Behind the new end entries don't count, so these need no log.
        long at = first;
        for (; at < Math.min(to, shrunk.batEntryCount()); at = Math.min(sectorEnd(at), to)) {
          long end = Math.min(sectorEnd(at), to);
          file.write(bat.offset() + at * BatEntry.SIZE, edited(bat, at, end, shrunk, clear));
        }
        if (at < to) {
          file.zero(bat.offset() + at * BatEntry.SIZE, (to - at) * BatEntry.SIZE);
        }
        done = true;
      } finally {
        finish(writer, done);
      }
    }
    DiskProgress.step(progress, 1, 1);
  }
}
