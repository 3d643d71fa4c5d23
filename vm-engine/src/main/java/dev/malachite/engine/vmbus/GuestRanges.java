// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.malachite.engine.memory.GuestMemory;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A reusable scatter list of guest memory, seen as one run of bytes; nothing is copied.
 *
 * <p>Filling it again allocates nothing once it has grown to its working size. Not thread-safe.
 */
public final class GuestRanges {
  private static final int INITIAL_CAPACITY = 16;

  private final GuestRegions regions;
  private MemorySegment[] segments = new MemorySegment[INITIAL_CAPACITY];
  private long[] offsets = new long[INITIAL_CAPACITY];
  private long[] addresses = new long[INITIAL_CAPACITY];
  private long[] lengths = new long[INITIAL_CAPACITY];
  private int count;
  private long total;
  private GuestMemory.@Nullable Region last;

  GuestRanges(GuestRegions regions) {
    this.regions = regions;
  }

  /** An empty list over a machine's memory. */
  public GuestRanges(GuestMemory memory) {
    this(new GuestRegions(memory));
  }

  /** Forgets all ranges. */
  public void clear() {
    Arrays.fill(segments, 0, count, null);
    count = 0;
    total = 0;
  }

  /**
   * Appends bytes within one page.
   *
   * @param gpa guest physical address of the first byte
   * @param length how many; {@code gpa} and the last byte share a 4 KiB page
   * @return false, and nothing appended, if there is no memory
   */
  public boolean addWithinPage(long gpa, int length) {
    GuestMemory.Region region = last;
    if (region == null || gpa < region.gpa() || gpa >= region.end()) {
      region = regions.find(gpa);
      if (region == null) {
        return false;
      }
      last = region;
    }
    int previous = count - 1;
    if (previous >= 0 && addresses[previous] + lengths[previous] == gpa && gpa != region.gpa()) {
      lengths[previous] += length;
    } else {
      if (count == segments.length) {
        segments = Arrays.copyOf(segments, count * 2);
        offsets = Arrays.copyOf(offsets, count * 2);
        addresses = Arrays.copyOf(addresses, count * 2);
        lengths = Arrays.copyOf(lengths, count * 2);
      }
      segments[count] = region.segment();
      offsets[count] = gpa - region.gpa();
      addresses[count] = gpa;
      lengths[count] = length;
      count++;
    }
    total += length;
    return true;
  }

  /** Number of ranges, adjacent pages counted as one. */
  public int count() {
    return count;
  }

  /** Bytes in all ranges. */
  public long length() {
    return total;
  }

  /** The host memory that has range {@code index}. */
  public MemorySegment segment(int index) {
    return segments[Objects.checkIndex(index, count)];
  }

  /** Where range {@code index} starts in its segment. */
  public long offset(int index) {
    return offsets[Objects.checkIndex(index, count)];
  }

  /** Guest physical address of range {@code index}. */
  public long gpa(int index) {
    return addresses[Objects.checkIndex(index, count)];
  }

  /** Bytes in range {@code index}. */
  public long length(int index) {
    return lengths[Objects.checkIndex(index, count)];
  }

  /**
   * Copies guest memory out.
   *
   * @param from first byte, counted through the list
   * @throws IndexOutOfBoundsException if the list or the array is shorter
   */
  public void read(long from, byte[] target, int targetOffset, int length) {
    Objects.checkFromIndexSize(from, length, total);
    long skip = from;
    int done = 0;
    for (int i = 0; done < length; i++) {
      long size = lengths[i];
      if (skip >= size) {
        skip -= size;
        continue;
      }
      int part = (int) Math.min(size - skip, length - done);
      MemorySegment.copy(
          segments[i], JAVA_BYTE, offsets[i] + skip, target, targetOffset + done, part);
      done += part;
      skip = 0;
    }
  }

  /**
   * Copies into guest memory and tells the processors.
   *
   * @param to first byte, counted through the list
   * @throws IndexOutOfBoundsException if the list or the array is shorter
   */
  public void write(long to, byte[] source, int sourceOffset, int length) {
    Objects.checkFromIndexSize(to, length, total);
    GuestMemory memory = regions.memory();
    long skip = to;
    int done = 0;
    for (int i = 0; done < length; i++) {
      long size = lengths[i];
      if (skip >= size) {
        skip -= size;
        continue;
      }
      int part = (int) Math.min(size - skip, length - done);
      MemorySegment.copy(
          source, sourceOffset + done, segments[i], JAVA_BYTE, offsets[i] + skip, part);
      memory.written(addresses[i] + skip, part);
      done += part;
      skip = 0;
    }
  }

  /** Tells the processors that the first {@code length} bytes were written through the segments. */
  public void written(long length) {
    GuestMemory memory = regions.memory();
    long left = Math.min(length, total);
    for (int i = 0; left > 0; i++) {
      long part = Math.min(lengths[i], left);
      memory.written(addresses[i], part);
      left -= part;
    }
  }
}
