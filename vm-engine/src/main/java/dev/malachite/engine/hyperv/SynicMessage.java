// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A message slot in a SynIC message page (TLFS, SynIC Message Format): 256 bytes per SINT.
 *
 * <table>
 *   <caption>Layout</caption>
 *   <tr><th>offset</th><th>size</th><th>field</th></tr>
 *   <tr><td>0</td><td>4</td><td>type; 0 is an empty slot</td></tr>
 *   <tr><td>4</td><td>1</td><td>payload size, 0 to 240</td></tr>
 *   <tr><td>5</td><td>1</td><td>flags; bit 0: more messages wait</td></tr>
 *   <tr><td>8</td><td>8</td><td>sender: the port id</td></tr>
 *   <tr><td>16</td><td>240</td><td>payload</td></tr>
 * </table>
 */
final class SynicMessage {
  static final int SIZE = 256;
  static final int MAX_PAYLOAD = 240;

  /** Types with this bit come from the hypervisor itself. */
  static final int HYPERVISOR_TYPE = 0x8000_0000;

  static final int TYPE_TIMER_EXPIRED = 0x8000_0010;

  private static final int TYPE = 0;
  private static final int SIZE_AND_FLAGS = 4;
  private static final int SENDER = 8;
  private static final int PAYLOAD = 16;
  private static final int PENDING = 1 << 8;

  private static final VarHandle INT =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

  private SynicMessage() {}

  static boolean isFree(MemorySegment page, int sint) {
    return (int) INT.getVolatile(page, (long) sint * SIZE + TYPE) == 0;
  }

  /** Fills a free slot. The type goes last: it is what tells the guest that the rest is there. */
  static void write(
      MemorySegment page,
      int sint,
      int type,
      byte[] payload,
      int offset,
      int length,
      boolean moreWait) {
    long slot = (long) sint * SIZE;
    MemorySegment.copy(payload, offset, page, ValueLayout.JAVA_BYTE, slot + PAYLOAD, length);
    page.set(LONG, slot + SENDER, 0);
    INT.set(page, slot + SIZE_AND_FLAGS, length | (moreWait ? PENDING : 0));
    INT.setVolatile(page, slot + TYPE, type);
  }

  /** Asks the guest to write the end-of-message register when it has emptied the slot. */
  static void markPending(MemorySegment page, int sint) {
    INT.getAndBitwiseOr(page, (long) sint * SIZE + SIZE_AND_FLAGS, PENDING);
  }

  /** Sets an event flag in an event flags page; true if it was clear. */
  static boolean setFlag(MemorySegment page, int sint, int flag) {
    int bit = 1 << flag;
    long offset = (long) sint * SIZE + (flag >> 5) * 4L;
    return ((int) INT.getAndBitwiseOr(page, offset, bit) & bit) == 0;
  }
}
