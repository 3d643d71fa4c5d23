// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;

/**
 * A reusable list of memory ranges that one disk transfer fills or drains in order.
 *
 * <p>Ranges are given as a long-lived segment with offset and length, so that callers need not
 * slice: adding allocates nothing once the list has grown to its working size. Not thread-safe.
 */
public final class ScatterList {
  private static final int INITIAL_CAPACITY = 16;

  private MemorySegment[] segments = new MemorySegment[INITIAL_CAPACITY];
  private long[] offsets = new long[INITIAL_CAPACITY];
  private long[] lengths = new long[INITIAL_CAPACITY];
  private int count;
  private long total;

  /** Makes an empty list. */
  public ScatterList() {}

  /** Forgets all ranges. */
  public void clear() {
    Arrays.fill(segments, 0, count, null);
    count = 0;
    total = 0;
  }

  /**
   * Appends a range of a segment; adjacent ranges of one segment become one.
   *
   * @param segment off-heap memory that any thread may access
   * @param offset first byte within the segment
   * @param length number of bytes; 0 adds nothing
   * @throws IndexOutOfBoundsException if the range isn't inside the segment
   * @throws IllegalArgumentException if the segment is on the heap
   */
  public void add(MemorySegment segment, long offset, long length) {
    Objects.checkFromIndexSize(offset, length, segment.byteSize());
    if (!segment.isNative()) {
      throw new IllegalArgumentException("disk transfers need off-heap memory");
    }
    if (length == 0) {
      return;
    }
    long newTotal = Math.addExact(total, length);
    int last = count - 1;
    if (last >= 0 && segments[last].equals(segment) && offsets[last] + lengths[last] == offset) {
      lengths[last] += length;
    } else {
      if (count == segments.length) {
        segments = Arrays.copyOf(segments, count * 2);
        offsets = Arrays.copyOf(offsets, count * 2);
        lengths = Arrays.copyOf(lengths, count * 2);
      }
      segments[count] = segment;
      offsets[count] = offset;
      lengths[count] = length;
      count++;
    }
    total = newTotal;
  }

  /** Number of ranges. */
  public int count() {
    return count;
  }

  /** Sum of the ranges' lengths in bytes. */
  public long length() {
    return total;
  }

  /** The segment of range {@code index}. */
  public MemorySegment segment(int index) {
    return segments[Objects.checkIndex(index, count)];
  }

  /** The first byte of range {@code index} within its segment. */
  public long offset(int index) {
    return offsets[Objects.checkIndex(index, count)];
  }

  /** The length in bytes of range {@code index}. */
  public long length(int index) {
    return lengths[Objects.checkIndex(index, count)];
  }

  /**
   * Sets bytes to zero.
   *
   * @param from first byte, counted through the list
   * @param length number of bytes
   */
  public void zero(long from, long length) {
    Objects.checkFromIndexSize(from, length, total);
    long skip = from;
    long left = length;
    for (int i = 0; left > 0; i++) {
      long size = lengths[i];
      if (skip >= size) {
        skip -= size;
        continue;
      }
      long part = Math.min(size - skip, left);
      segments[i].asSlice(offsets[i] + skip, part).fill((byte) 0);
      left -= part;
      skip = 0;
    }
  }

  /**
   * Copies bytes of this list to a segment.
   *
   * @param from first byte, counted through the list
   * @param target where to
   * @param targetOffset first byte within the target
   * @param length number of bytes
   */
  public void copyTo(long from, MemorySegment target, long targetOffset, long length) {
    Objects.checkFromIndexSize(from, length, total);
    long skip = from;
    long done = 0;
    for (int i = 0; done < length; i++) {
      long size = lengths[i];
      if (skip >= size) {
        skip -= size;
        continue;
      }
      long part = Math.min(size - skip, length - done);
      MemorySegment.copy(segments[i], offsets[i] + skip, target, targetOffset + done, part);
      done += part;
      skip = 0;
    }
  }

  /**
   * Copies bytes of a segment into this list.
   *
   * @param to first byte, counted through the list
   * @param source where from
   * @param sourceOffset first byte within the source
   * @param length number of bytes
   */
  public void copyFrom(long to, MemorySegment source, long sourceOffset, long length) {
    Objects.checkFromIndexSize(to, length, total);
    long skip = to;
    long done = 0;
    for (int i = 0; done < length; i++) {
      long size = lengths[i];
      if (skip >= size) {
        skip -= size;
        continue;
      }
      long part = Math.min(size - skip, length - done);
      MemorySegment.copy(source, sourceOffset + done, segments[i], offsets[i] + skip, part);
      done += part;
      skip = 0;
    }
  }

  /**
   * Appends a part of another list.
   *
   * @param other the list
   * @param from first byte, counted through the other list
   * @param length number of bytes
   */
  public void addAll(ScatterList other, long from, long length) {
    Objects.checkFromIndexSize(from, length, other.total);
    long skip = from;
    long left = length;
    for (int i = 0; left > 0; i++) {
      long size = other.lengths[i];
      if (skip >= size) {
        skip -= size;
        continue;
      }
      long part = Math.min(size - skip, left);
      add(other.segments[i], other.offsets[i] + skip, part);
      left -= part;
      skip = 0;
    }
  }
}
