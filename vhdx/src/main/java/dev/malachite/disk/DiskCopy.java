// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Copies the contents of one disk to another that is empty: several pieces at a time, without what
 * is known or found to be zero.
 */
final class DiskCopy {
  private static final int PIECE = 1 << 20;
  private static final int PIECES = 8;

  /** What is all zero in units of this many bytes is left out. */
  private static final int ZERO_UNIT = 64 << 10;

  private final VirtualDisk source;
  private final VirtualDisk target;
  private final DiskProgress progress;
  private final MemorySegment zeroes;
  private final Deque<Piece> free = new ArrayDeque<>();
  private @Nullable IOException failure;

  private DiskCopy(VirtualDisk source, VirtualDisk target, DiskProgress progress, Arena arena) {
    this.source = source;
    this.target = target;
    this.progress = progress;
    this.zeroes = arena.allocate(ZERO_UNIT, 4096);
    for (int i = 0; i < PIECES; i++) {
      free.add(new Piece(arena.allocate(PIECE, 4096)));
    }
  }

  /**
   * Copies everything; the target holds nothing but zeroes before.
   *
   * @throws DiskCancelledException if the progress ends the work
   */
  static void run(VirtualDisk source, VirtualDisk target, DiskProgress progress)
      throws IOException {
    try (Arena arena = Arena.ofShared()) {
      new DiskCopy(source, target, progress, arena).run();
    }
  }

  private void run() throws IOException {
    try {
      long size = source.size();
      long position = source.nextData(0);
      while (position < size) {
        long end = Math.min(size, source.nextHole(position));
        while (position < end) {
          DiskProgress.step(progress, position, size);
          // Pieces end on their own bounds, so that they fit blocks.
          long length = Math.min(end, (position / PIECE + 1) * PIECE) - position;
          take().read(position, length);
          position += length;
        }
        position = source.nextData(position);
      }
      finish();
      DiskProgress.step(progress, size, size);
    } finally {
      awaitAll();
    }
  }

  private synchronized Piece take() throws IOException {
    boolean interrupted = false;
    while (free.isEmpty()) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    throwFailure();
    return free.remove();
  }

  private synchronized void giveBack(Piece piece, @Nullable IOException error) {
    if (failure == null) {
      failure = error;
    }
    free.add(piece);
    notifyAll();
  }

  private void finish() throws IOException {
    awaitAll();
    synchronized (this) {
      throwFailure();
    }
  }

  private void throwFailure() throws IOException {
    IOException error = failure;
    if (error != null) {
      throw error;
    }
  }

  /** Waits until no request uses the memory any more. */
  private synchronized void awaitAll() {
    boolean interrupted = false;
    while (free.size() < PIECES) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A piece of the disk on its way: read whole, then written without its zeroes. */
  private final class Piece implements DiskCompletion {
    private final MemorySegment memory;
    private final DiskRequest request = new DiskRequest(this);
    private long offset;
    private long length;
    private long done;

    Piece(MemorySegment memory) {
      this.memory = memory;
    }

    void read(long from, long bytes) {
      offset = from;
      length = bytes;
      done = 0;
      request.read(from).addMemory(memory, 0, bytes);
      source.submit(request);
    }

    @Override
    public void completed(DiskRequest finished, @Nullable IOException error) {
      if (error != null) {
        giveBack(this, error);
        return;
      }
      while (done < length && isZero(done)) {
        done += unit(done);
      }
      if (done == length) {
        giveBack(this, null);
        return;
      }
      long start = done;
      while (done < length && !isZero(done)) {
        done += unit(done);
      }
      request.write(offset + start).addMemory(memory, start, done - start);
      target.submit(request);
    }

    private long unit(long at) {
      return Math.min(length - at, ZERO_UNIT);
    }

    private boolean isZero(long at) {
      long bytes = unit(at);
      return MemorySegment.mismatch(memory, at, at + bytes, zeroes, 0, bytes) < 0;
    }
  }
}
