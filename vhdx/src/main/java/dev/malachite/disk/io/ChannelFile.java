// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.io;

import dev.malachite.disk.DiskInUseException;
import dev.malachite.disk.ScatterList;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A host file over a {@link FileChannel}.
 *
 * <p>Positional transfers run in parallel and go straight between the file and the caller's
 * off-heap memory. A channel has no positional scatter, so each memory range is one system call
 * (and one buffer view, the only thing allocated); adjacent ranges have been joined before. The
 * channel closes when a thread that uses it is interrupted, so only executor threads use it. {@link
 * PosixFile} is used where it can be.
 */
final class ChannelFile implements HostFile {
  /** Longest view a byte buffer can have, kept a multiple of any sector size. */
  private static final long MAX_VIEW = 1L << 30;

  private static final int ZERO_CHUNK = 1 << 20;

  private final Path path;
  private final FileChannel channel;
  private final OpenFiles.@Nullable Handle handle;

  private ChannelFile(Path path, FileChannel channel, OpenFiles.@Nullable Handle handle) {
    this.path = path;
    this.channel = channel;
    this.handle = handle;
  }

  /**
   * Opens an existing file to read and write, locked against every other user.
   *
   * @throws DiskInUseException if someone else has it open
   */
  public static ChannelFile openExclusive(Path path) throws IOException {
    return open(path, OpenFiles.Mode.EXCLUSIVE);
  }

  /**
   * Opens an existing file to read, locked against writers.
   *
   * @throws DiskInUseException if someone else has it open to write
   */
  public static ChannelFile openShared(Path path) throws IOException {
    return open(path, OpenFiles.Mode.SHARED);
  }

  /** Opens an existing file to read without a lock; what it holds may be changing. */
  public static ChannelFile openUnlocked(Path path) throws IOException {
    return open(path, OpenFiles.Mode.UNLOCKED);
  }

  /** Makes a new file to read and write. */
  public static ChannelFile create(Path path, StandardOpenOption... more) throws IOException {
    Set<StandardOpenOption> options =
        new HashSet<>(
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE));
    options.addAll(Set.of(more));
    boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] ownersAlone =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    return new ChannelFile(path, FileChannel.open(path, options, ownersAlone), null);
  }

  private static ChannelFile open(Path path, OpenFiles.Mode mode) throws IOException {
    OpenFiles.Handle handle = OpenFiles.acquire(path, mode);
    return new ChannelFile(path, handle.channel(), handle);
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public long read(long position, ScatterList memory, long from, long length) throws IOException {
    long done = 0;
    long skip = from;
    for (int i = 0; done < length; i++) {
      long range = memory.length(i);
      if (skip >= range) {
        skip -= range;
        continue;
      }
      long part = Math.min(Math.min(range - skip, length - done), MAX_VIEW);
      ByteBuffer view = view(memory, i, skip, part);
      while (view.hasRemaining()) {
        int count = channel.read(view, position + done);
        if (count < 0) {
          return done;
        }
        done += count;
      }
      if (skip + part < range) {
        skip += part;
        i--;
      } else {
        skip = 0;
      }
    }
    return done;
  }

  @Override
  public void write(long position, ScatterList memory, long from, long length) throws IOException {
    long done = 0;
    long skip = from;
    for (int i = 0; done < length; i++) {
      long range = memory.length(i);
      if (skip >= range) {
        skip -= range;
        continue;
      }
      long part = Math.min(Math.min(range - skip, length - done), MAX_VIEW);
      ByteBuffer view = view(memory, i, skip, part);
      while (view.hasRemaining()) {
        done += channel.write(view, position + done);
      }
      if (skip + part < range) {
        skip += part;
        i--;
      } else {
        skip = 0;
      }
    }
  }

  private static ByteBuffer view(ScatterList memory, int index, long skip, long length) {
    MemorySegment segment = memory.segment(index);
    return segment.asSlice(memory.offset(index) + skip, length).asByteBuffer();
  }

  @Override
  public void extend(long size) throws IOException {
    if (channel.size() < size) {
      ByteBuffer zero = ByteBuffer.allocate(1);
      while (zero.hasRemaining()) {
        channel.write(zero, size - 1);
      }
    }
  }

  @Override
  public void truncate(long size) throws IOException {
    channel.truncate(size);
    extend(size);
  }

  @Override
  public void zero(long position, long length) throws IOException {
    ByteBuffer zeroes = ByteBuffer.allocateDirect((int) Math.min(length, ZERO_CHUNK));
    long done = 0;
    while (done < length) {
      zeroes.clear().limit((int) Math.min(length - done, zeroes.capacity()));
      done += channel.write(zeroes, position + done);
    }
  }

  @Override
  public void force(boolean sizeToo) throws IOException {
    channel.force(sizeToo);
  }

  @Override
  public void close() throws IOException {
    if (handle != null) {
      handle.release();
    } else {
      channel.close();
    }
  }
}
