// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import static dev.malachite.disk.vhdx.VhdxConstants.SECTOR;

import dev.malachite.disk.io.HostFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Changes to a file's structures, collected as whole sectors to be replaced at once. */
final class SectorPatches {
  private final HostFile file;
  private final NavigableMap<Long, MemorySegment> sectors = new TreeMap<>();

  /** Starts with the file as it is. */
  SectorPatches(HostFile file) {
    this.file = file;
  }

  /** Replaces bytes at a place in the file, of any length and alignment. */
  void put(long position, MemorySegment bytes) throws IOException {
    long done = 0;
    while (done < bytes.byteSize()) {
      long at = position + done;
      long within = at % SECTOR;
      long part = Math.min(SECTOR - within, bytes.byteSize() - done);
      MemorySegment.copy(bytes, done, sector(at - within), within, part);
      done += part;
    }
  }

  private MemorySegment sector(long position) throws IOException {
    MemorySegment sector = sectors.get(position);
    if (sector == null) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment bytes = arena.allocate(SECTOR, 8);
        file.readFully(position, bytes);
        sector = MemorySegment.ofArray(new byte[SECTOR]);
        sector.copyFrom(bytes);
      }
      sectors.put(position, sector);
    }
    return sector;
  }

  /** The changed sectors' contents by their places in the file. */
  NavigableMap<Long, MemorySegment> sectors() {
    return sectors;
  }
}
