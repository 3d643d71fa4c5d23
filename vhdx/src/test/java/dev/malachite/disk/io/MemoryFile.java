// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.io;

import dev.malachite.disk.ScatterList;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** A sparse file in memory, copied in no time: sectors are never changed, only replaced. */
public class MemoryFile implements HostFile {
  /** Bytes in a sector. */
  public static final int SECTOR = 512;

  private final Map<Long, byte[]> sectors;
  private long size;

  /** Makes an empty file. */
  public MemoryFile() {
    this(new HashMap<>(), 0);
  }

  /** Makes a file with another's contents. */
  public MemoryFile(MemoryFile other) {
    this(new HashMap<>(other.sectors), other.size);
  }

  private MemoryFile(Map<Long, byte[]> sectors, long size) {
    this.sectors = sectors;
    this.size = size;
  }

  /** A file with the same contents. */
  public synchronized MemoryFile copy() {
    return new MemoryFile(this);
  }

  /** Whether another file has the same length and contents. */
  public synchronized boolean sameAs(MemoryFile other) {
    if (size != other.size || !sectors.keySet().equals(other.sectors.keySet())) {
      return false;
    }
    return sectors.entrySet().stream()
        .allMatch(e -> Arrays.equals(e.getValue(), other.sectors.get(e.getKey())));
  }

  @Override
  public Path path() {
    return Path.of("memory.vhdx");
  }

  @Override
  public synchronized long size() {
    return size;
  }

  @Override
  public synchronized void extend(long newSize) {
    size = Math.max(size, newSize);
  }

  @Override
  public synchronized void truncate(long newSize) {
    size = newSize;
    sectors.keySet().removeIf(number -> number * SECTOR >= newSize);
    byte[] last = sectors.get(newSize / SECTOR);
    if (last != null) {
      byte[] cut = new byte[SECTOR];
      System.arraycopy(last, 0, cut, 0, (int) (newSize % SECTOR));
      sectors.put(newSize / SECTOR, cut);
    }
  }

  /** Replaces one sector, lengthening the file. */
  public synchronized void putSector(long number, byte[] contents) {
    sectors.put(number, contents);
    size = Math.max(size, (number + 1) * SECTOR);
  }

  @Override
  public synchronized long read(long position, ScatterList memory, long from, long length) {
    long available = Math.max(0, Math.min(length, size - position));
    memory.zero(from, available);
    long done = 0;
    while (done < available) {
      long at = position + done;
      long within = at % SECTOR;
      long part = Math.min(SECTOR - within, available - done);
      byte[] sector = sectors.get(at / SECTOR);
      if (sector != null) {
        memory.copyFrom(from + done, MemorySegment.ofArray(sector), within, part);
      }
      done += part;
    }
    return available;
  }

  @Override
  public synchronized void write(long position, ScatterList memory, long from, long length) {
    long done = 0;
    while (done < length) {
      long at = position + done;
      long within = at % SECTOR;
      long part = Math.min(SECTOR - within, length - done);
      byte[] old = sectors.get(at / SECTOR);
      byte[] sector = old == null ? new byte[SECTOR] : old.clone();
      memory.copyTo(from + done, MemorySegment.ofArray(sector), within, part);
      sectors.put(at / SECTOR, sector);
      done += part;
    }
    size = Math.max(size, position + length);
  }

  @Override
  public synchronized void zero(long position, long length) {
    if (position % SECTOR != 0 || length % SECTOR != 0) {
      throw new IllegalArgumentException("zeroing parts of sectors is not needed in tests");
    }
    for (long n = position / SECTOR; n < (position + length) / SECTOR; n++) {
      sectors.remove(n);
    }
    size = Math.max(size, position + length);
  }

  @Override
  public boolean discard(long position, long length) {
    zero(position, length);
    return true;
  }

  @Override
  public void force(boolean sizeToo) throws IOException {
    // Memory is as durable as this file gets.
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
