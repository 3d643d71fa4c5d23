// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The page of channel bits that guests before version 2.4 share: the first half for signals to the
 * guest, the second for signals to the host. Any thread.
 */
final class InterruptPage {
  /** The connection on which such a guest signals that it has set bits. */
  static final int CONNECTION = 2;

  private static final int TO_HOST = GuestMemory.PAGE_SIZE / 2;
  private static final VarHandle LONG =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

  private record Place(long gpa, MemorySegment segment, long offset) {}

  private volatile @Nullable Place place;

  /** Sets the page; false if there is no memory. */
  boolean locate(GuestRegions regions, long gpa) {
    GuestMemory.Region region = regions.find(gpa);
    if (region == null || gpa % GuestMemory.PAGE_SIZE != 0) {
      return false;
    }
    place = new Place(gpa, region.segment(), gpa - region.gpa());
    return true;
  }

  void clear() {
    place = null;
  }

  /** Sets a channel's bit for the guest. */
  void set(int relid) {
    Place current = place;
    if (current != null) {
      // What was there is of no interest, but keeps the call exact.
      long _ =
          (long)
              LONG.getAndBitwiseOr(
                  current.segment, current.offset + relid / 64 * 8L, 1L << (relid & 63));
    }
  }

  /** Takes the bits the guest has set. */
  void take(IntConsumer signal) {
    Place current = place;
    if (current == null) {
      return;
    }
    for (int word = 0; word < Vmbus.MAX_CHANNELS / 64; word++) {
      long offset = current.offset + TO_HOST + word * 8L;
      if ((long) LONG.getAcquire(current.segment, offset) == 0) {
        continue;
      }
      long bits = (long) LONG.getAndSet(current.segment, offset, 0L);
      while (bits != 0) {
        int bit = Long.numberOfTrailingZeros(bits);
        bits &= bits - 1;
        signal.accept(word * 64 + bit);
      }
    }
  }

  void transfer(StateTransfer s, GuestRegions regions) throws StateException {
    Place current = place;
    boolean located = s.flag(current != null);
    long gpa = s.int64(current == null ? 0 : current.gpa);
    if (s.loading()) {
      clear();
      if (located && !locate(regions, gpa)) {
        throw s.impossible("an interrupt page where there is no memory");
      }
    }
  }
}
