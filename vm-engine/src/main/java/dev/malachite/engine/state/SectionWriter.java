// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.state;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Gathers the values of a section. */
final class SectionWriter extends StateTransfer {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final String name;
  private final int version;
  private byte[] bytes = new byte[1024];
  private int length;

  SectionWriter(String name, int version) {
    this.name = name;
    this.version = version;
  }

  byte[] content() {
    return Arrays.copyOf(bytes, length);
  }

  private int grow(int more) throws StateException {
    int at = length;
    if (more > StateFile.LARGEST_SECTION - at) {
      throw new StateException("section " + name + " of the state is too large to be saved");
    }
    if (at + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(at + more, bytes.length * 2));
    }
    length = at + more;
    return at;
  }

  @Override
  public boolean loading() {
    return false;
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
    int at = grow(1);
    bytes[at] = (byte) (value ? 1 : 0);
    return value;
  }

  @Override
  public int int32(int value) throws StateException {
    int at = grow(4);
    INT.set(bytes, at, value);
    return value;
  }

  @Override
  public long int64(long value) throws StateException {
    int at = grow(8);
    LONG.set(bytes, at, value);
    return value;
  }

  @Override
  public void bytes(byte[] values) throws StateException {
    int at = grow(values.length);
    System.arraycopy(values, 0, bytes, at, values.length);
  }

  @Override
  public byte[] block(byte[] value, int limit) throws StateException {
    if (value.length > limit) {
      throw new StateException(
          "section %s of the state has %d bytes where %d are the most"
              .formatted(name, value.length, limit));
    }
    int32(value.length);
    bytes(value);
    return value;
  }
}
