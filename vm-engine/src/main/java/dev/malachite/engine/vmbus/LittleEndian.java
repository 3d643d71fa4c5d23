// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.UUID;

/** Reads and writes little-endian fields of byte arrays, unaligned. */
public final class LittleEndian {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {}

  /** Two bytes, zero-extended. */
  public static int getShort(byte[] bytes, int offset) {
    return (short) SHORT.get(bytes, offset) & 0xFFFF;
  }

  /** Four bytes. */
  public static int getInt(byte[] bytes, int offset) {
    return (int) INT.get(bytes, offset);
  }

  /** Eight bytes. */
  public static long getLong(byte[] bytes, int offset) {
    return (long) LONG.get(bytes, offset);
  }

  /** Writes the low two bytes of {@code value}. */
  public static void putShort(byte[] bytes, int offset, int value) {
    SHORT.set(bytes, offset, (short) value);
  }

  /** Writes four bytes. */
  public static void putInt(byte[] bytes, int offset, int value) {
    INT.set(bytes, offset, value);
  }

  /** Writes eight bytes. */
  public static void putLong(byte[] bytes, int offset, long value) {
    LONG.set(bytes, offset, value);
  }

  /** Writes a GUID as Windows lays it out: the first three fields little-endian, the rest not. */
  public static void putGuid(byte[] bytes, int offset, UUID guid) {
    long high = guid.getMostSignificantBits();
    putInt(bytes, offset, (int) (high >>> 32));
    putShort(bytes, offset + 4, (int) (high >>> 16));
    putShort(bytes, offset + 6, (int) high);
    putLong(bytes, offset + 8, Long.reverseBytes(guid.getLeastSignificantBits()));
  }

  /** Reads a GUID as Windows lays it out. */
  public static UUID getGuid(byte[] bytes, int offset) {
    long high =
        (getInt(bytes, offset) & 0xFFFFFFFFL) << 32
            | (long) getShort(bytes, offset + 4) << 16
            | getShort(bytes, offset + 6);
    return new UUID(high, Long.reverseBytes(getLong(bytes, offset + 8)));
  }
}
