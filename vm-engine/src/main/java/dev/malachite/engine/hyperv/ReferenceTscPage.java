// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.time.MachineClock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The page from which the guest computes reference time without an exit (TLFS, Partition Reference
 * TSC Mechanism): time = (TSC * scale >> 64) + offset, while the sequence number is neither 0 nor
 * about to change.
 *
 * <table>
 *   <caption>Layout</caption>
 *   <tr><th>offset</th><th>size</th><th>field</th></tr>
 *   <tr><td>0</td><td>4</td><td>sequence; 0: don't use the page</td></tr>
 *   <tr><td>8</td><td>8</td><td>scale</td></tr>
 *   <tr><td>16</td><td>8</td><td>offset, in units of 100 ns</td></tr>
 * </table>
 */
final class ReferenceTscPage {
  private static final int SEQUENCE = 0;
  private static final int SCALE = 8;
  private static final int OFFSET = 16;

  /**
   * 10^7 / TSC frequency in units of 2^-64, rounded up: with the clock's frequency the product then
   * is exactly what {@link MachineClock#referenceTime} says, for more than seven years.
   */
  static final long SCALE_VALUE =
      Long.divideUnsigned(-1L, MachineClock.TSC_FREQUENCY / 10_000_000) + 1;

  private static final VarHandle INT =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
  private static final VarHandle LONG =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

  private final OverlayPage page;
  private int sequence;

  ReferenceTscPage(GuestMemory memory) {
    page = new OverlayPage(memory);
  }

  synchronized long register() {
    return page.register();
  }

  synchronized boolean write(long value) {
    if (!page.write(value)) {
      return false;
    }
    MemorySegment segment = page.segment();
    if (segment != null) {
      sequence = sequence >= Integer.MAX_VALUE ? 1 : sequence + 1;
      INT.setVolatile(segment, (long) SEQUENCE, 0);
      LONG.setVolatile(segment, (long) SCALE, SCALE_VALUE);
      LONG.setVolatile(segment, (long) OFFSET, 0L);
      INT.setVolatile(segment, (long) SEQUENCE, sequence);
      page.written(0, GuestMemory.PAGE_SIZE);
    }
    return true;
  }

  synchronized void reset() {
    page.reset();
  }

  synchronized void transfer(StateTransfer s) throws StateException {
    page.transfer(s);
    sequence = s.int32(sequence);
  }
}
