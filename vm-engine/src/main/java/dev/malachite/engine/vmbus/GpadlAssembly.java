// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import dev.malachite.engine.memory.GuestMemory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A GPADL whose header has come and whose bodies are still coming.
 *
 * <p>The bytes are kept as they come and parsed once all are there. A range is its length and first
 * byte's offset (4 bytes each) and a page frame number (8 bytes) for each page it touches.
 */
final class GpadlAssembly {
  private final int id;
  private final int relid;
  private final int rangeCount;
  private final byte[] data;
  private int filled;

  GpadlAssembly(int id, int relid, int rangeCount, int rangeBytes) {
    this.id = id;
    this.relid = relid;
    this.rangeCount = rangeCount;
    data = new byte[rangeBytes];
  }

  int id() {
    return id;
  }

  int rangeCount() {
    return rangeCount;
  }

  /** What has come so far. */
  byte[] received() {
    return Arrays.copyOf(data, filled);
  }

  int announced() {
    return data.length;
  }

  int relid() {
    return relid;
  }

  /** The most pages these ranges can have. */
  int maximumPages() {
    return data.length / 8;
  }

  /** Takes what one message carries; bytes beyond the announced size are padding. */
  void append(byte[] message, int offset, int end) {
    int part = Math.min(end - offset, data.length - filled);
    System.arraycopy(message, offset, data, filled, part);
    filled += part;
  }

  boolean isComplete() {
    return filled == data.length;
  }

  /** The list, or null if the ranges are out of order or name pages without memory. */
  @Nullable Gpadl build(GuestRegions regions) {
    if (rangeCount == 0 || data.length % 8 != 0) {
      return null;
    }
    GuestRanges ranges = new GuestRanges(regions);
    long[] frames = new long[data.length / 8];
    int pages = 0;
    int position = 0;
    boolean wholePages = rangeCount == 1;
    for (int i = 0; i < rangeCount; i++) {
      if (data.length - position < 8) {
        return null;
      }
      long byteCount = LittleEndian.getInt(data, position) & 0xFFFFFFFFL;
      long byteOffset = LittleEndian.getInt(data, position + 4) & 0xFFFFFFFFL;
      position += 8;
      if (byteCount == 0 || byteOffset >= GuestMemory.PAGE_SIZE) {
        return null;
      }
      wholePages &= byteOffset == 0 && byteCount % GuestMemory.PAGE_SIZE == 0;
      long needed = (byteOffset + byteCount + GuestMemory.PAGE_SIZE - 1) / GuestMemory.PAGE_SIZE;
      if (needed > (data.length - position) / 8) {
        return null;
      }
      long left = byteCount;
      long inPage = byteOffset;
      for (long page = 0; page < needed; page++) {
        long frame = LittleEndian.getLong(data, position);
        position += 8;
        if (frame < 0 || frame >= 1L << 51) {
          return null;
        }
        int part = (int) Math.min(GuestMemory.PAGE_SIZE - inPage, left);
        if (!ranges.addWithinPage(frame * GuestMemory.PAGE_SIZE + inPage, part)) {
          return null;
        }
        frames[pages++] = frame;
        left -= part;
        inPage = 0;
      }
    }
    return new Gpadl(id, relid, rangeCount, wholePages, Arrays.copyOf(frames, pages), ranges, data);
  }
}
