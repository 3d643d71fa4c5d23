// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.io;

import dev.malachite.disk.ScatterList;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A file seen with some of its sectors replaced, without being changed.
 *
 * <p>Lets a log be applied in memory: to check what the file would be, and to read a file that must
 * not be written. Sectors are put first, by one thread; after that any thread may read.
 */
public final class PatchedFile implements HostFile {
  /** Bytes in a patch, and its alignment. */
  public static final int SECTOR = 4096;

  private final HostFile base;
  private final NavigableMap<Long, MemorySegment> patches = new TreeMap<>();
  private long size;

  /** Sees the base file without any patch yet; closing this closes it. */
  public PatchedFile(HostFile base) throws IOException {
    this.base = base;
    this.size = base.size();
  }

  /** Replaces a sector; the position is a multiple of {@value #SECTOR}. */
  public void patch(long position, MemorySegment sector) {
    patches.put(position, sector);
    size = Math.max(size, position + SECTOR);
  }

  /** The patches so far, by position. */
  public NavigableMap<Long, MemorySegment> patches() {
    return patches;
  }

  /** Whether this shows nothing but the base file. */
  public boolean isPlain() throws IOException {
    return patches.isEmpty() && size == base.size();
  }

  @Override
  public Path path() {
    return base.path();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void extend(long newSize) {
    size = Math.max(size, newSize);
  }

  @Override
  public void truncate(long newSize) throws IOException {
    throw readOnly();
  }

  @Override
  public long nextData(long position) throws IOException {
    long data = position >= base.size() ? size : Math.min(base.nextData(position), size);
    Long patch = patches.ceilingKey(position & -SECTOR);
    return patch == null ? data : Math.min(data, Math.max(position, patch));
  }

  @Override
  public long nextHole(long position) throws IOException {
    long hole = position >= base.size() ? position : base.nextHole(position);
    while (hole < size && patches.containsKey(hole & -SECTOR)) {
      hole = (hole & -SECTOR) + SECTOR;
      hole = hole >= base.size() ? hole : base.nextHole(hole);
    }
    return Math.min(hole, size);
  }

  @Override
  public long read(long position, ScatterList memory, long from, long length) throws IOException {
    long available = Math.min(length, Math.max(0, size - position));
    long done = base.read(position, memory, from, available);
    if (done < available) {
      memory.zero(from + done, available - done);
    }
    long firstSector = position & -SECTOR;
    for (Map.Entry<Long, MemorySegment> patch :
        patches.subMap(firstSector, position + available).entrySet()) {
      long start = Math.max(patch.getKey(), position);
      long end = Math.min(patch.getKey() + SECTOR, position + available);
      memory.copyFrom(
          from + (start - position), patch.getValue(), start - patch.getKey(), end - start);
    }
    return available;
  }

  @Override
  public void write(long position, ScatterList memory, long from, long length) throws IOException {
    throw readOnly();
  }

  @Override
  public void zero(long position, long length) throws IOException {
    throw readOnly();
  }

  @Override
  public void force(boolean sizeToo) throws IOException {
    throw readOnly();
  }

  private IOException readOnly() {
    return new IOException(path() + ": is open to read only");
  }

  @Override
  public void close() throws IOException {
    base.close();
  }
}
