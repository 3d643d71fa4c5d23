// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.runtime;

import dev.malachite.engine.firmware.uefi.core.Core;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/** Times as UEFI writes them (UEFI 2.10, section 8.3): 16 bytes. */
public final class EfiTime {
  /** Bytes of a time. */
  public static final int BYTES = 16;

  /** A time zone that isn't known. */
  public static final int UNSPECIFIED = 0x7FF;

  private EfiTime() {}

  /** Writes a time; UTC. */
  public static byte[] of(LocalDateTime t) {
    return of(t, 0, 0);
  }

  /** Writes a time with its zone's minutes and daylight flags. */
  public static byte[] of(LocalDateTime t, int zone, int daylight) {
    ByteBuffer b = Core.table(BYTES);
    b.putShort((short) t.getYear()).put((byte) t.getMonthValue()).put((byte) t.getDayOfMonth());
    b.put((byte) t.getHour()).put((byte) t.getMinute()).put((byte) t.getSecond()).put((byte) 0);
    b.putInt(t.getNano()).putShort((short) zone).put((byte) daylight);
    return Core.bytes(b);
  }

  /** Reads a time; null if it is none. */
  public static @Nullable LocalDateTime parse(byte[] bytes) {
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int year = b.getShort(0) & 0xFFFF;
    int zone = b.getShort(12);
    if (year < 1900 || year > 9999 || zone != UNSPECIFIED && (zone < -1440 || zone > 1440)) {
      return null;
    }
    try {
      return LocalDateTime.of(year, b.get(2), b.get(3), b.get(4), b.get(5), b.get(6), b.getInt(8));
    } catch (DateTimeException e) {
      return null;
    }
  }
}
