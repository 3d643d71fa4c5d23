// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.filesystem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** The allocation table of a FAT file system, to be changed: a window of it in memory at a time. */
final class FatTable {
  private static final int WINDOW = 64 << 10;

  private final FatFileSystem files;
  private @Nullable ByteBuffer window;
  private long windowStart;
  private boolean changed;

  FatTable(FatFileSystem files) {
    this.files = files;
  }

  /** What marks the last cluster of a chain. */
  private int end() {
    return switch (files.bits) {
      case 12 -> 0xFFF;
      case 16 -> 0xFFFF;
      default -> 0x0FFF_FFFF;
    };
  }

  /** The window with a cluster's entry; FAT12's table fits in one, so no entry is in two. */
  private ByteBuffer window(long cluster) throws IOException {
    long start = cluster * files.bits / 8 / WINDOW * WINDOW;
    ByteBuffer loaded = window;
    if (loaded == null || start != windowStart) {
      write();
      int length = (int) Math.min(WINDOW, files.tableSize - start);
      loaded = files.volume.read(files.tableOffset + start, length).order(ByteOrder.LITTLE_ENDIAN);
      window = loaded;
      windowStart = start;
    }
    return loaded;
  }

  private boolean isFree(long cluster) throws IOException {
    ByteBuffer bytes = window(cluster);
    int at = (int) (cluster * files.bits / 8 - windowStart);
    if (at + Short.BYTES > bytes.limit()) {
      return false; // Half an entry of FAT12.
    }
    return switch (files.bits) {
      case 12 -> (bytes.getShort(at) >>> (cluster % 2 * 4) & 0xFFF) == 0;
      case 16 -> bytes.getShort(at) == 0;
      default -> (bytes.getInt(at) & 0x0FFF_FFFF) == 0;
    };
  }

  private void put(long cluster, int value) throws IOException {
    ByteBuffer bytes = window(cluster);
    int at = (int) (cluster * files.bits / 8 - windowStart);
    if (at + Short.BYTES > bytes.limit()) {
      throw new DamagedFileSystemException("its allocation table ends within an entry");
    }
    switch (files.bits) {
      case 12 -> {
        int shift = (int) (cluster % 2 * 4);
        int old = bytes.getShort(at) & ~(0xFFF << shift);
        bytes.putShort(at, (short) (old | value << shift));
      }
      case 16 -> bytes.putShort(at, (short) value);
      default -> bytes.putInt(at, bytes.getInt(at) & 0xF000_0000 | value);
    }
    changed = true;
  }

  /** Writes what has changed to all copies of the table. */
  private void write() throws IOException {
    ByteBuffer bytes = window;
    if (changed && bytes != null) {
      for (int i = 0; i < files.tables; i++) {
        long at = files.tableOffset + i * files.tableSize + windowStart;
        files.volume.write(at, bytes.array(), bytes.arrayOffset(), bytes.capacity());
      }
    }
    changed = false;
  }

  /**
   * Finds free clusters; changes nothing.
   *
   * @throws IOException if there are not so many
   */
  long[] find(int count) throws IOException {
    long[] found = new long[count];
    int done = 0;
    for (long cluster = 2; done < count && cluster < files.clusters + 2; cluster++) {
      if (isFree(cluster)) {
        found[done++] = cluster;
      }
    }
    if (done < count) {
      throw new IOException(
          "the file system has room for "
              + (long) done * files.clusterSize
              + " bytes only, of "
              + (long) count * files.clusterSize
              + ". Remove something from it first.");
    }
    return found;
  }

  /** Makes clusters that were free a chain, durably. */
  void chain(long[] found) throws IOException {
    for (int i = 0; i < found.length; i++) {
      put(found[i], i + 1 < found.length ? (int) found[i + 1] : end());
    }
    write();
    take(found.length);
    files.volume.flush();
  }

  /** Appends a chain to the last cluster of another, durably. */
  void append(long last, long cluster) throws IOException {
    put(last, (int) cluster);
    write();
    files.volume.flush();
  }

  /** Counts clusters as no longer free, where FAT32 keeps count (specification, section 5). */
  private void take(int count) throws IOException {
    long at = files.informationOffset;
    if (at <= 0 || at + 512 > files.tableOffset) {
      return;
    }
    ByteBuffer information = files.volume.read(at, 512);
    long free = Integer.toUnsignedLong(information.getInt(488));
    if (information.getInt(0) == 0x4161_5252
        && information.getInt(484) == 0x6141_7272
        && free >= count
        && free <= files.clusters) {
      information.putInt(488, (int) (free - count));
      files.volume.write(at, information.array(), information.arrayOffset(), 512);
    }
  }
}
