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

  private final Object commitLock = new Object();
  private final HostFile file;
  private final VhdxHeaders headers;
  private final VhdxMetadata metadata;
  private final SpaceAllocator space;
  private final Arena arena;
  private final BlockAllocationTable table;
  private final long[] offsets = new long[LogWriter.MAX_SECTORS];

  private volatile boolean started;
  private volatile boolean failed;
  private boolean grown;
  private @Nullable LogWriter log;
  private @Nullable MemorySegment images;

  VhdxWriter(HostFile file, VhdxImage image, int maxPages, Arena arena) {
    this.file = file;
    this.headers = image.headers();
    this.metadata = image.metadata();
    this.space = new SpaceAllocator(metadata.blockSize(), image.fileEnd(), image.space());
    this.arena = arena;
    this.table =
        new BlockAllocationTable(
            file, image.regions().bat().offset(), metadata, lock, maxPages, arena);
  }

  BlockAllocationTable table() {
    return table;
  }

  /** Puts what the log says into the file and empties the log (section 2.3.3). */
  static void replay(HostFile file, VhdxImage image) throws IOException {
    VhdxHeaders headers = image.headers();
    headers.update(file, headers.current().withFileWriteGuid(UUID.randomUUID()));
    PatchedFile view = image.view();
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
   * Prepares the file for changes, once, and fails if an earlier change failed to become durable.
   */
  void prepare() throws IOException {
    checkFailure();
    if (started) {
      return;
    }
    synchronized (commitLock) {
      synchronized (lock) {
        if (!started) {
          start();
          started = true;
        }
      }
    }
  }

  private void start() throws IOException {
    UUID logGuid = UUID.randomUUID();
    VhdxHeader clean =
        headers
            .current()
            .withFileWriteGuid(UUID.randomUUID())
            .withDataWriteGuid(UUID.randomUUID())
            .withLogGuid(VhdxConstants.NIL);
    boolean done = false;
    try {
      headers.update(file, clean);
      file.extend(space.end());
      VhdxHeader current = headers.current();
      LogWriter writer =
          new LogWriter(file, current.logOffset(), current.logLength(), logGuid, arena);
      MemorySegment buffer = arena.allocate((long) LogWriter.MAX_SECTORS * SECTOR, SECTOR);
      file.force(true);
      writer.append(0, buffer, offsets, space.end(), space.end());
      file.force(false);
      headers.updateBoth(file, clean.withLogGuid(logGuid));
      log = writer;
      images = buffer;
      done = true;
    } finally {
      failed |= !done;
    }
  }

  /** Gives a block space if it has none; returns its table entry. */
  long allocate(long block) throws IOException {
    synchronized (lock) {
      long entry = table.get(block);
      if (BatEntry.isPresent(entry)) {
        return entry;
      }
      long offset;
      if (space.hasRecycled()) {
        offset = space.takeRecycled();
        try {
          if (!file.discard(offset, metadata.blockSize())) {
            file.zero(offset, metadata.blockSize());
          }
        } catch (IOException e) {
          space.push(offset);
          throw e;
        }
      } else {
        offset = space.takeAtEnd();
        try {
          file.extend(space.end());
        } catch (IOException e) {
          space.untakeAtEnd();
          throw e;
        }
        grown = true;
      }
      long present = BatEntry.of(BatEntry.FULLY_PRESENT, offset);
      table.set(block, present);
      return present;
    }
  }

  /** Puts a block into a state without contents, {@code ZERO} or {@code UNMAPPED}. */
  void release(long block, int state) throws IOException {
    synchronized (lock) {
      long entry = table.get(block);
      if (BatEntry.isReleasable(entry, state)) {
        table.set(block, BatEntry.of(state, 0));
        if (BatEntry.isPresent(entry)) {
          space.giveBack(BatEntry.offset(entry));
        }
      }
    }
  }

  /** Commits if so much has changed that the log has to be given it. */
  void commitIfLarge() throws IOException {
    boolean large;
    synchronized (lock) {
      large = table.dirtyCount() >= LogWriter.MAX_SECTORS;
    }
    if (large) {
      commit();
    }
  }

  /** Makes everything durable that completed before the call. */
  void commit() throws IOException {
    checkFailure();
    if (!started) {
      return;
    }
    synchronized (commitLock) {
      checkFailure();
      boolean done = false;
      try {
        commitLocked();
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
      left = table.dirtyCount();
    }
    do {
      int count;
      long end;
      boolean sizeToo;
      synchronized (lock) {
        count = table.take(Math.min(left, LogWriter.MAX_SECTORS), buffer, offsets);
        end = space.end();
        sizeToo = grown;
        grown = false;
      }
      file.force(sizeToo);
      if (count > 0) {
        writer.append(count, buffer, offsets, end, end);
        file.force(false);
        for (int i = 0; i < count; i++) {
          file.write(offsets[i], buffer.asSlice((long) i * SECTOR, SECTOR));
        }
        synchronized (lock) {
          table.applied(count, offsets);
        }
      }
      left -= count;
    } while (left > 0);
    if (recycled > 0) {
      // Transfers that looked their block up before it was given back may still be under way.
      transfers.unlockWrite(transfers.writeLock());
      for (int i = 0; i < recycled; i++) {
        long offset;
        synchronized (lock) {
          offset = space.pending(i);
        }
        file.discard(offset, metadata.blockSize());
      }
      synchronized (lock) {
        space.recycle(recycled);
      }
    }
  }

  /** Commits, and marks the file as closed cleanly. */
  void close() throws IOException {
    if (!started || failed) {
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
