// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import dev.malachite.engine.memory.GuestMemory;
import java.util.Objects;

/**
 * A guest physical address descriptor list: pages the guest shares with a channel under a number,
 * seen as one run of bytes. Immutable.
 */
public final class Gpadl {
  private final int id;
  private final int relid;
  private final int rangeCount;
  private final boolean wholePages;
  private final long[] frames;
  private final GuestRanges ranges;
  private final byte[] description;

  Gpadl(
      int id,
      int relid,
      int rangeCount,
      boolean wholePages,
      long[] frames,
      GuestRanges ranges,
      byte[] description) {
    this.id = id;
    this.relid = relid;
    this.rangeCount = rangeCount;
    this.wholePages = wholePages;
    this.frames = frames;
    this.ranges = ranges;
    this.description = description;
  }

  /** The guest's number for it. */
  public int id() {
    return id;
  }

  /** The channel it was made for. */
  public int relid() {
    return relid;
  }

  /** How many ranges the guest gave. */
  public int rangeCount() {
    return rangeCount;
  }

  /** The ranges as the guest gave them. */
  byte[] description() {
    return description.clone();
  }

  /** Bytes in all ranges. */
  public long length() {
    return ranges.length();
  }

  /** Pages in all ranges. */
  public int pageCount() {
    return frames.length;
  }

  /** True if it is one range of whole pages, as ring buffers need. */
  public boolean isWholePages() {
    return wholePages;
  }

  /** The page frame number of page {@code index}. */
  public long frame(int index) {
    return frames[Objects.checkIndex(index, frames.length)];
  }

  /**
   * Copies guest memory out.
   *
   * @throws IndexOutOfBoundsException if the bytes aren't inside the list
   */
  public void read(long from, byte[] target, int targetOffset, int length) {
    ranges.read(from, target, targetOffset, length);
  }

  /**
   * Copies into guest memory and tells the processors.
   *
   * @throws IndexOutOfBoundsException if the bytes aren't inside the list
   */
  public void write(long to, byte[] source, int sourceOffset, int length) {
    ranges.write(to, source, sourceOffset, length);
  }

  /**
   * Appends bytes of this list to a scatter list.
   *
   * @return false if the bytes aren't inside the list; nothing was appended then
   */
  public boolean addTo(GuestRanges target, long from, long length) {
    if (!wholePages || from < 0 || length < 0 || from > length() - length) {
      return false;
    }
    long position = from;
    long left = length;
    while (left > 0) {
      int inPage = (int) (position % GuestMemory.PAGE_SIZE);
      int part = (int) Math.min(GuestMemory.PAGE_SIZE - inPage, left);
      long frame = frames[(int) (position / GuestMemory.PAGE_SIZE)];
      if (!target.addWithinPage(frame * GuestMemory.PAGE_SIZE + inPage, part)) {
        throw new IllegalStateException("memory behind a GPADL has gone");
      }
      position += part;
      left -= part;
    }
    return true;
  }
}
