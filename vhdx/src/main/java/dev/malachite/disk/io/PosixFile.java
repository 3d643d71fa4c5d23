// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.io;

import dev.malachite.disk.ScatterList;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;

/**
 * A host file over Linux's positional scatter and gather calls.
 *
 * <p>One system call moves a whole request between the file and scattered memory, without a copy
 * and without allocating anything; interrupts of threads don't close the file, and its lock is its
 * own rather than the process's. {@link ChannelFile} serves where native calls may not be made.
 */
final class PosixFile implements HostFile {
  private static final int ZERO_CHUNK = 1 << 20;

  private final Path path;
  private final int fd;
  private volatile boolean closed;

  private PosixFile(Path path, int fd) {
    this.path = path;
    this.fd = fd;
  }

  /** Opens a file; the flags are those of {@link Posix}. */
  static PosixFile open(Path path, int flags) throws IOException {
    return new PosixFile(path, Posix.open(path, flags));
  }

  /** Where users that write together hold a lock; far behind any file, and any of QEMU's locks. */
  private static final long TOGETHER = 1L << 62;

  /** Where QEMU's tools hold locks for what they do with a file and what they let others do. */
  private static final long QEMU_LOCKS = 100;

  private static final long QEMU_LOCKS_LENGTH = 200;

  /** Locks the file against everyone while it is open; false if someone has it. */
  boolean lockExclusive() throws IOException {
    return Posix.lock(path, fd, Posix.Lock.WRITE, 0, 0);
  }

  /** Gives up the lock. */
  void unlock() throws IOException {
    Posix.lock(path, fd, Posix.Lock.NONE, 0, 0);
  }

  /** Locks the file against writers while it is open; false if one has it. */
  boolean lockShared() throws IOException {
    return Posix.lock(path, fd, Posix.Lock.READ, 0, TOGETHER)
        && Posix.isLockable(path, fd, Posix.Lock.WRITE, TOGETHER, 1);
  }

  /**
   * Locks the file while it is open against all but those who lock it in the same way.
   *
   * @param first what the first such user does before others may come
   * @return false if someone else has it
   */
  boolean lockTogether(HostFiles.Preparation first) throws IOException {
    if (Posix.lock(path, fd, Posix.Lock.WRITE, 0, TOGETHER)) {
      if (Posix.isLockable(path, fd, Posix.Lock.WRITE, TOGETHER, 1)) {
        first.run(this);
      }
      boolean joined = Posix.lock(path, fd, Posix.Lock.READ, TOGETHER, 1);
      Posix.lock(path, fd, Posix.Lock.READ, QEMU_LOCKS, QEMU_LOCKS_LENGTH);
      Posix.lock(path, fd, Posix.Lock.NONE, 0, QEMU_LOCKS);
      long behind = QEMU_LOCKS + QEMU_LOCKS_LENGTH;
      Posix.lock(path, fd, Posix.Lock.NONE, behind, TOGETHER - behind);
      return joined;
    }
    return !Posix.isLockable(path, fd, Posix.Lock.WRITE, TOGETHER, 1)
        && Posix.lock(path, fd, Posix.Lock.READ, TOGETHER, 1)
        && Posix.lock(path, fd, Posix.Lock.READ, QEMU_LOCKS, QEMU_LOCKS_LENGTH);
  }

  private int fd() throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    return fd;
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public long size() throws IOException {
    return Posix.size(path, fd());
  }

  @Override
  public long allocatedSize() throws IOException {
    return Posix.allocatedSize(path, fd());
  }

  @Override
  public long read(long position, ScatterList memory, long from, long length) throws IOException {
    Posix.Scratch scratch = Posix.scratch();
    long done = 0;
    while (done < length) {
      int count = gather(scratch, memory, from + done, length - done, false);
      long part = Posix.readVectors(path, fd(), scratch, count, position + done);
      if (part == 0) {
        return done;
      }
      done += part;
    }
    return done;
  }

  @Override
  public void write(long position, ScatterList memory, long from, long length) throws IOException {
    Posix.Scratch scratch = Posix.scratch();
    long done = 0;
    while (done < length) {
      int count = gather(scratch, memory, from + done, length - done, true);
      done += Posix.writeVectors(path, fd(), scratch, count, position + done);
    }
  }

  /** Lists up to a call's worth of ranges of the memory; returns how many. */
  private static int gather(
      Posix.Scratch scratch, ScatterList memory, long from, long length, boolean source) {
    long skip = from;
    long left = length;
    int count = 0;
    for (int i = 0; left > 0 && count < Posix.MAX_VECTORS; i++) {
      long size = memory.length(i);
      if (skip >= size) {
        skip -= size;
        continue;
      }
      MemorySegment segment = memory.segment(i);
      // Addresses bypass the segment's own checks.
      if (!segment.scope().isAlive()
          || !segment.isAccessibleBy(Thread.currentThread())
          || (!source && segment.isReadOnly())) {
        throw new IllegalStateException("the memory of a disk transfer is closed or not shared");
      }
      long part = Math.min(size - skip, left);
      scratch.putVector(count, segment.address() + memory.offset(i) + skip, part);
      count++;
      left -= part;
      skip = 0;
    }
    return count;
  }

  @Override
  public void extend(long size) throws IOException {
    if (size() < size) {
      Posix.truncate(path, fd(), size);
    }
  }

  @Override
  public void truncate(long size) throws IOException {
    Posix.truncate(path, fd(), size);
  }

  @Override
  public long nextData(long position) throws IOException {
    return Posix.seek(path, fd(), position, Posix.SEEK_DATA);
  }

  @Override
  public long nextHole(long position) throws IOException {
    return Posix.seek(path, fd(), position, Posix.SEEK_HOLE);
  }

  @Override
  public long copyFrom(HostFile source, long sourcePosition, long position, long length)
      throws IOException {
    long done = 0;
    while (source instanceof PosixFile other && done < length) {
      long part =
          Posix.copyRange(
              path, other.fd(), sourcePosition + done, fd(), position + done, length - done);
      if (part <= 0) {
        break;
      }
      done += part;
    }
    return done;
  }

  @Override
  public void provide(long position, long length) throws IOException {
    if (!Posix.allocate(path, fd(), 0, position, length)) {
      extend(position + length);
    }
  }

  @Override
  public void zero(long position, long length) throws IOException {
    if (length > 0 && !Posix.allocate(path, fd(), Posix.FALLOC_FL_ZERO_RANGE, position, length)) {
      MemorySegment zeroes = Arena.ofAuto().allocate(Math.min(length, ZERO_CHUNK), 8);
      for (long done = 0; done < length; ) {
        long part = Math.min(length - done, zeroes.byteSize());
        write(position + done, zeroes.asSlice(0, part));
        done += part;
      }
    }
  }

  @Override
  public boolean discard(long position, long length) throws IOException {
    int mode = Posix.FALLOC_FL_PUNCH_HOLE | Posix.FALLOC_FL_KEEP_SIZE;
    return length == 0 || Posix.allocate(path, fd(), mode, position, length);
  }

  @Override
  public void force(boolean sizeToo) throws IOException {
    Posix.sync(path, fd(), sizeToo);
  }

  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      Posix.close(path, fd);
    }
  }
}
