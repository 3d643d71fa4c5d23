// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import static dev.malachite.disk.vhdx.VhdxConstants.SECTOR;

import dev.malachite.disk.io.HostFile;
import dev.malachite.disk.io.PatchedFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.NavigableMap;
import java.util.UUID;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * Changes the metadata of an open file: headers at the session's start and end, and commits of the
 * block allocation table through the log.
 *
 * <p>The order that keeps the file whole through a power cut:
 *
 * <ol>
 *   <li>Before the first change both headers get new write GUIDs and name an empty log that holds
 *       one valid entry. (The log's first entry is written while the current header still says that
 *       the log is empty, so there's no moment at which a header names a log without entries.)
 *   <li>A commit forces the file, which makes the data durable that new table entries lead to, the
 *       space they were given, and the table sectors that the commit before wrote in place. Then it
 *       appends the changed sectors to the log, forces that, and writes them in place.
 *   <li>Closing commits, forces, and empties the log by a nil log GUID in both headers.
 * </ol>
 *
 * <p>Metadata is guarded by {@link #lock}; transfers to and from blocks hold {@link #transfers} for
 * reading, so that space given back is reused only after transfers that began before.
 */
final class VhdxWriter {
  /** Guards the table, the allocator and the session. */
  final Object lock = new Object();

  /** Held for reading by transfers. */
  final StampedLock transfers = new StampedLock();

  private static final int NO_SESSION = 0;
  private static final int METADATA_SESSION = 1;
  private static final int DATA_SESSION = 2;

  private final Object commitLock = new Object();
  private final HostFile file;
  private final VhdxHeaders headers;
  private final VhdxMetadata metadata;
  private final SpaceAllocator space;
  private final Arena arena;
  private final MetadataPages pages;
  private final BlockAllocationTable table;
  private final @Nullable SectorBitmaps bitmaps;
  private final long[] offsets = new long[LogWriter.MAX_SECTORS];
  private final @Nullable UUID nextDataWriteGuid;

  private volatile int session = NO_SESSION;
  private volatile boolean failed;
  private boolean grown;
  private @Nullable LogWriter log;
  private @Nullable MemorySegment images;

  /**
   * Makes a writer, which changes nothing yet.
   *
   * @param nextDataWriteGuid what the header's data write GUID becomes before the disk's contents
   *     change; null for a random one
   */
  VhdxWriter(
      HostFile file, VhdxImage image, int maxPages, @Nullable UUID nextDataWriteGuid, Arena arena) {
    this.file = file;
    this.headers = image.headers();
    this.metadata = image.metadata();
    this.space = new SpaceAllocator(metadata.blockSize(), image.fileEnd(), image.space());
    this.arena = arena;
    this.nextDataWriteGuid = nextDataWriteGuid;
    this.pages = new MetadataPages(file, maxPages, arena);
    this.table = new BlockAllocationTable(pages, image.regions().bat().offset(), metadata, lock);
    this.bitmaps = metadata.differencing() ? new SectorBitmaps(pages, table, metadata, lock) : null;
  }

  BlockAllocationTable table() {
    return table;
  }

  /** The sector bitmaps; only a differencing disk has any. */
  SectorBitmaps bitmaps() {
    SectorBitmaps found = bitmaps;
    if (found == null) {
      throw new IllegalStateException("the disk has no parent");
    }
    return found;
  }

  /** Puts what the log says into the file and empties the log (section 2.3.3). */
  static void replay(HostFile file, VhdxImage image) throws IOException {
    replay(file, image.headers(), image.view());
  }

  /** Puts what a view of the file with its log applied shows into the file, and empties the log. */
  static void replay(HostFile file, VhdxHeaders headers, PatchedFile view) throws IOException {
    headers.update(file, headers.current().withFileWriteGuid(UUID.randomUUID()));
    file.extend(view.size());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment sector = arena.allocate(SECTOR, SECTOR);
      for (Map.Entry<Long, MemorySegment> patch : view.patches().entrySet()) {
        sector.copyFrom(patch.getValue());
        file.write(patch.getKey(), sector);
      }
    }
    file.force(true);
    headers.updateBoth(file, headers.current().withLogGuid(VhdxConstants.NIL));
  }

  /**
   * Prepares the file for changes of the disk's contents, once, and fails if an earlier change
   * failed to become durable.
   */
  void prepare() throws IOException {
    checkFailure();
    if (session != DATA_SESSION) {
      start(DATA_SESSION);
    }
  }

  /** Prepares the file for changes that leave the disk's contents as they are. */
  void prepareMetadata() throws IOException {
    checkFailure();
    if (session == NO_SESSION) {
      start(METADATA_SESSION);
    }
  }

  private void start(int kind) throws IOException {
    synchronized (commitLock) {
      synchronized (lock) {
        if (session >= kind) {
          return;
        }
        boolean done = false;
        try {
          VhdxHeader next = headers.current();
          if (kind == DATA_SESSION) {
            UUID guid = nextDataWriteGuid;
            next = next.withDataWriteGuid(guid != null ? guid : UUID.randomUUID());
          }
          if (session == NO_SESSION) {
            startLog(next);
          } else {
            headers.updateBoth(file, next);
          }
          session = kind;
          done = true;
        } finally {
          failed |= !done;
        }
      }
    }
  }

  private void startLog(VhdxHeader header) throws IOException {
    UUID logGuid = UUID.randomUUID();
    VhdxHeader clean = header.withFileWriteGuid(UUID.randomUUID()).withLogGuid(VhdxConstants.NIL);
    headers.update(file, clean);
    file.extend(space.end());
    LogWriter writer = new LogWriter(file, clean.logOffset(), clean.logLength(), logGuid, arena);
    MemorySegment buffer = arena.allocate((long) LogWriter.MAX_SECTORS * SECTOR, SECTOR);
    // No header names the log yet, so it may become durable along with the length it speaks of.
    writer.append(0, buffer, offsets, space.end(), space.end());
    file.force(true);
    // Every commit begins with a force, so nothing is logged before the second header is durable.
    headers.updateBothSoon(file, clean.withLogGuid(logGuid));
    log = writer;
    images = buffer;
  }

  /**
   * Gives a block space if it has none; returns its table entry.
   *
   * <p>In a differencing disk a block that was its parent's becomes partially present, with no
   * sector present yet; other blocks become fully present and read as zeroes at first.
   */
  long allocate(long block) throws IOException {
    synchronized (lock) {
      long entry = table.get(block);
      if (BatEntry.hasSpace(entry)) {
        return entry;
      }
      boolean partial = metadata.differencing() && BatEntry.isAbsent(entry);
      if (partial) {
        provideBitmap(block);
        bitmaps().put(block, 0, metadata.sectorsPerBlock(), false);
      }
      long present =
          BatEntry.of(partial ? BatEntry.PARTIALLY_PRESENT : BatEntry.FULLY_PRESENT, takeBlock());
      table.set(block, present);
      return present;
    }
  }

  /** Takes space for a block, which reads as zeroes; the caller holds the lock. */
  private long takeBlock() throws IOException {
    if (!space.hasRecycled()) {
      return takeAtEnd(metadata.blockSize());
    }
    long offset = space.takeRecycled();
    try {
      if (!file.discard(offset, metadata.blockSize())) {
        file.zero(offset, metadata.blockSize());
      }
    } catch (IOException e) {
      space.push(offset);
      throw e;
    }
    return offset;
  }

  private long takeAtEnd(long length) throws IOException {
    long offset = space.takeAtEnd(length);
    try {
      file.extend(space.end());
    } catch (IOException e) {
      space.untakeAtEnd(length);
      throw e;
    }
    grown = true;
    return offset;
  }

  private void provideBitmap(long block) throws IOException {
    long chunk = block >>> metadata.chunkShift();
    if (!BatEntry.isPresent(table.getBitmap(chunk))) {
      long offset = takeAtEnd(VhdxConstants.MIB);
      table.setBitmap(chunk, BatEntry.of(BatEntry.FULLY_PRESENT, offset));
    }
  }

  /**
   * Tells that sectors of a partially present block have been written. If the block has been put
   * elsewhere or given up meanwhile that write was overtaken, and nothing happens.
   *
   * @param entry the block's entry when its sectors were written
   */
  void present(long block, long entry, int sector, int count) throws IOException {
    SectorBitmaps bits = bitmaps();
    synchronized (lock) {
      if (table.get(block) != entry) {
        return;
      }
      bits.put(block, sector, count, true);
      // Filling from front to back is how blocks get full; looking each time would be slow.
      if (sector + count == metadata.sectorsPerBlock() && bits.isFull(block)) {
        table.set(block, BatEntry.of(BatEntry.FULLY_PRESENT, BatEntry.offset(entry)));
      }
    }
  }

  /** Puts a block into a state without contents, {@code ZERO} or {@code UNMAPPED}. */
  void release(long block, int state) throws IOException {
    synchronized (lock) {
      long entry = table.get(block);
      if (BatEntry.isReleasable(entry, state, metadata.differencing())) {
        table.set(block, BatEntry.of(state, 0));
        if (BatEntry.hasSpace(entry)) {
          space.giveBack(BatEntry.offset(entry));
        }
      }
    }
  }

  /** Puts a block with space into another state with the same space. */
  void putState(long block, int state) throws IOException {
    synchronized (lock) {
      table.set(block, BatEntry.of(state, BatEntry.offset(table.get(block))));
    }
  }

  /** Forgets a partially present block of which no sector is present. */
  void forget(long block) throws IOException {
    synchronized (lock) {
      space.giveBack(BatEntry.offset(table.get(block)));
      table.set(block, BatEntry.of(BatEntry.NOT_PRESENT, 0));
    }
  }

  /** Makes a block the parent's; its space is not used again in this session. */
  void empty(long block) throws IOException {
    synchronized (lock) {
      table.set(block, BatEntry.of(BatEntry.NOT_PRESENT, 0));
    }
  }

  /** Refers a block to a copy of it elsewhere; its old space stays unused in this session. */
  void moveBlock(long block, long offset) throws IOException {
    synchronized (lock) {
      table.set(block, BatEntry.of(BatEntry.state(table.get(block)), offset));
    }
  }

  /**
   * Refers a chunk to a copy of its sector bitmap elsewhere, which must not change from then on.
   */
  void moveBitmap(long chunk, long offset) throws IOException {
    synchronized (lock) {
      table.setBitmap(chunk, BatEntry.of(BatEntry.FULLY_PRESENT, offset));
    }
  }

  /** Takes space at the end of the file for a structure. */
  long takeSpace(long length) throws IOException {
    synchronized (lock) {
      return takeAtEnd(length);
    }
  }

  /** Where the file ends, or will once it has grown. */
  long end() {
    synchronized (lock) {
      return space.end();
    }
  }

  /** Commits if so much has changed that the log has to be given it. */
  void commitIfLarge() throws IOException {
    boolean large;
    synchronized (lock) {
      large = pages.dirtyCount() >= LogWriter.MAX_SECTORS;
    }
    if (large) {
      commit();
    }
  }

  /** Makes everything durable that completed before the call. */
  void commit() throws IOException {
    checkFailure();
    if (session != NO_SESSION) {
      guarded(this::commitLocked);
    }
  }

  /** Something that changes the file. */
  @FunctionalInterface
  private interface Change {
    void run() throws IOException;
  }

  /** Runs one change at a time, and none after one has failed. */
  private void guarded(Change change) throws IOException {
    synchronized (commitLock) {
      checkFailure();
      boolean done = false;
      try {
        change.run();
        done = true;
      } finally {
        if (!done) {
          // What the host failed to write it may have dropped, and the next force wouldn't say so.
          failed = true;
        }
      }
    }
  }

  private void commitLocked() throws IOException {
    LogWriter writer = log;
    MemorySegment buffer = images;
    if (writer == null || buffer == null) {
      throw new AssertionError("commit before start");
    }
    int recycled;
    int left;
    synchronized (lock) {
      recycled = space.pendingCount();
      left = pages.dirtyCount();
    }
    do {
      int count;
      long end;
      boolean sizeToo;
      synchronized (lock) {
        count = pages.take(Math.min(left, LogWriter.MAX_SECTORS), buffer, offsets);
        end = space.end();
        sizeToo = grown;
        grown = false;
      }
      file.force(sizeToo);
      if (count > 0) {
        writer.append(count, buffer, offsets, end, end);
        file.force(false);
        writeInPlace(count, buffer);
        synchronized (lock) {
          pages.applied(count);
        }
      }
      left -= count;
    } while (left > 0);
    if (recycled > 0) {
      recycle(recycled);
    }
  }

  /** Writes logged sectors to their places, those that follow each other at once. */
  private void writeInPlace(int count, MemorySegment buffer) throws IOException {
    int first = 0;
    for (int i = 1; i <= count; i++) {
      if (i == count || offsets[i] != offsets[i - 1] + SECTOR) {
        file.write(
            offsets[first], buffer.asSlice((long) first * SECTOR, (long) (i - first) * SECTOR));
        first = i;
      }
    }
  }

  private void recycle(int count) throws IOException {
    // Transfers that looked their block up before it was given back may still be under way.
    transfers.unlockWrite(transfers.writeLock());
    for (int i = 0; i < count; i++) {
      long offset;
      synchronized (lock) {
        offset = space.pending(i);
      }
      file.discard(offset, metadata.blockSize());
    }
    synchronized (lock) {
      space.recycle(count);
    }
  }

  /**
   * Replaces sectors of the file all at once or not at all, durably, after committing what else has
   * changed.
   *
   * @param sectors new contents by place in the file, at most {@link LogWriter#MAX_SECTORS}
   * @param end where the file's last structure ends from then on, a multiple of 1 MiB
   */
  void replace(NavigableMap<Long, MemorySegment> sectors, long end) throws IOException {
    prepareMetadata();
    guarded(
        () -> {
          commitLocked();
          LogWriter writer = log;
          MemorySegment buffer = images;
          if (writer == null || buffer == null) {
            throw new AssertionError("commit before start");
          }
          int count = 0;
          for (Map.Entry<Long, MemorySegment> sector : sectors.entrySet()) {
            offsets[count] = sector.getKey();
            buffer.asSlice((long) count * SECTOR, SECTOR).copyFrom(sector.getValue());
            count++;
          }
          long flushed = Math.min(file.size(), end);
          file.force(true);
          writer.append(count, buffer, offsets, flushed, end);
          file.force(false);
          writeInPlace(count, buffer);
          file.force(true);
        });
  }

  /** Commits, and marks the file as closed cleanly. */
  void close() throws IOException {
    if (session == NO_SESSION || failed) {
      return; // Nothing to say, or the log has to be replayed by whoever opens the file next.
    }
    commit();
    synchronized (commitLock) {
      file.force(true);
      headers.updateBoth(file, headers.current().withLogGuid(VhdxConstants.NIL));
    }
  }

  VhdxHeader header() {
    synchronized (lock) {
      return headers.current();
    }
  }

  private void checkFailure() throws IOException {
    if (failed) {
      throw new IOException(
          file.path()
              + ": takes no more writes because an earlier one could not be made durable. Mend the"
              + " storage, then open the disk again.");
    }
  }
}
