// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.disk;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** A device whose blocks are an array. */
public final class MemoryDevice implements BlockDevice {
  private final byte[] bytes;
  private final int blockSize;

  /** A device over an array, which it changes. */
  public MemoryDevice(byte[] bytes, int blockSize) {
    this.bytes = bytes;
    this.blockSize = blockSize;
  }

  @Override
  public int blockSize() {
    return blockSize;
  }

  @Override
  public long blocks() {
    return bytes.length / blockSize;
  }

  @Override
  public boolean readOnly() {
    return false;
  }

  @Override
  public void read(long block, MemorySegment target) throws IOException {
    check(block, target.byteSize() / blockSize);
    target.copyFrom(MemorySegment.ofArray(bytes).asSlice(block * blockSize, target.byteSize()));
  }

  @Override
  public void write(long block, MemorySegment source) throws IOException {
    check(block, source.byteSize() / blockSize);
    MemorySegment.ofArray(bytes).asSlice(block * blockSize, source.byteSize()).copyFrom(source);
  }

  @Override
  public void flush() {
    // An array is as durable as it gets.
  }
}
