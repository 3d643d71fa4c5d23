// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import dev.malachite.disk.AbstractVirtualDisk;
import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskFormat;
import dev.malachite.disk.DiskInformation;
import dev.malachite.disk.DiskType;
import dev.malachite.disk.ScatterList;
import dev.malachite.disk.io.HostFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A VHDX file served as a disk.
 *
 * <p>Transfers of any number of requests run in parallel and outside the metadata lock. Space is
 * given to a block when it is first written, taken back when the whole block is unmapped; a fixed
 * disk's blocks keep theirs. Blocks without space read as zeroes.
 */
public final class VhdxDisk extends AbstractVirtualDisk {
  private final HostFile file;
  private final VhdxImage image;
  private final VhdxMetadata metadata;
  private final boolean readOnly;
  private final Arena arena = Arena.ofShared();
  private final VhdxWriter writer;
  private final BlockAllocationTable table;
  private final FlushGate flushes = new FlushGate();
  private final int blockShift;
  private final long blockMask;

  private VhdxDisk(
      HostFile file, VhdxImage image, boolean readOnly, int maxPages, DiskExecutor executor) {
    super(executor);
    this.file = file;
    this.image = image;
    this.metadata = image.metadata();
    this.readOnly = readOnly;
    this.writer = new VhdxWriter(file, image, maxPages, arena);
    this.table = writer.table();
    this.blockShift = Integer.numberOfTrailingZeros(metadata.blockSize());
    this.blockMask = metadata.blockSize() - 1L;
  }

  /** Whether a file that begins with these bytes is a VHDX file. */
  public static boolean recognizes(MemorySegment start) {
    return VhdxImage.isVhdx(start);
  }

  /**
   * Opens a VHDX file after checking all of it, and applies its log: in the file if it may be
   * written, else in memory. The disk owns the file; if opening fails the caller still does.
   *
   * @throws dev.malachite.disk.DiskFormatException if the file can't be used; it is not changed
   */
  public static VhdxDisk open(HostFile file, boolean readOnly, DiskExecutor executor)
      throws IOException {
    return open(file, readOnly, BlockAllocationTable.DEFAULT_MAX_PAGES, executor);
  }

  static VhdxDisk open(HostFile file, boolean readOnly, int maxPages, DiskExecutor executor)
      throws IOException {
    VhdxImage image = VhdxImage.load(file);
    if (readOnly) {
      HostFile served = image.view().isPlain() ? file : image.view();
      return new VhdxDisk(served, image, true, maxPages, executor);
    }
    if (image.headers().current().hasLog()) {
      VhdxWriter.replay(file, image);
    }
    return new VhdxDisk(file, image, false, maxPages, executor);
  }

  /** Describes a VHDX file without opening it as a disk. */
  public static DiskInformation describe(HostFile file, long allocatedSize) throws IOException {
    VhdxImage image = VhdxImage.loadToDescribe(file);
    return information(image, image.headers().current(), file.size(), allocatedSize);
  }

  @Override
  protected void readRange(long offset, ScatterList memory) throws IOException {
    long total = memory.length();
    long stamp = writer.transfers.readLock();
    try {
      long done = 0;
      while (done < total) {
        long position = offset + done;
        long within = position & blockMask;
        long part = Math.min(total - done, blockMask + 1 - within);
        long entry = table.get(position >>> blockShift);
        if (BatEntry.isPresent(entry)) {
          file.readFully(BatEntry.offset(entry) + within, memory, done, part);
        } else {
          memory.zero(done, part);
        }
        done += part;
      }
    } finally {
      writer.transfers.unlockRead(stamp);
    }
  }

  @Override
  protected void writeRange(long offset, ScatterList memory) throws IOException {
    writer.prepare();
    long total = memory.length();
    boolean allocated = false;
    long stamp = writer.transfers.readLock();
    try {
      long done = 0;
      while (done < total) {
        long position = offset + done;
        long within = position & blockMask;
        long part = Math.min(total - done, blockMask + 1 - within);
        long block = position >>> blockShift;
        long entry = table.get(block);
        if (!BatEntry.isPresent(entry)) {
          entry = writer.allocate(block);
          allocated = true;
        }
        file.write(BatEntry.offset(entry) + within, memory, done, part);
        done += part;
      }
    } finally {
      writer.transfers.unlockRead(stamp);
    }
    if (allocated) {
      writer.commitIfLarge();
    }
  }

  @Override
  protected void synchronize() throws IOException {
    if (!readOnly) {
      flushes.run(writer::commit);
    }
  }

  @Override
  protected void unmapRange(long offset, long length) throws IOException {
    if (unmapSupported()) {
      changeWholeBlocks(offset, length, BatEntry.UNMAPPED);
    }
  }

  @Override
  protected void zeroRange(long offset, long length) throws IOException {
    if (length == 0) {
      return;
    }
    writer.prepare();
    long end = offset + length;
    if (metadata.fixed()) {
      zeroPresent(offset, end);
      return;
    }
    long firstWhole = Math.min(end, (offset + blockMask) & ~blockMask);
    long lastWhole = Math.max(firstWhole, wholeEnd(end));
    zeroPresent(offset, firstWhole);
    zeroPresent(lastWhole, end);
    changeWholeBlocks(firstWhole, lastWhole - firstWhole, BatEntry.ZERO);
  }

  /** The end of the last block that a range up to {@code end} covers to its end. */
  private long wholeEnd(long end) {
    return end == metadata.diskSize() ? end : end & ~blockMask;
  }

  private void changeWholeBlocks(long offset, long length, int state) throws IOException {
    long end = wholeEnd(offset + length);
    boolean prepared = false;
    for (long at = (offset + blockMask) & ~blockMask; at < end; at += blockMask + 1) {
      long block = at >>> blockShift;
      if (BatEntry.isReleasable(table.get(block), state)) {
        if (!prepared) {
          writer.prepare();
          prepared = true;
        }
        writer.release(block, state);
        writer.commitIfLarge();
      }
    }
  }

  /** Writes zeroes to the parts of a range that have space. */
  private void zeroPresent(long offset, long end) throws IOException {
    long stamp = writer.transfers.readLock();
    try {
      long position = offset;
      while (position < end) {
        long within = position & blockMask;
        long part = Math.min(end - position, blockMask + 1 - within);
        long entry = table.get(position >>> blockShift);
        if (BatEntry.isPresent(entry)) {
          file.zero(BatEntry.offset(entry) + within, part);
        }
        position += part;
      }
    } finally {
      writer.transfers.unlockRead(stamp);
    }
  }

  @Override
  protected long findData(long offset) throws IOException {
    return find(offset, true);
  }

  @Override
  protected long findHole(long offset) throws IOException {
    return find(offset, false);
  }

  private long find(long offset, boolean data) throws IOException {
    long position = offset;
    while (position < metadata.diskSize()) {
      long entry = table.get(position >>> blockShift);
      long end = (position & ~blockMask) + blockMask + 1;
      if (!BatEntry.isPresent(entry)) {
        if (!data) {
          return position;
        }
      } else {
        // Stored data has holes too, where the host's file does: a fixed disk is one at first.
        long start = BatEntry.offset(entry) - (position & ~blockMask);
        long found = data ? file.nextData(start + position) : file.nextHole(start + position);
        if (found - start < end) {
          return found - start;
        }
      }
      position = end;
    }
    return metadata.diskSize();
  }

  @Override
  protected void closeFile() throws IOException {
    try (arena) {
      if (!readOnly) {
        writer.close();
      }
    } finally {
      file.close();
    }
  }

  @Override
  public DiskFormat format() {
    return DiskFormat.VHDX;
  }

  @Override
  public DiskType type() {
    return metadata.fixed() ? DiskType.FIXED : DiskType.DYNAMIC;
  }

  @Override
  public long size() {
    return metadata.diskSize();
  }

  @Override
  public int logicalSectorSize() {
    return metadata.logicalSectorSize();
  }

  @Override
  public int physicalSectorSize() {
    return Math.max(metadata.physicalSectorSize(), metadata.logicalSectorSize());
  }

  @Override
  public boolean readOnly() {
    return readOnly;
  }

  @Override
  public boolean unmapSupported() {
    return !metadata.fixed();
  }

  @Override
  public long unmapGranularity() {
    return metadata.blockSize();
  }

  @Override
  public UUID identity() {
    return metadata.identity();
  }

  @Override
  public DiskInformation information() throws IOException {
    return information(image, writer.header(), file.size(), file.allocatedSize());
  }

  private static DiskInformation information(
      VhdxImage image, VhdxHeader header, long fileSize, long allocatedSize) throws IOException {
    VhdxMetadata metadata = image.metadata();
    @Nullable String creator = image.creator();
    return new DiskInformation(
        image.view().path(),
        DiskFormat.VHDX,
        metadata.fixed() ? DiskType.FIXED : DiskType.DYNAMIC,
        metadata.diskSize(),
        fileSize,
        allocatedSize,
        metadata.blockSize(),
        metadata.logicalSectorSize(),
        metadata.physicalSectorSize(),
        metadata.identity(),
        header.fileWriteGuid(),
        header.dataWriteGuid(),
        creator,
        header.hasLog(),
        null,
        null);
  }
}
