// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import dev.malachite.disk.ScatterList;
import dev.malachite.disk.io.DiskParent;
import dev.malachite.disk.io.HostFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An open VHDX file: one level of a chain of differencing disks, or a disk of its own.
 *
 * <p>Transfers of any number of threads run in parallel and outside the metadata lock. Space is
 * given to a block when it is first written, taken back when the whole block is unmapped; a fixed
 * disk's blocks keep theirs. What is not in this file is read from the parent, or as zeroes where
 * there is none.
 */
final class VhdxFile implements DiskParent {
  private final HostFile file;
  private final VhdxImage image;
  private final VhdxMetadata metadata;
  private volatile @Nullable DiskParent parent;
  private final @Nullable HostFile parentFile;
  private final Arena arena = Arena.ofShared();
  private final Access access;
  private final VhdxWriter writer;
  private final BlockAllocationTable table;
  private final FlushGate flushes = new FlushGate();
  private final Object unalignedLock = new Object();
  private final int blockShift;
  private final long blockMask;
  private final int sectorShift;
  private final long sectorMask;

  /** What may be done with an open file. */
  enum Access {
    /** It is only read. */
    READ_ONLY,
    /** It is read and written by this process alone. */
    READ_WRITE,
    /** It is read and written by several processes, so its structures must stay as they are. */
    TOGETHER
  }

  /**
   * Serves an image, log applied.
   *
   * @param file what is read and written, closed with this
   * @param parent what lies below a differencing disk, closed with this; null for other disks
   * @param parentFile the file that the parent is read from, closed with it; null for other disks
   * @param nextDataWriteGuid see {@link VhdxWriter}
   */
  VhdxFile(
      HostFile file,
      VhdxImage image,
      @Nullable DiskParent parent,
      @Nullable HostFile parentFile,
      Access access,
      int maxPages,
      @Nullable UUID nextDataWriteGuid) {
    this.file = file;
    this.image = image;
    this.metadata = image.metadata();
    this.parent = parent;
    this.parentFile = parentFile;
    this.access = access;
    this.writer = new VhdxWriter(file, image, maxPages, nextDataWriteGuid, arena);
    this.table = writer.table();
    this.blockShift = Integer.numberOfTrailingZeros(metadata.blockSize());
    this.blockMask = metadata.blockSize() - 1L;
    this.sectorShift = Integer.numberOfTrailingZeros(metadata.logicalSectorSize());
    this.sectorMask = metadata.logicalSectorSize() - 1L;
  }

  HostFile file() {
    return file;
  }

  VhdxImage image() {
    return image;
  }

  VhdxMetadata metadata() {
    return metadata;
  }

  VhdxWriter writer() {
    return writer;
  }

  BlockAllocationTable table() {
    return table;
  }

  boolean readOnly() {
    return access == Access.READ_ONLY;
  }

  /** The file that the parent is read from; null if there is none. */
  @Nullable HostFile parentFile() {
    return parentFile;
  }

  /** Reads from another opening of the same parent from now on, and closes the one before. */
  void replaceParent(DiskParent opened) throws IOException {
    DiskParent before = parent;
    parent = opened;
    if (before != null) {
      before.close();
    }
  }

  @Override
  public long size() {
    return metadata.diskSize();
  }

  @Override
  public void read(long offset, ScatterList memory, long from, long length) throws IOException {
    long stamp = writer.transfers.readLock();
    try {
      long done = 0;
      while (done < length) {
        long position = offset + done;
        long within = position & blockMask;
        long part = Math.min(length - done, blockMask + 1 - within);
        long entry = table.get(position >>> blockShift);
        switch (BatEntry.state(entry)) {
          case BatEntry.FULLY_PRESENT ->
              file.readFully(BatEntry.offset(entry) + within, memory, from + done, part);
          case BatEntry.PARTIALLY_PRESENT ->
              readPartial(entry, position, memory, from + done, part);
          case BatEntry.NOT_PRESENT -> readParent(position, memory, from + done, part);
          default -> memory.zero(from + done, part);
        }
        done += part;
      }
    } finally {
      writer.transfers.unlockRead(stamp);
    }
  }

  /** Reads a part of a partially present block, each sector from where it is. */
  private void readPartial(long entry, long position, ScatterList memory, long from, long length)
      throws IOException {
    SectorBitmaps bitmaps = writer.bitmaps();
    long done = 0;
    while (done < length) {
      long at = position + done;
      int run = sectorRun(bitmaps, at, length - done);
      long runLength = ((long) Math.abs(run) << sectorShift) - (at & sectorMask);
      long part = Math.min(length - done, runLength);
      if (run > 0) {
        file.readFully(BatEntry.offset(entry) + (at & blockMask), memory, from + done, part);
      } else {
        readParent(at, memory, from + done, part);
      }
      done += part;
    }
  }

  /** How many sectors from a position on are all here (or all not: negative), within a block. */
  private int sectorRun(SectorBitmaps bitmaps, long position, long length) throws IOException {
    int sector = (int) ((position & blockMask) >>> sectorShift);
    int end = (int) (((position & blockMask) + length + sectorMask) >>> sectorShift);
    return bitmaps.run(position >>> blockShift, sector, end - sector);
  }

  private void readParent(long position, ScatterList memory, long from, long length)
      throws IOException {
    DiskParent below = parent;
    long there = below == null ? 0 : Math.clamp(below.size() - position, 0, length);
    if (below != null && there > 0) {
      below.read(position, memory, from, there);
    }
    if (there < length) {
      memory.zero(from + there, length - there);
    }
  }

  /** Writes a part of the memory at a byte offset. */
  void write(long offset, ScatterList memory, long from, long length) throws IOException {
    if (metadata.differencing() && ((offset | length) & sectorMask) != 0) {
      writeUnaligned(offset, memory, from, length);
      return;
    }
    prepare();
    boolean changed = false;
    long stamp = writer.transfers.readLock();
    try {
      long done = 0;
      while (done < length) {
        long position = offset + done;
        long within = position & blockMask;
        long part = Math.min(length - done, blockMask + 1 - within);
        long block = position >>> blockShift;
        long entry = table.get(block);
        if (!BatEntry.hasSpace(entry)) {
          entry = allocate(block);
          changed = true;
        }
        file.write(BatEntry.offset(entry) + within, memory, from + done, part);
        if (!BatEntry.isPresent(entry)) {
          writer.present(
              block, entry, (int) (within >>> sectorShift), (int) (part >>> sectorShift));
          changed = true;
        }
        done += part;
      }
    } finally {
      writer.transfers.unlockRead(stamp);
    }
    if (changed) {
      writer.commitIfLarge();
    }
  }

  private void prepare() throws IOException {
    if (access == Access.READ_WRITE) {
      writer.prepare();
    } else if (access == Access.READ_ONLY) {
      throw new IOException(file.path() + ": is open to read only");
    }
  }

  private long allocate(long block) throws IOException {
    if (access == Access.TOGETHER) {
      throw new IOException(
          file.path()
              + ": block "
              + block
              + " has no space yet, and a disk that several machines write can't be given any."
              + " Copy it to a new fixed disk.");
    }
    return writer.allocate(block);
  }

  /** Writes sectors of which only a part is given by reading the rest first. */
  private void writeUnaligned(long offset, ScatterList memory, long from, long length)
      throws IOException {
    synchronized (unalignedLock) {
      try (Arena confined = Arena.ofConfined()) {
        MemorySegment sector = confined.allocate(sectorMask + 1, 8);
        ScatterList list = new ScatterList();
        list.add(sector, 0, sectorMask + 1);
        long done = 0;
        while (done < length) {
          long position = offset + done;
          long within = position & sectorMask;
          long whole = within == 0 ? (length - done) & ~sectorMask : 0;
          if (whole > 0) {
            write(position, memory, from + done, whole);
            done += whole;
            continue;
          }
          long part = Math.min(length - done, sectorMask + 1 - within);
          read(position - within, list, 0, sectorMask + 1);
          memory.copyTo(from + done, sector, within, part);
          write(position - within, list, 0, sectorMask + 1);
          done += part;
        }
      }
    }
  }

  /** Makes every write that has completed durable. */
  void flush() throws IOException {
    switch (access) {
      case READ_ONLY -> {}
      case READ_WRITE -> flushes.run(writer::commit);
      case TOGETHER -> file.force(false);
    }
  }

  /** Gives back the space of whole blocks in a range. */
  void unmap(long offset, long length) throws IOException {
    if (!metadata.fixed()) {
      releaseBlocks(offset, length, BatEntry.UNMAPPED);
    }
  }

  /** Makes a range read as zeroes. */
  void zero(long offset, long length) throws IOException {
    if (length == 0) {
      return;
    }
    prepare();
    long end = offset + length;
    if (metadata.fixed()) {
      zeroParts(offset, end);
      return;
    }
    long firstWhole = Math.min(end, (offset + blockMask) & ~blockMask);
    long lastWhole = Math.max(firstWhole, wholeEnd(end));
    zeroParts(offset, firstWhole);
    zeroParts(lastWhole, end);
    releaseBlocks(firstWhole, lastWhole - firstWhole, BatEntry.ZERO);
  }

  /** The end of the last block that a range up to {@code end} covers to its end. */
  private long wholeEnd(long end) {
    return end == metadata.diskSize() ? end : end & ~blockMask;
  }

  private void releaseBlocks(long offset, long length, int state) throws IOException {
    long end = wholeEnd(offset + length);
    boolean prepared = false;
    for (long at = (offset + blockMask) & ~blockMask; at < end; at += blockMask + 1) {
      long block = at >>> blockShift;
      long entry = table.get(block);
      if (BatEntry.isReleasable(entry, state, parent != null)
          && (!BatEntry.isAbsent(entry) || isParentData(at, Math.min(at + blockMask + 1, end)))) {
        if (!prepared) {
          prepare();
          prepared = true;
        }
        writer.release(block, state);
        writer.commitIfLarge();
      }
    }
  }

  /** Writes zeroes to a range within blocks, as far as it isn't zero without. */
  private void zeroParts(long offset, long end) throws IOException {
    long alignedStart = Math.min(end, (offset + sectorMask) & ~sectorMask);
    long alignedEnd = Math.max(alignedStart, end & ~sectorMask);
    if (metadata.differencing() && (alignedStart != offset || alignedEnd != end)) {
      writeZeroes(offset, alignedStart);
      zeroParts(alignedStart, alignedEnd);
      writeZeroes(alignedEnd, end);
      return;
    }
    boolean changed = false;
    long stamp = writer.transfers.readLock();
    try {
      long position = offset;
      while (position < end) {
        long part = Math.min(end - position, blockMask + 1 - (position & blockMask));
        changed |= zeroPart(position, part);
        position += part;
      }
    } finally {
      writer.transfers.unlockRead(stamp);
    }
    if (changed) {
      writer.commitIfLarge();
    }
  }

  /** Writes less than a sector of zeroes. */
  private void writeZeroes(long offset, long end) throws IOException {
    if (offset < end) {
      try (Arena confined = Arena.ofConfined()) {
        ScatterList zeroes = new ScatterList();
        zeroes.add(confined.allocate(end - offset, 8), 0, end - offset);
        write(offset, zeroes, 0, end - offset);
      }
    }
  }

  /** Makes a part of one block zero; whether that changed a table or a bitmap. */
  private boolean zeroPart(long position, long length) throws IOException {
    long block = position >>> blockShift;
    long entry = table.get(block);
    boolean fresh = false;
    if (!BatEntry.hasSpace(entry)) {
      if (!BatEntry.isAbsent(entry) || !isParentData(position, position + length)) {
        return false;
      }
      entry = allocate(block);
      fresh = true;
    }
    long within = position & blockMask;
    if (!fresh) {
      file.zero(BatEntry.offset(entry) + within, length);
    }
    if (BatEntry.isPresent(entry)) {
      return fresh;
    }
    writer.present(block, entry, (int) (within >>> sectorShift), (int) (length >>> sectorShift));
    return true;
  }

  /** Whether the parent may have something other than zeroes in a range. */
  private boolean isParentData(long offset, long end) throws IOException {
    DiskParent below = parent;
    return below != null
        && offset < below.size()
        && below.nextData(offset) < Math.min(end, below.size());
  }

  @Override
  public long nextData(long offset) throws IOException {
    return new Search(true).run(offset);
  }

  @Override
  public long nextHole(long offset) throws IOException {
    return new Search(false).run(offset);
  }

  /** A search for data, or for a hole, through this file and what lies below it. */
  private final class Search {
    private final boolean data;

    /** How far the parent is known to hold nothing of what is sought. */
    private long parentSearched;

    Search(boolean data) {
      this.data = data;
    }

    long run(long offset) throws IOException {
      long size = metadata.diskSize();
      long position = offset;
      while (position < size) {
        long end = Math.min((position & ~blockMask) + blockMask + 1, size);
        long entry = table.get(position >>> blockShift);
        long found =
            switch (BatEntry.state(entry)) {
              case BatEntry.FULLY_PRESENT -> inFile(entry, position, end);
              case BatEntry.PARTIALLY_PRESENT -> inBoth(entry, position, end);
              case BatEntry.NOT_PRESENT -> inParent(position, end);
              default -> data ? end : position;
            };
        if (found < end) {
          return found;
        }
        position = end;
      }
      return size;
    }

    /** Stored data has holes too, where the host's file does: a fixed disk is one at first. */
    private long inFile(long entry, long position, long end) throws IOException {
      long start = BatEntry.offset(entry) - (position & ~blockMask);
      long found = data ? file.nextData(start + position) : file.nextHole(start + position);
      return Math.min(found - start, end);
    }

    private long inBoth(long entry, long position, long end) throws IOException {
      SectorBitmaps bitmaps = writer.bitmaps();
      long at = position;
      while (at < end) {
        int run = sectorRun(bitmaps, at, end - at);
        long runEnd = Math.min(end, (at & ~sectorMask) + ((long) Math.abs(run) << sectorShift));
        long found = run > 0 ? inFile(entry, at, runEnd) : inParent(at, runEnd);
        if (found < runEnd) {
          return found;
        }
        at = runEnd;
      }
      return end;
    }

    private long inParent(long position, long end) throws IOException {
      DiskParent below = parent;
      if (below == null || position >= below.size()) {
        return data ? end : position;
      }
      if (end <= parentSearched) {
        return end;
      }
      long found = data ? below.nextData(position) : below.nextHole(position);
      if (data && found >= below.size()) {
        found = Long.MAX_VALUE;
      }
      parentSearched = found;
      return Math.min(found, end);
    }
  }

  /** Marks the file clean and closes it and what lies below. */
  @Override
  public void close() throws IOException {
    try {
      closeAlone();
    } finally {
      DiskParent below = parent;
      if (below != null) {
        below.close();
      }
    }
  }

  /** Marks the file clean and closes it, and leaves what lies below open. */
  void closeAlone() throws IOException {
    try (arena) {
      if (access == Access.READ_WRITE) {
        writer.close();
      } else if (access == Access.TOGETHER) {
        file.force(false);
      }
    } finally {
      file.close();
    }
  }
}
