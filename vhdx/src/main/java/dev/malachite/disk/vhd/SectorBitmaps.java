// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

import dev.malachite.disk.io.HostFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which sectors of the blocks hold data of their own: the sector bitmaps in front of each block's
 * data.
 *
 * <p>Blocks whose bitmap is known to be full, which are all that this program makes in disks
 * without a parent, cost a bit each and no lock. Of other bitmaps a bounded number is kept, and
 * those changed since the last commit.
 */
final class SectorBitmaps {
  /** Bytes of clean bitmaps kept. */
  private static final int CACHE_BYTES = 4 << 20;

  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

  private final HostFile file;
  private final int sectors;
  private final int bytes;
  private final int maxCached;
  private final long[] full;
  private final Map<Integer, byte[]> cached = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<Integer, byte[]> dirty = new LinkedHashMap<>();
  private final MemorySegment buffer;

  SectorBitmaps(HostFile file, VhdHeader header, int blocks, Arena arena) {
    this.file = file;
    this.sectors = header.blockSize() / VhdImage.SECTOR;
    this.bytes = header.bitmapSize();
    this.maxCached = Math.max(16, CACHE_BYTES / bytes);
    this.full = new long[(blocks >>> 6) + 1];
    this.buffer = arena.allocate(bytes, 8);
  }

  /** Whether it is known that all sectors of a block hold data. */
  boolean isKnownFull(int block) {
    return ((long) WORD.getAcquire(full, block >>> 6) & 1L << block) != 0;
  }

  /** Notes that all sectors of a block hold data. */
  void markFull(int block) {
    WORD.getAndBitwiseOr(full, block >>> 6, 1L << block);
  }

  /** Notes a new block without data; its bitmap in the file is all zero. */
  synchronized void addEmpty(int block) {
    remember(block, new byte[bytes]);
  }

  /**
   * How many sectors from one on are in the same state.
   *
   * @param block the block
   * @param place where its bitmap is in the file
   * @param from the first sector
   * @param to the sector to stop at
   * @return the number of sectors; negative if they hold no data
   */
  synchronized int run(int block, long place, int from, int to) throws IOException {
    byte[] bitmap = load(block, place);
    boolean present = isSet(bitmap, from);
    int end = from + 1;
    while (end < to) {
      if ((end & 7) == 0 && end + 8 <= to && bitmap[end >>> 3] == (present ? -1 : 0)) {
        end += 8;
      } else if (isSet(bitmap, end) == present) {
        end++;
      } else {
        break;
      }
    }
    return present ? end - from : from - end;
  }

  /** Notes that sectors of a block hold data; which is told to the file by the next commit. */
  synchronized void set(int block, long place, int from, int to) throws IOException {
    byte[] bitmap = load(block, place);
    boolean changed = false;
    for (int i = from; i < to; i++) {
      if (!isSet(bitmap, i)) {
        bitmap[i >>> 3] |= (byte) (0x80 >>> (i & 7));
        changed = true;
      }
    }
    if (changed) {
      cached.remove(block);
      dirty.put(block, bitmap);
    }
  }

  /** Copies the bitmaps changed since the last commit; they count as unchanged from now on. */
  synchronized Map<Integer, byte[]> takeDirty() {
    Map<Integer, byte[]> taken = new LinkedHashMap<>();
    dirty.forEach(
        (block, bitmap) -> {
          taken.put(block, bitmap.clone());
          remember(block, bitmap);
        });
    dirty.clear();
    return taken;
  }

  /** Notes that bitmaps are in the file, so that full ones need no looking up. */
  void written(Map<Integer, byte[]> bitmaps) {
    bitmaps.forEach(
        (block, bitmap) -> {
          if (isFull(bitmap)) {
            markFull(block);
          }
        });
  }

  private byte[] load(int block, long place) throws IOException {
    byte[] known = dirty.get(block);
    if (known == null) {
      known = cached.get(block);
    }
    if (known != null) {
      return known;
    }
    file.readFully(place, buffer);
    byte[] bitmap = new byte[bytes];
    MemorySegment.copy(buffer, 0, MemorySegment.ofArray(bitmap), 0, bytes);
    if (isFull(bitmap)) {
      markFull(block);
    }
    remember(block, bitmap);
    return bitmap;
  }

  private void remember(int block, byte[] bitmap) {
    cached.put(block, bitmap);
    if (cached.size() > maxCached) {
      Iterator<Integer> oldest = cached.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  private boolean isFull(byte[] bitmap) {
    for (int i = 0; i < sectors; i += 8) {
      if (bitmap[i >>> 3] != -1) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSet(byte[] bitmap, int sector) {
    return (bitmap[sector >>> 3] & 0x80 >>> (sector & 7)) != 0;
  }
}
