// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.disk;

import dev.malachite.disk.VirtualDisk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** A whole drive. */
public final class DriveDevice implements BlockDevice {
  private final VirtualDisk disk;

  /** A device over a disk. */
  public DriveDevice(VirtualDisk disk) {
    this.disk = disk;
  }

  @Override
  public int blockSize() {
    return disk.logicalSectorSize();
  }

  @Override
  public long blocks() {
    return disk.size() / disk.logicalSectorSize();
  }

  @Override
  public boolean readOnly() {
    return disk.readOnly();
  }

  @Override
  public void read(long block, MemorySegment target) throws IOException {
    check(block, target.byteSize() / blockSize());
    disk.read(block * blockSize(), target);
  }

  @Override
  public void write(long block, MemorySegment source) throws IOException {
    check(block, source.byteSize() / blockSize());
    disk.write(block * blockSize(), source);
  }

  @Override
  public void flush() throws IOException {
    if (!disk.readOnly()) {
      disk.flush();
    }
  }
}
