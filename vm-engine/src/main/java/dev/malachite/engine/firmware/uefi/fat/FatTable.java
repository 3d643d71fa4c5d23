// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.fat;

import java.io.IOException;

/** The file allocation table: which cluster follows which (FAT specification, section 4). */
final class FatTable {
  /** What follows the last cluster of a chain. */
  static final int END = -1;

  private static final int FREE = 0;

  private final FatLayout layout;
  private final SectorCache cache;
  private int hint = 2;

  FatTable(FatLayout layout, SectorCache cache) {
    this.layout = layout;
    this.cache = cache;
  }

  private int entry(int cluster) throws IOException {
    return switch (layout.kind()) {
      case 12 -> {
        int pair = cache.u16(layout.tableStart() + cluster + cluster / 2);
        yield (cluster & 1) != 0 ? pair >> 4 : pair & 0xFFF;
      }
      case 16 -> cache.u16(layout.tableStart() + 2L * cluster);
      default -> cache.u32(layout.tableStart() + 4L * cluster) & 0x0FFF_FFFF;
    };
  }

  private void set(int cluster, int value) throws IOException {
    for (int i = 0; i < layout.tables(); i++) {
      long table = layout.tableStart() + i * layout.tableBytes();
      switch (layout.kind()) {
        case 12 -> {
          long at = table + cluster + cluster / 2;
          int pair = cache.u16(at);
          cache.u16(
              at,
              (cluster & 1) != 0
                  ? pair & 0xF | (value & 0xFFF) << 4
                  : pair & 0xF000 | value & 0xFFF);
        }
        case 16 -> cache.u16(table + 2L * cluster, value);
        default -> {
          long at = table + 4L * cluster;
          cache.u32(at, cache.u32(at) & 0xF000_0000 | value & 0x0FFF_FFFF);
        }
      }
    }
  }

  /** The cluster behind one, or {@link #END}. */
  int next(int cluster) throws IOException {
    int value = entry(cluster);
    int end =
        switch (layout.kind()) {
          case 12 -> 0xFF8;
          case 16 -> 0xFFF8;
          default -> 0x0FFF_FFF8;
        };
    if (value >= end) {
      return END;
    }
    if (!layout.isData(value)) {
      throw new CorruptVolumeException("a chain of clusters leads nowhere");
    }
    return value;
  }

  /** Takes a free cluster, puts it behind another (or 0); returns it, or 0 if there is none. */
  int append(int after) throws IOException {
    int count = layout.clusters();
    for (int i = 0; i < count; i++) {
      int cluster = hint;
      hint = hint + 1 < count + 2 ? hint + 1 : 2;
      if (entry(cluster) == FREE) {
        set(cluster, -1);
        count(-1);
        if (after != 0) {
          set(after, cluster);
        }
        return cluster;
      }
    }
    return 0;
  }

  // The count kept on the volume, unless it is unknown.
  private void count(int change) throws IOException {
    if (layout.info() != 0) {
      int free = cache.u32(layout.info());
      if (free != -1) {
        cache.u32(layout.info(), free + change);
      }
    }
  }

  /** Makes a cluster the last of its chain. */
  void end(int cluster) throws IOException {
    set(cluster, -1);
  }

  /** Frees a chain. */
  void free(int first) throws IOException {
    int cluster = first;
    for (int i = 0; i < layout.clusters() && layout.isData(cluster); i++) {
      int next = entry(cluster);
      set(cluster, FREE);
      count(1);
      cluster = next;
    }
  }

  /** Free clusters. */
  int countFree() throws IOException {
    int free = 0;
    for (int i = 2; i < layout.clusters() + 2; i++) {
      if (entry(i) == FREE) {
        free++;
      }
    }
    return free;
  }
}
