// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.state;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Hands out the values of a section; more than there are is an error, as is what is left over. */
final class SectionReader extends StateTransfer {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final String name;
  private final int version;
  private final byte[] bytes;
  private int position;

  SectionReader(String name, int version, byte[] bytes) {
    this.name = name;
    this.version = version;
    this.bytes = bytes;
  }

  void requireEnd() throws StateException {
    if (position != bytes.length) {
      throw impossible((bytes.length - position) + " bytes too many");
    }
  }

  private int take(int length) throws StateException {
    if (length > bytes.length - position) {
      throw impossible("it ends too early");
    }
    int at = position;
    position += length;
    return at;
  }

  @Override
  public boolean loading() {
    return true;
  }

  @Override
  public int version() {
    return version;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean flag(boolean value) throws StateException {
    byte b = bytes[take(1)];
    if (b != 0 && b != 1) {
      throw impossible("%d is neither 0 nor 1".formatted(b));
    }
    return b == 1;
  }

  @Override
  public int int32(int value) throws StateException {
    return (int) INT.get(bytes, take(4));
  }

  @Override
  public long int64(long value) throws StateException {
    return (long) LONG.get(bytes, take(8));
  }

  @Override
  public void bytes(byte[] values) throws StateException {
    System.arraycopy(bytes, take(values.length), values, 0, values.length);
  }

  @Override
  public byte[] block(byte[] value, int limit) throws StateException {
    int length = number(0, 0, limit);
    int at = take(length);
    return Arrays.copyOfRange(bytes, at, at + length);
  }
}
