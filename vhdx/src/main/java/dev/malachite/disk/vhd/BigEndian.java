// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.UUID;

/** Reads and writes the big-endian fields of VHD structures, at any alignment. */
final class BigEndian {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private BigEndian() {}

  static int getByte(MemorySegment segment, long offset) {
    return Byte.toUnsignedInt(segment.get(ValueLayout.JAVA_BYTE, offset));
  }

  static int getShort(MemorySegment segment, long offset) {
    return Short.toUnsignedInt(segment.get(SHORT, offset));
  }

  static int getInt(MemorySegment segment, long offset) {
    return segment.get(INT, offset);
  }

  static long getLong(MemorySegment segment, long offset) {
    return segment.get(LONG, offset);
  }

  static UUID getId(MemorySegment segment, long offset) {
    return new UUID(segment.get(LONG, offset), segment.get(LONG, offset + Long.BYTES));
  }

  static void putByte(MemorySegment segment, long offset, int value) {
    segment.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
  }

  static void putShort(MemorySegment segment, long offset, int value) {
    segment.set(SHORT, offset, (short) value);
  }

  static void putInt(MemorySegment segment, long offset, int value) {
    segment.set(INT, offset, value);
  }

  static void putLong(MemorySegment segment, long offset, long value) {
    segment.set(LONG, offset, value);
  }

  static void putId(MemorySegment segment, long offset, UUID id) {
    segment.set(LONG, offset, id.getMostSignificantBits());
    segment.set(LONG, offset + Long.BYTES, id.getLeastSignificantBits());
  }

  /** The specification's checksum: the complement of the sum of all bytes but the field's own. */
  static int checksum(MemorySegment structure, long field) {
    int sum = 0;
    for (long i = 0; i < structure.byteSize(); i++) {
      if (i < field || i >= field + Integer.BYTES) {
        sum += getByte(structure, i);
      }
    }
    return ~sum;
  }
}
