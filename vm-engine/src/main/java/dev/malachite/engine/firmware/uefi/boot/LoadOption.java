// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.boot;

import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.GuestSpace;
import dev.malachite.engine.firmware.uefi.path.DevicePath;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A load option (UEFI 2.10, section 3.1.3).
 *
 * @param attributes bit 0: active, bit 3: hidden
 * @param description for people
 * @param path the program
 * @param data its load options
 */
@SuppressWarnings("ArrayRecordComponent")
public record LoadOption(int attributes, String description, DevicePath path, byte[] data) {
  /** The option may be started without being asked for. */
  public static final int ACTIVE = 1;

  /** Parses an option; null if it makes no sense. */
  public static @Nullable LoadOption parse(byte[] bytes) {
    if (bytes.length < 8) {
      return null;
    }
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int pathLength = b.getShort(4) & 0xFFFF;
    int at = 6;
    StringBuilder description = new StringBuilder();
    while (at + 2 <= bytes.length && b.getShort(at) != 0) {
      description.append((char) b.getShort(at));
      at += 2;
    }
    at += 2;
    if (at + pathLength > bytes.length) {
      return null;
    }
    try {
      DevicePath path = DevicePath.parse(Arrays.copyOfRange(bytes, at, at + pathLength));
      byte[] data = Arrays.copyOfRange(bytes, at + pathLength, bytes.length);
      return new LoadOption(b.getInt(0), description.toString(), path, data);
    } catch (EfiException e) {
      return null;
    }
  }

  /** The option's bytes. */
  public byte[] toBytes() {
    byte[] text = GuestSpace.string(description);
    byte[] nodes = path.toBytes();
    return ByteBuffer.allocate(6 + text.length + nodes.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(attributes)
        .putShort((short) nodes.length)
        .put(text)
        .put(nodes)
        .put(data)
        .array();
  }
}
