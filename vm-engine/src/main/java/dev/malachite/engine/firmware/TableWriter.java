// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes little-endian tables field by field, growing as needed. */
final class TableWriter {
  private ByteBuffer buffer = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);

  private void room(int bytes) {
    if (buffer.remaining() < bytes) {
      ByteBuffer larger =
          ByteBuffer.allocate(2 * buffer.capacity() + bytes).order(ByteOrder.LITTLE_ENDIAN);
      larger.put(buffer.flip());
      buffer = larger;
    }
  }

  TableWriter u8(int value) {
    room(1);
    buffer.put((byte) value);
    return this;
  }

  TableWriter u16(int value) {
    room(2);
    buffer.putShort((short) value);
    return this;
  }

  TableWriter u32(long value) {
    room(4);
    buffer.putInt((int) value);
    return this;
  }

  TableWriter u64(long value) {
    room(8);
    buffer.putLong(value);
    return this;
  }

  TableWriter bytes(byte[] value) {
    room(value.length);
    buffer.put(value);
    return this;
  }

  TableWriter zeros(int count) {
    return bytes(new byte[count]);
  }

  /** Text of a fixed width, filled up with spaces. */
  TableWriter text(String value, int width) {
    byte[] all = new byte[width];
    Arrays.fill(all, (byte) ' ');
    byte[] ascii = value.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(ascii, 0, all, 0, Math.min(width, ascii.length));
    return bytes(all);
  }

  int size() {
    return buffer.position();
  }

  byte[] toBytes() {
    return Arrays.copyOf(buffer.array(), buffer.position());
  }
}
