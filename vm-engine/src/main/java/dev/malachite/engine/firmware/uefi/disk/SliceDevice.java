// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.disk;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** A part of a device. */
public final class SliceDevice implements BlockDevice {
  private final BlockDevice whole;
  private final long start;
  private final long count;

  /** A part; it must lie inside the whole. */
  public SliceDevice(BlockDevice whole, long start, long count) {
    if (start < 0 || count <= 0 || start > whole.blocks() - count) {
      throw new IllegalArgumentException("a partition lies outside its disk");
    }
    this.whole = whole;
    this.start = start;
    this.count = count;
  }

  @Override
  public int blockSize() {
    return whole.blockSize();
  }

  @Override
  public long blocks() {
    return count;
  }

  @Override
  public boolean readOnly() {
    return whole.readOnly();
  }

  @Override
  public void read(long block, MemorySegment target) throws IOException {
    check(block, target.byteSize() / blockSize());
    whole.read(start + block, target);
  }

  @Override
  public void write(long block, MemorySegment source) throws IOException {
    check(block, source.byteSize() / blockSize());
    whole.write(start + block, source);
  }

  @Override
  public void flush() throws IOException {
    whole.flush();
  }
}
