// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import dev.malachite.disk.AbstractVirtualDisk;
import dev.malachite.disk.DiskExecutor;
import dev.malachite.disk.DiskFormat;
import dev.malachite.disk.DiskFormatException;
import dev.malachite.disk.DiskInformation;
import dev.malachite.disk.DiskProgress;
import dev.malachite.disk.DiskType;
import dev.malachite.disk.ScatterList;
import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.ParentFiles;
import dev.malachite.disk.vhdx.VhdxFile.Access;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/** A VHDX file, with its parents if it is a differencing disk, served as a disk. */
public final class VhdxDisk extends AbstractVirtualDisk {
  private static final Logger LOGGER = System.getLogger(VhdxDisk.class.getName());

  /** Held for reading by whatever uses {@link #top}, where that may change. */
  private final StampedLock switching = new StampedLock();

  private final Object mergeLock = new Object();
  private final ParentFiles parents;
  private final boolean switchable;
  private volatile VhdxFile top;
  private volatile @Nullable LiveMerge merge;

  private VhdxDisk(VhdxFile top, ParentFiles parents, DiskExecutor executor) {
    super(executor);
    this.top = top;
    this.parents = parents;
    this.switchable = top.metadata().differencing() && !top.readOnly();
  }

  /** Whether a file that begins with these bytes is a VHDX file. */
  public static boolean recognizes(MemorySegment start) {
    return VhdxImage.isVhdx(start);
  }

  /**
   * Opens a VHDX file after checking all of it, and applies its log: in the file if it may be
   * written, else in memory. The disk owns the file; if opening fails the caller still does.
   *
   * @param parents how the parents of a differencing disk are opened
   * @throws dev.malachite.disk.DiskFormatException if the file or a parent can't be used; they are
   *     not changed
   */
  public static VhdxDisk open(
      HostFile file, boolean readOnly, ParentFiles parents, DiskExecutor executor)
      throws IOException {
    return open(file, readOnly, parents, MetadataPages.DEFAULT_MAX_PAGES, executor);
  }

  static VhdxDisk open(HostFile file, boolean readOnly, DiskExecutor executor) throws IOException {
    return open(file, readOnly, ParentFiles.DEFAULT, executor);
  }

  static VhdxDisk open(
      HostFile file, boolean readOnly, ParentFiles parents, int maxPages, DiskExecutor executor)
      throws IOException {
    Access access = readOnly ? Access.READ_ONLY : Access.READ_WRITE;
    return new VhdxDisk(VhdxChain.open(file, access, parents, maxPages, null), parents, executor);
  }

  /**
   * Opens a fixed disk that others write too. Its file has to be prepared by the first of them, see
   * {@link #prepareTogether}.
   *
   * @throws dev.malachite.disk.DiskFormatException if the file can't be used, or not so
   */
  public static VhdxDisk openTogether(HostFile file, DiskExecutor executor) throws IOException {
    VhdxImage image = VhdxImage.load(file);
    requireFixed(image);
    return new VhdxDisk(
        VhdxChain.open(file, image, Access.TOGETHER, ParentFiles.DEFAULT),
        ParentFiles.DEFAULT,
        executor);
  }

  /** Prepares a file that several will write: applies its log and gives it new write GUIDs. */
  public static void prepareTogether(HostFile file) throws IOException {
    VhdxImage image = VhdxImage.load(file);
    requireFixed(image);
    if (image.headers().current().hasLog()) {
      VhdxWriter.replay(file, image);
    }
    VhdxHeader header = image.headers().current();
    image
        .headers()
        .updateBoth(
            file, header.withFileWriteGuid(UUID.randomUUID()).withDataWriteGuid(UUID.randomUUID()));
  }

  private static void requireFixed(VhdxImage image) throws DiskFormatException {
    if (!image.metadata().fixed()) {
      throw new DiskFormatException(
          image.view().path(),
          "file parameters",
          image.regions().metadata().offset(),
          "several machines can write a fixed disk only, and this is none",
          "Convert it to a fixed disk.");
    }
  }

  /** Describes a VHDX file without opening it as a disk. */
  public static DiskInformation describe(HostFile file, long allocatedSize) throws IOException {
    VhdxImage image = VhdxImage.loadToDescribe(file);
    return information(image, image.headers().current(), file.size(), allocatedSize);
  }

  @Override
  protected void readRange(long offset, ScatterList memory) throws IOException {
    long stamp = enter();
    try {
      top.read(offset, memory, 0, memory.length());
    } finally {
      leave(stamp);
    }
  }

  @Override
  protected void writeRange(long offset, ScatterList memory) throws IOException {
    long stamp = enter();
    try {
      top.write(offset, memory, 0, memory.length());
      changed(offset, memory.length());
    } finally {
      leave(stamp);
    }
  }

  @Override
  protected void synchronize() throws IOException {
    long stamp = enter();
    try {
      top.flush();
    } finally {
      leave(stamp);
    }
  }

  @Override
  protected void unmapRange(long offset, long length) throws IOException {
    long stamp = enter();
    try {
      top.unmap(offset, length);
      changed(offset, length);
    } finally {
      leave(stamp);
    }
  }

  @Override
  protected void zeroRange(long offset, long length) throws IOException {
    long stamp = enter();
    try {
      top.zero(offset, length);
      changed(offset, length);
    } finally {
      leave(stamp);
    }
  }

  @Override
  protected long findData(long offset) throws IOException {
    long stamp = enter();
    try {
      return top.nextData(offset);
    } finally {
      leave(stamp);
    }
  }

  @Override
  protected long findHole(long offset) throws IOException {
    long stamp = enter();
    try {
      return top.nextHole(offset);
    } finally {
      leave(stamp);
    }
  }

  private long enter() {
    return switchable ? switching.readLock() : 0;
  }

  private void leave(long stamp) {
    if (stamp != 0) {
      switching.unlockRead(stamp);
    }
  }

  private void changed(long offset, long length) {
    LiveMerge underWay = merge;
    if (underWay != null) {
      underWay.changed(offset, length);
    }
  }

  /**
   * Merges the differencing disk into its parent while it is in use, and goes on with the parent.
   * The child's file is left and shows what the parent shows until the parent is opened by itself.
   * If the merge fails or is cancelled the disk goes on as it is.
   *
   * @return the file that the disk is in from then on
   * @throws IOException if the disk has no parent or is read-only, or the parent has another size
   * @throws dev.malachite.disk.DiskInUseException if others have the parent open
   */
  public Path mergeIntoParent(DiskProgress progress) throws IOException {
    synchronized (mergeLock) {
      VhdxFile child = top;
      if (child.readOnly()) {
        throw new IOException(child.file().path() + ": is open to read only");
      }
      try (LiveMerge started = LiveMerge.start(child, parents)) {
        boolean done = false;
        try {
          merge = started;
          // Changes that began before have to be over, or nobody would hear of them.
          switching.unlockWrite(switching.writeLock());
          started.copy(progress);
          long stamp = switching.writeLock();
          try {
            started.finish();
            top = started.target();
            done = true;
          } finally {
            switching.unlockWrite(stamp);
          }
        } finally {
          merge = null;
          if (!done) {
            started.abandon();
          }
        }
        try {
          child.closeAlone();
        } catch (IOException e) {
          // What it held is elsewhere, durably.
          LOGGER.log(Level.WARNING, "A disk that has been merged could not be closed cleanly", e);
        }
        return started.target().file().path();
      }
    }
  }

  @Override
  protected void closeFile() throws IOException {
    top.close();
  }

  private VhdxMetadata metadata() {
    return top.metadata();
  }

  @Override
  public DiskFormat format() {
    return DiskFormat.VHDX;
  }

  @Override
  public DiskType type() {
    return type(metadata());
  }

  private static DiskType type(VhdxMetadata metadata) {
    if (metadata.differencing()) {
      return DiskType.DIFFERENCING;
    }
    return metadata.fixed() ? DiskType.FIXED : DiskType.DYNAMIC;
  }

  @Override
  public long size() {
    return metadata().diskSize();
  }

  @Override
  public int logicalSectorSize() {
    return metadata().logicalSectorSize();
  }

  @Override
  public int physicalSectorSize() {
    return Math.max(metadata().physicalSectorSize(), metadata().logicalSectorSize());
  }

  @Override
  public boolean readOnly() {
    return top.readOnly();
  }

  @Override
  public boolean unmapSupported() {
    return !metadata().fixed();
  }

  @Override
  public long unmapGranularity() {
    return metadata().blockSize();
  }

  @Override
  public UUID identity() {
    return metadata().identity();
  }

  @Override
  public DiskInformation information() throws IOException {
    HostFile file = top.file();
    return information(top.image(), top.writer().header(), file.size(), file.allocatedSize());
  }

  private static DiskInformation information(
      VhdxImage image, VhdxHeader header, long fileSize, long allocatedSize) throws IOException {
    VhdxMetadata metadata = image.metadata();
    ParentLocator locator = image.items().locator();
    return new DiskInformation(
        image.view().path(),
        DiskFormat.VHDX,
        type(metadata),
        metadata.diskSize(),
        fileSize,
        allocatedSize,
        metadata.blockSize(),
        metadata.logicalSectorSize(),
        metadata.physicalSectorSize(),
        metadata.identity(),
        header.fileWriteGuid(),
        header.dataWriteGuid(),
        image.creator(),
        header.hasLog(),
        locator == null ? null : parent(image, locator),
        locator == null ? null : locator.dataWriteGuids().getFirst());
  }

  /** Where the parent is or, if it isn't found, is said to be. */
  private static @Nullable Path parent(VhdxImage image, ParentLocator locator) throws IOException {
    Path found = VhdxChain.find(image, locator);
    if (found != null) {
      return found;
    }
    List<Path> candidates = locator.candidates(image.view().path());
    return candidates.isEmpty() ? null : candidates.getFirst();
  }
}
