// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.UUID;

/** Reads and writes the little-endian fields of on-disk structures, at any alignment. */
public final class LittleEndian {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {}

  /** Reads an unsigned 16-bit field. */
  public static int getShort(MemorySegment segment, long offset) {
    return Short.toUnsignedInt(segment.get(SHORT, offset));
  }

  /** Reads a 32-bit field. */
  public static int getInt(MemorySegment segment, long offset) {
    return segment.get(INT, offset);
  }

  /** Reads an unsigned 32-bit field. */
  public static long getUnsignedInt(MemorySegment segment, long offset) {
    return Integer.toUnsignedLong(segment.get(INT, offset));
  }

  /** Reads a 64-bit field. */
  public static long getLong(MemorySegment segment, long offset) {
    return segment.get(LONG, offset);
  }

  /** Reads a GUID in Microsoft's mixed-endian binary form. */
  public static UUID getGuid(MemorySegment segment, long offset) {
    long data1 = Integer.toUnsignedLong(segment.get(INT, offset));
    long data2 = Short.toUnsignedLong(segment.get(SHORT, offset + 4));
    long data3 = Short.toUnsignedLong(segment.get(SHORT, offset + 6));
    long data4 = Long.reverseBytes(segment.get(LONG, offset + 8));
    return new UUID(data1 << 32 | data2 << 16 | data3, data4);
  }

  /** Writes a 16-bit field. */
  public static void putShort(MemorySegment segment, long offset, int value) {
    segment.set(SHORT, offset, (short) value);
  }

  /** Writes a 32-bit field. */
  public static void putInt(MemorySegment segment, long offset, int value) {
    segment.set(INT, offset, value);
  }

  /** Writes a 64-bit field. */
  public static void putLong(MemorySegment segment, long offset, long value) {
    segment.set(LONG, offset, value);
  }

  /** Writes a GUID in Microsoft's mixed-endian binary form. */
  public static void putGuid(MemorySegment segment, long offset, UUID guid) {
    long high = guid.getMostSignificantBits();
    segment.set(INT, offset, (int) (high >>> 32));
    segment.set(SHORT, offset + 4, (short) (high >>> 16));
    segment.set(SHORT, offset + 6, (short) high);
    segment.set(LONG, offset + 8, Long.reverseBytes(guid.getLeastSignificantBits()));
  }
}
