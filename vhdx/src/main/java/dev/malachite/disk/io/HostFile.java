// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.io;

import dev.malachite.disk.ScatterList;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A host file that disk formats read and write at any offset from any thread.
 *
 * <p>Tests put recorders and memory in its place; positions and lengths are in bytes.
 */
public interface HostFile extends Closeable {
  /** Where the file is, for messages. */
  Path path();

  /** Length of the file. */
  long size() throws IOException;

  /** Bytes of storage that the file takes up, where the host tells; else its length. */
  default long allocatedSize() throws IOException {
    return size();
  }

  /**
   * Reads into bytes {@code from} to {@code from + length} of the memory.
   *
   * @return bytes read, less than {@code length} only at the file's end
   */
  long read(long position, ScatterList memory, long from, long length) throws IOException;

  /** Writes bytes {@code from} to {@code from + length} of the memory, lengthening the file. */
  void write(long position, ScatterList memory, long from, long length) throws IOException;

  /** Makes the file at least this long; what is added reads as zeroes and takes no space. */
  void extend(long size) throws IOException;

  /** Gives the file a length: what lies behind is lost, what is added reads as zeroes. */
  void truncate(long size) throws IOException;

  /** Where bytes that may differ from zero start at or behind a position; the size if nowhere. */
  default long nextData(long position) throws IOException {
    return Math.min(position, size());
  }

  /** Where bytes without storage start at or behind a position; the size if nowhere. */
  default long nextHole(long position) throws IOException {
    return size();
  }

  /**
   * Copies a range from another file without moving it through this process, where the host can.
   *
   * @return bytes copied; less than {@code length}, or 0, where the rest has to be read and written
   */
  default long copyFrom(HostFile source, long sourcePosition, long position, long length)
      throws IOException {
    return 0;
  }

  /** Makes the file have storage for a range, lengthening it, so that writes there find room. */
  default void provide(long position, long length) throws IOException {
    extend(position + length);
  }

  /** Makes a range inside the file read as zeroes; it keeps its storage where it has any. */
  void zero(long position, long length) throws IOException;

  /**
   * Gives the storage of a range inside the file back, so that it reads as zeroes.
   *
   * @return false if the host can't, and nothing has changed
   */
  default boolean discard(long position, long length) throws IOException {
    return false;
  }

  /**
   * Makes everything written durable.
   *
   * @param sizeToo whether the file's length has to be durable as well
   */
  void force(boolean sizeToo) throws IOException;

  /** Fills the whole segment from the file; fails if the file ends first. */
  default void readFully(long position, MemorySegment target) throws IOException {
    ScatterList list = new ScatterList();
    list.add(target, 0, target.byteSize());
    readFully(position, list, 0, target.byteSize());
  }

  /** Fills a part of the memory from the file; fails if the file ends first. */
  default void readFully(long position, ScatterList memory, long from, long length)
      throws IOException {
    if (read(position, memory, from, length) < length) {
      throw new EOFException(
          path() + ": ends before byte " + (position + length) + "; was it cut short while open?");
    }
  }

  /** Writes the whole segment to the file. */
  default void write(long position, MemorySegment source) throws IOException {
    ScatterList list = new ScatterList();
    list.add(source, 0, source.byteSize());
    write(position, list, 0, source.byteSize());
  }
}
