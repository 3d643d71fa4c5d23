// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.io;

import dev.malachite.disk.ScatterList;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A sparse file in memory over a base that it leaves untouched, so that making one costs nothing
 * however much the base holds.
 */
@SuppressWarnings("ReferenceEquality") // the very piece is meant
public class LayeredFile implements HostFile {
  /** Bytes in a sector, the least that changes at once. */
  public static final int SECTOR = 512;

  private static final byte[] ZERO = new byte[SECTOR];

  private final Path path;
  private final Map<Long, byte[]> base;
  private final Map<Long, byte[]> changed = new HashMap<>();

  /** First sector of the base that a truncation has hidden. */
  private long baseEnd = Long.MAX_VALUE;

  private long size;

  /** Makes a file that shows the base, which must not change meanwhile. */
  LayeredFile(Path path, Map<Long, byte[]> base, long size) {
    this.path = path;
    this.base = base;
    this.size = size;
  }

  /** Makes an empty file. */
  public LayeredFile(Path path) {
    this(path, Map.of(), 0);
  }

  byte[] sector(long number) {
    byte[] found = changed.get(number);
    if (found == null && number < baseEnd) {
      found = base.get(number);
    }
    return found == null ? ZERO : found;
  }

  void putSector(long number, byte[] contents) {
    changed.put(number, contents);
  }

  void setSize(long newSize) {
    if (newSize < size) {
      long end = (newSize + SECTOR - 1) / SECTOR;
      changed.keySet().removeIf(number -> number >= end);
      baseEnd = Math.min(baseEnd, end);
    }
    size = newSize;
  }

  /** What the file holds, base included, as a base for others. */
  public Map<Long, byte[]> contents() {
    Map<Long, byte[]> all = new HashMap<>();
    base.forEach(
        (number, contents) -> {
          if (number < baseEnd) {
            all.put(number, contents);
          }
        });
    all.putAll(changed);
    all.values().removeIf(contents -> contents == ZERO);
    return all;
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void extend(long newSize) {
    setSize(Math.max(size, newSize));
  }

  @Override
  public void truncate(long newSize) {
    setSize(newSize);
  }

  @Override
  public long read(long position, ScatterList memory, long from, long length) {
    long available = Math.clamp(size - position, 0, length);
    long done = 0;
    while (done < available) {
      long at = position + done;
      long within = at % SECTOR;
      long part = Math.min(SECTOR - within, available - done);
      memory.copyFrom(from + done, MemorySegment.ofArray(sector(at / SECTOR)), within, part);
      done += part;
    }
    return available;
  }

  @Override
  public void write(long position, ScatterList memory, long from, long length) {
    long done = 0;
    while (done < length) {
      long at = position + done;
      long within = at % SECTOR;
      long part = Math.min(SECTOR - within, length - done);
      byte[] contents = part == SECTOR ? new byte[SECTOR] : sector(at / SECTOR).clone();
      memory.copyTo(from + done, MemorySegment.ofArray(contents), within, part);
      putSector(at / SECTOR, contents);
      done += part;
    }
    extend(position + length);
  }

  @Override
  public void zero(long position, long length) {
    long done = 0;
    while (done < length) {
      long at = position + done;
      int within = (int) (at % SECTOR);
      int part = (int) Math.min(SECTOR - within, length - done);
      byte[] old = sector(at / SECTOR);
      if (old != ZERO) {
        byte[] contents = part == SECTOR ? ZERO : old.clone();
        if (part < SECTOR) {
          Arrays.fill(contents, within, within + part, (byte) 0);
        }
        putSector(at / SECTOR, contents);
      }
      done += part;
    }
    extend(position + length);
  }

  @Override
  public boolean discard(long position, long length) {
    zero(position, Math.clamp(size - position, 0, length) / SECTOR * SECTOR);
    return true;
  }

  @Override
  public void force(boolean sizeToo) {
    // Memory is as durable as this file gets.
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
