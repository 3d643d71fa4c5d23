// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes little-endian tables field by field, growing as needed. */
public final class TableWriter {
  private ByteBuffer buffer = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);

  /** Nothing written yet. */
  public TableWriter() {}

  private void room(int bytes) {
    if (buffer.remaining() < bytes) {
      ByteBuffer larger =
          ByteBuffer.allocate(2 * buffer.capacity() + bytes).order(ByteOrder.LITTLE_ENDIAN);
      larger.put(buffer.flip());
      buffer = larger;
    }
  }

  /** Writes one byte. */
  public TableWriter u8(int value) {
    room(1);
    buffer.put((byte) value);
    return this;
  }

  /** Writes two bytes. */
  public TableWriter u16(int value) {
    room(2);
    buffer.putShort((short) value);
    return this;
  }

  /** Writes four bytes. */
  public TableWriter u32(long value) {
    room(4);
    buffer.putInt((int) value);
    return this;
  }

  /** Writes eight bytes. */
  public TableWriter u64(long value) {
    room(8);
    buffer.putLong(value);
    return this;
  }

  /** Writes bytes. */
  public TableWriter bytes(byte[] value) {
    room(value.length);
    buffer.put(value);
    return this;
  }

  /** Writes zeroes. */
  public TableWriter zeros(int count) {
    return bytes(new byte[count]);
  }

  /** Text of a fixed width, filled up with spaces. */
  public TableWriter text(String value, int width) {
    byte[] all = new byte[width];
    Arrays.fill(all, (byte) ' ');
    byte[] ascii = value.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(ascii, 0, all, 0, Math.min(width, ascii.length));
    return bytes(all);
  }

  /** Bytes written so far. */
  public int size() {
    return buffer.position();
  }

  /** What was written. */
  public byte[] toBytes() {
    return Arrays.copyOf(buffer.array(), buffer.position());
  }
}
