// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.filesystem;

import dev.malachite.disk.VirtualDisk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A range of a disk, read as little-endian bytes. */
final class Volume {
  private final VirtualDisk disk;
  private final long start;
  private final long length;

  /** The range of a disk; what lies behind the disk's end is left off. */
  Volume(VirtualDisk disk, long start, long length) {
    this.disk = disk;
    this.start = Math.clamp(start, 0, disk.size());
    this.length = Math.clamp(length, 0, disk.size() - this.start);
  }

  long length() {
    return length;
  }

  boolean readOnly() {
    return disk.readOnly();
  }

  /** Makes what was written durable. */
  void flush() throws IOException {
    disk.flush();
  }

  /**
   * Writes bytes.
   *
   * @throws DamagedFileSystemException if they are not all inside the volume
   */
  void write(long position, byte[] bytes, int from, int count) throws IOException {
    if (position < 0 || count < 0 || position > length - count) {
      throw new DamagedFileSystemException(
          "it refers to byte " + position + ", outside its " + length + " bytes");
    }
    int sector = disk.logicalSectorSize();
    long first = (start + position) / sector * sector;
    long end = Math.min(disk.size(), (start + position + count + sector - 1) / sector * sector);
    MemorySegment whole = MemorySegment.ofArray(new byte[(int) (end - first)]);
    if (whole.byteSize() > count) {
      disk.read(first, whole);
    }
    MemorySegment.copy(MemorySegment.ofArray(bytes), from, whole, start + position - first, count);
    disk.write(first, whole);
  }

  /**
   * Reads bytes.
   *
   * @throws DamagedFileSystemException if they are not all inside the volume
   */
  ByteBuffer read(long position, int count) throws IOException {
    if (position < 0 || count < 0 || position > length - count) {
      throw new DamagedFileSystemException(
          "it refers to byte " + position + ", outside its " + length + " bytes");
    }
    byte[] bytes = new byte[count];
    // Disks are read in whole sectors; the volume's start is on one.
    int sector = disk.logicalSectorSize();
    long from = (start + position) / sector * sector;
    long to = Math.min(disk.size(), (start + position + count + sector - 1) / sector * sector);
    MemorySegment whole = MemorySegment.ofArray(new byte[(int) (to - from)]);
    disk.read(from, whole);
    MemorySegment.copy(whole, start + position - from, MemorySegment.ofArray(bytes), 0, count);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
