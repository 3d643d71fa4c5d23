// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.memory;

import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.Status;
import java.util.ArrayList;
import java.util.List;

/**
 * Which pages of the machine's memory are used for what, in rising order without overlaps.
 *
 * <p>Bounded: a guest that splits it into too many ranges gets no more pages.
 */
public final class PageMap {
  /** Bytes in a page. */
  public static final long PAGE = 4096;

  private static final int MAX_RANGES = 4096;
  private static final long FOUR_GIB = 1L << 32;

  /**
   * Pages of one type.
   *
   * @param start first address
   * @param end the address behind
   * @param type one of {@link MemoryType}
   */
  public record Range(long start, long end, int type) {
    /** Attributes as the memory map shows them. */
    public long attributes() {
      return MemoryType.attributes(type);
    }
  }

  private List<Range> ranges = new ArrayList<>();
  private long key = 1;

  /** A map without memory. */
  public PageMap() {}

  /** Adds memory that is there from the start. */
  public void add(long start, long length, int type) {
    ranges.add(new Range(start, start + length, type));
    ranges.sort((a, b) -> Long.compareUnsigned(a.start, b.start));
  }

  /** The ranges. */
  public List<Range> ranges() {
    return List.copyOf(ranges);
  }

  /** Changes with every change of the map. */
  public long key() {
    return key;
  }

  /**
   * Allocates pages at the highest free place, below 4 GiB if there is one: loaders of old trust in
   * that.
   *
   * @param limit the last address that may be used
   * @return the first address
   */
  public long allocate(long pages, int type, long limit) {
    check(pages, type);
    long place = highest(pages, Long.compareUnsigned(limit, FOUR_GIB) < 0 ? limit : FOUR_GIB - 1);
    if (place < 0 && Long.compareUnsigned(limit, FOUR_GIB) >= 0) {
      place = highest(pages, limit);
    }
    if (place < 0) {
      throw new EfiException(Status.OUT_OF_RESOURCES);
    }
    convert(place, place + pages * PAGE, type);
    return place;
  }

  // The first page is never given out: its address is null to programs.
  private long highest(long pages, long limit) {
    long bytes = pages * PAGE;
    for (int i = ranges.size() - 1; i >= 0; i--) {
      Range r = ranges.get(i);
      long end = Long.compareUnsigned(r.end - 1, limit) <= 0 ? r.end : limit + 1 & -PAGE;
      if (r.type == MemoryType.CONVENTIONAL && end - Math.max(r.start, PAGE) >= bytes) {
        return end - bytes;
      }
    }
    return -1;
  }

  /** Allocates pages at an address. */
  public void allocateAt(long start, long pages, int type) {
    check(pages, type);
    EfiException.require(start >= 0 && start % PAGE == 0);
    long end = start + pages * PAGE;
    for (Range r : ranges) {
      if (r.start <= start && end <= r.end && r.type == MemoryType.CONVENTIONAL) {
        convert(start, end, type);
        return;
      }
    }
    throw new EfiException(Status.NOT_FOUND);
  }

  private void check(long pages, int type) {
    EfiException.require(MemoryType.allocatable(type));
    if (pages <= 0 || pages > 1L << 36 || ranges.size() > MAX_RANGES) {
      throw new EfiException(pages == 0 ? Status.INVALID_PARAMETER : Status.OUT_OF_RESOURCES);
    }
  }

  /** Frees allocated pages. */
  public void free(long start, long pages) {
    EfiException.require(start >= 0 && start % PAGE == 0 && pages > 0 && pages <= 1L << 36);
    long end = start + pages * PAGE;
    long covered = 0;
    for (Range r : ranges) {
      long from = Math.max(start, r.start);
      long to = Math.min(end, r.end);
      if (from < to) {
        if (r.type == MemoryType.CONVENTIONAL || r.type == MemoryType.MMIO) {
          throw new EfiException(Status.NOT_FOUND);
        }
        covered += to - from;
      }
    }
    if (covered != end - start || ranges.size() > MAX_RANGES + 64) {
      throw new EfiException(Status.NOT_FOUND);
    }
    convert(start, end, MemoryType.CONVENTIONAL);
  }

  private void convert(long start, long end, int type) {
    List<Range> next = new ArrayList<>(ranges.size() + 2);
    boolean placed = false;
    for (Range r : ranges) {
      if (r.end <= start || r.start >= end) {
        if (!placed && r.start >= end) {
          append(next, new Range(start, end, type));
          placed = true;
        }
        append(next, r);
        continue;
      }
      if (r.start < start) {
        append(next, new Range(r.start, start, r.type));
      }
      if (!placed) {
        append(next, new Range(start, end, type));
        placed = true;
      }
      if (r.end > end) {
        append(next, new Range(end, r.end, r.type));
      }
    }
    if (!placed) {
      append(next, new Range(start, end, type));
    }
    ranges = next;
    key++;
  }

  private static void append(List<Range> list, Range range) {
    if (!list.isEmpty()) {
      Range last = list.getLast();
      if (last.end == range.start && last.type == range.type) {
        list.set(list.size() - 1, new Range(last.start, range.end, range.type));
        return;
      }
    }
    list.add(range);
  }
}
