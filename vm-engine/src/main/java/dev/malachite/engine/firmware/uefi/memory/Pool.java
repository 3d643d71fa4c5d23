// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.memory;

import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.Status;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Allocates pieces of memory smaller than pages; its books are kept outside guest memory.
 *
 * <p>Pieces up to half a page come from pages shared by pieces of their size and type; those pages
 * are kept. Larger pieces have pages of their own.
 */
public final class Pool {
  private static final int SMALLEST = 5;
  private static final int LARGEST = 11;
  private static final int MAX_PIECES = 1 << 18;

  private record Kind(int type, int order) {}

  private record Piece(int type, int order, long pages) {}

  private final PageMap pages;
  private final Map<Kind, Deque<Long>> free = new HashMap<>();
  private final Map<Long, Piece> used = new HashMap<>();

  /** A pool over pages. */
  public Pool(PageMap pages) {
    this.pages = pages;
  }

  /** Allocates at least {@code bytes}, aligned to 16 bytes at least. */
  public long allocate(int type, long bytes) {
    if (used.size() >= MAX_PIECES || bytes < 0 || bytes > 1L << 40) {
      throw new EfiException(Status.OUT_OF_RESOURCES);
    }
    int order = SMALLEST;
    while (order <= LARGEST && 1L << order < bytes) {
      order++;
    }
    if (order > LARGEST) {
      long count = bytes + PageMap.PAGE - 1 >>> 12;
      long address = pages.allocate(count, type, Long.MAX_VALUE);
      used.put(address, new Piece(type, 0, count));
      return address;
    }
    Deque<Long> pieces = free.computeIfAbsent(new Kind(type, order), k -> new ArrayDeque<>());
    if (pieces.isEmpty()) {
      long page = pages.allocate(1, type, Long.MAX_VALUE);
      for (long at = 0; at < PageMap.PAGE; at += 1L << order) {
        pieces.add(page + at);
      }
    }
    long address = pieces.remove();
    used.put(address, new Piece(type, order, 0));
    return address;
  }

  /** Frees a piece. */
  public void free(long address) {
    Piece piece = used.remove(address);
    EfiException.require(piece != null);
    if (piece == null) {
      return;
    }
    if (piece.pages > 0) {
      pages.free(address, piece.pages);
    } else {
      free.computeIfAbsent(new Kind(piece.type, piece.order), k -> new ArrayDeque<>()).add(address);
    }
  }
}
