// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

import dev.malachite.disk.AbstractVirtualDisk;
import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskFormat;
import dev.malachite.disk.DiskInformation;
import dev.malachite.disk.DiskType;
import dev.malachite.disk.ScatterList;
import dev.malachite.disk.io.DiskParent;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.ParentFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A dynamic or differencing VHD file served as a disk.
 *
 * <p>Sectors that the file doesn't hold come from the parent or are zero. Blocks get their space
 * when first written and keep it: the format has no way to mark one as given back, so unmapping
 * only gives the host's storage back, below the file.
 */
public final class VhdDisk extends AbstractVirtualDisk implements DiskParent {
  static final int DISCARD_UNIT = 4096;

  private final HostFile file;
  private final VhdFooter footer;
  private final VhdHeader header;
  private final boolean readOnly;
  private final @Nullable DiskParent parent;
  private final Arena arena = Arena.ofShared();
  private final SectorBitmaps bitmaps;
  private final VhdWriter writer;
  private final int bitmapSize;
  private final int blockShift;
  private final long blockMask;

  VhdDisk(VhdImage image, boolean readOnly, @Nullable DiskParent parent, DiskExecutor executor)
      throws IOException {
    super(executor);
    this.file = image.file();
    this.footer = image.footer();
    this.header = image.requireHeader();
    this.readOnly = readOnly;
    this.parent = parent;
    this.bitmaps = new SectorBitmaps(file, header, image.table().length, arena);
    this.writer = new VhdWriter(image, bitmaps);
    this.bitmapSize = header.bitmapSize();
    this.blockShift = Integer.numberOfTrailingZeros(header.blockSize());
    this.blockMask = header.blockSize() - 1L;
  }

  /**
   * Whether bytes are those that a VHD footer begins with; it is a file's last sector, and its
   * first one in most files.
   */
  public static boolean recognizes(MemorySegment bytes) {
    return bytes.byteSize() >= Long.BYTES && BigEndian.getLong(bytes, 0) == VhdFooter.COOKIE;
  }

  /**
   * Opens a VHD file of any type after checking all of it, and the parents of a differencing disk
   * with it. The disk owns the file; if opening fails the caller still does.
   *
   * @throws dev.malachite.disk.DiskFormatException if the file can't be used; it is not changed
   */
  public static AbstractVirtualDisk open(
      HostFile file, boolean readOnly, ParentFiles parents, DiskExecutor executor)
      throws IOException {
    return VhdParents.open(file, readOnly, parents, executor);
  }

  /** Describes a VHD file without opening it as a disk. */
  public static DiskInformation describe(HostFile file) throws IOException {
    VhdImage image = VhdImage.loadToDescribe(file);
    VhdFooter footer = image.footer();
    VhdHeader header = image.header();
    @Nullable VhdHeader child = footer.type() == DiskType.DIFFERENCING ? header : null;
    @Nullable Path parent = child == null ? null : VhdParents.describe(file, child);
    return new DiskInformation(
        file.path(),
        DiskFormat.VHD,
        footer.type(),
        footer.currentSize(),
        file.size(),
        file.allocatedSize(),
        header == null ? 0 : header.blockSize(),
        VhdImage.SECTOR,
        VhdImage.SECTOR,
        footer.identity(),
        null,
        null,
        footer.creator().strip(),
        image.footerOffset() < 0 || !image.copySound() || footer.scrub() != 0,
        parent,
        child == null ? null : child.parentId());
  }

  /** Where the data of a block with a table entry starts, were it there from its first byte. */
  private long dataOffset(int entry) {
    return VhdImage.blockOffset(entry) + bitmapSize;
  }

  @Override
  protected void readRange(long offset, ScatterList memory) throws IOException {
    read(offset, memory, 0, memory.length());
  }

  @Override
  public void read(long offset, ScatterList memory, long from, long length) throws IOException {
    long done = 0;
    while (done < length) {
      long position = offset + done;
      int block = (int) (position >>> blockShift);
      long part = Math.min(length - done, blockMask + 1 - (position & blockMask));
      readBlock(block, position, memory, from + done, part);
      done += part;
    }
  }

  private void readBlock(int block, long position, ScatterList memory, long from, long length)
      throws IOException {
    int entry = writer.entry(block);
    if (entry == VhdImage.UNUSED) {
      readParent(position, memory, from, length);
      return;
    }
    long data = dataOffset(entry) - ((long) block << blockShift);
    long done = 0;
    while (done < length) {
      long at = position + done;
      int run = run(block, entry, at, length - done);
      long part = runLength(at, run, length - done);
      if (run > 0) {
        file.readFully(data + at, memory, from + done, part);
      } else {
        readParent(at, memory, from + done, part);
      }
      done += part;
    }
  }

  /** Sectors in one state from a position's on, as {@link SectorBitmaps#run} tells them. */
  private int run(int block, int entry, long position, long length) throws IOException {
    int first = (int) ((position & blockMask) / VhdImage.SECTOR);
    int last = (int) (((position & blockMask) + length + VhdImage.SECTOR - 1) / VhdImage.SECTOR);
    return bitmaps.isKnownFull(block)
        ? last - first
        : bitmaps.run(block, VhdImage.blockOffset(entry), first, last);
  }

  private static long runLength(long position, int run, long most) {
    long sectors = Math.abs((long) run) * VhdImage.SECTOR;
    return Math.min(most, sectors - position % VhdImage.SECTOR);
  }

  private void readParent(long position, ScatterList memory, long from, long length)
      throws IOException {
    DiskParent below = parent;
    long there = below == null ? 0 : Math.clamp(below.size() - position, 0, length);
    if (below != null && there > 0) {
      below.read(position, memory, from, there);
    }
    memory.zero(from + there, length - there);
  }

  @Override
  protected void writeRange(long offset, ScatterList memory) throws IOException {
    change(
        offset, memory.length(), (place, done, length) -> file.write(place, memory, done, length));
  }

  @Override
  protected void zeroRange(long offset, long length) throws IOException {
    long done = 0;
    while (done < length) {
      long position = offset + done;
      long part = Math.min(length - done, blockMask + 1 - (position & blockMask));
      int entry = writer.entry((int) (position >>> blockShift));
      if (entry != VhdImage.UNUSED || parentHolds(position, part)) {
        change(position, part, (place, from, bytes) -> file.zero(place, bytes));
      }
      done += part;
    }
  }

  /** Whether the parent may have anything but zeroes in a range. */
  private boolean parentHolds(long position, long length) throws IOException {
    DiskParent below = parent;
    return below != null && position < below.size() && below.nextData(position) < position + length;
  }

  /** Puts a part of what is written into its place in the file. */
  @FunctionalInterface
  private interface PartWrite {
    void write(long place, long done, long length) throws IOException;
  }

  private void change(long offset, long total, PartWrite write) throws IOException {
    writer.prepare();
    long done = 0;
    while (done < total) {
      long position = offset + done;
      long within = position & blockMask;
      int block = (int) (position >>> blockShift);
      long part = Math.min(total - done, blockMask + 1 - within);
      int entry = writer.entry(block);
      if (entry == VhdImage.UNUSED) {
        entry = writer.allocate(block);
      }
      long data = dataOffset(entry);
      boolean full = bitmaps.isKnownFull(block);
      if (!full) {
        completeSector(position, data + within);
        completeSector(position + part, data + within + part);
      }
      write.write(data + within, done, part);
      if (!full) {
        // Only now, lest a commit in between make the file say that old bytes are data.
        int first = (int) (within / VhdImage.SECTOR);
        int last = (int) ((within + part + VhdImage.SECTOR - 1) / VhdImage.SECTOR);
        bitmaps.set(block, VhdImage.blockOffset(entry), first, last);
      }
      done += part;
    }
  }

  /** Puts all of a sector into its place, so that a part of it can be replaced. */
  private void completeSector(long position, long place) throws IOException {
    long within = position % VhdImage.SECTOR;
    if (within == 0) {
      return;
    }
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment sector = scratch.allocate(VhdImage.SECTOR, 8);
      ScatterList list = new ScatterList();
      list.add(sector, 0, VhdImage.SECTOR);
      readRange(position - within, list);
      file.write(place - within, sector);
    }
  }

  @Override
  protected void synchronize() throws IOException {
    if (!readOnly) {
      writer.commit();
    }
  }

  @Override
  protected void unmapRange(long offset, long length) throws IOException {
    if (!unmapSupported()) {
      return;
    }
    long done = 0;
    while (done < length) {
      long position = offset + done;
      long part = Math.min(length - done, blockMask + 1 - (position & blockMask));
      int entry = writer.entry((int) (position >>> blockShift));
      if (entry != VhdImage.UNUSED) {
        file.discard(dataOffset(entry) + (position & blockMask), part);
      }
      done += part;
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
    long size = footer.currentSize();
    long position = offset;
    while (position < size) {
      int block = (int) (position >>> blockShift);
      long end = Math.min(size, (position & ~blockMask) + blockMask + 1);
      int entry = writer.entry(block);
      boolean below = true;
      long source = 0;
      if (entry != VhdImage.UNUSED) {
        int run = run(block, entry, position, end - position);
        end = position + runLength(position, run, end - position);
        below = run < 0;
        source = dataOffset(entry) - ((long) block << blockShift);
      }
      long found = below ? findBelow(position, data) : findInFile(position, source, data);
      if (found < end) {
        return found;
      }
      position = end;
    }
    return size;
  }

  private long findInFile(long position, long source, boolean data) throws IOException {
    long at = source + position;
    return (data ? file.nextData(at) : file.nextHole(at)) - source;
  }

  private long findBelow(long position, boolean data) throws IOException {
    DiskParent below = parent;
    if (below == null || position >= below.size()) {
      return data ? Long.MAX_VALUE : position;
    }
    long found = data ? below.nextData(position) : below.nextHole(position);
    return data && found == below.size() ? Long.MAX_VALUE : found;
  }

  /** How many bytes from a position on are in this file itself; negative if they are not. */
  long ownRun(long position, long most) throws IOException {
    int block = (int) (position >>> blockShift);
    long length = Math.min(most, blockMask + 1 - (position & blockMask));
    int entry = writer.entry(block);
    if (entry == VhdImage.UNUSED) {
      return -length;
    }
    int run = run(block, entry, position, length);
    long bytes = runLength(position, run, length);
    return run > 0 ? bytes : -bytes;
  }

  @Override
  protected void closeFile() throws IOException {
    try (parent;
        arena;
        file) {
      if (!readOnly) {
        writer.close();
      }
    }
  }

  @Override
  public DiskFormat format() {
    return DiskFormat.VHD;
  }

  @Override
  public DiskType type() {
    return footer.type();
  }

  @Override
  public long size() {
    return footer.currentSize();
  }

  @Override
  public int logicalSectorSize() {
    return VhdImage.SECTOR;
  }

  @Override
  public int physicalSectorSize() {
    return VhdImage.SECTOR;
  }

  @Override
  public boolean readOnly() {
    return readOnly;
  }

  @Override
  public boolean unmapSupported() {
    return !readOnly && parent == null;
  }

  @Override
  public long unmapGranularity() {
    return DISCARD_UNIT;
  }

  @Override
  public UUID identity() {
    return footer.identity();
  }

  @Override
  public DiskInformation information() throws IOException {
    return describe(file);
  }
}
