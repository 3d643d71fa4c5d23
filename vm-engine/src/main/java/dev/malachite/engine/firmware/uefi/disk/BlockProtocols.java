// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.disk;

import dev.malachite.engine.firmware.uefi.call.Arguments;
import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.Status;
import dev.malachite.engine.firmware.uefi.core.Core;
import dev.malachite.engine.firmware.uefi.core.Instances;
import dev.malachite.engine.firmware.uefi.handle.Protocols;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Block I/O and Disk I/O over devices (UEFI 2.10, sections 13.7 and 13.9). */
public final class BlockProtocols {
  private static final long BLOCK_REVISION = 0x2_001F;
  private static final long DISK_REVISION = 0x1_0000;
  private static final int MEDIA_ID = 1;
  private static final long MAX_TRANSFER = 1L << 30;
  private static final int BOUNCE = 1 << 16;

  private final Core core;
  private final Instances<BlockDevice> blocks = new Instances<>();
  private final Instances<BlockDevice> disks = new Instances<>();
  private final long reset;
  private final long readBlocks;
  private final long writeBlocks;
  private final long flushBlocks;
  private final long readDisk;
  private final long writeDisk;

  /** Makes the functions. */
  public BlockProtocols(Core core) {
    this.core = core;
    reset =
        core.simple(
            "BlockIo.Reset",
            a -> {
              blocks.get(a.get(0));
              return Status.SUCCESS;
            });
    readBlocks = core.simple("BlockIo.ReadBlocks", this::readBlocks);
    writeBlocks = core.simple("BlockIo.WriteBlocks", this::writeBlocks);
    flushBlocks =
        core.simple(
            "BlockIo.FlushBlocks",
            a -> {
              blocks.get(a.get(0)).flush();
              return Status.SUCCESS;
            });
    readDisk = core.simple("DiskIo.ReadDisk", this::readDisk);
    writeDisk = core.simple("DiskIo.WriteDisk", this::writeDisk);
  }

  /** Installs both protocols on a handle. */
  public void install(long handle, BlockDevice device, boolean partition, boolean removable) {
    ByteBuffer media = Core.table(48);
    media.putInt(MEDIA_ID).put(flag(removable)).put((byte) 1).put(flag(partition));
    media.put(flag(device.readOnly())).put(flag(!device.readOnly()));
    media.putInt(12, device.blockSize()).putLong(24, device.blocks() - 1).putInt(40, 1);
    long mediaAt = core.data(Core.bytes(media));
    ByteBuffer block = Core.table(48);
    block.putLong(BLOCK_REVISION).putLong(mediaAt).putLong(reset).putLong(readBlocks);
    block.putLong(writeBlocks).putLong(flushBlocks);
    long blockAt = core.data(Core.bytes(block));
    blocks.put(blockAt, device);
    core.install(handle, Protocols.BLOCK_IO, blockAt);
    ByteBuffer disk = Core.table(24);
    disk.putLong(DISK_REVISION).putLong(readDisk).putLong(writeDisk);
    long diskAt = core.data(Core.bytes(disk));
    disks.put(diskAt, device);
    core.install(handle, Protocols.DISK_IO, diskAt);
  }

  private static byte flag(boolean value) {
    return (byte) (value ? 1 : 0);
  }

  /** The device behind a handle; unsupported if it has none of the firmware's. */
  public BlockDevice device(long handle) {
    return blocks.get(core.handles().require(handle, Protocols.BLOCK_IO).address());
  }

  private static void media(Arguments a) {
    Core.require(a.u32(1) == MEDIA_ID, Status.MEDIA_CHANGED);
  }

  // ReadBlocks(This, MediaId, Lba, BufferSize, *Buffer).
  private long readBlocks(Arguments a) throws IOException {
    BlockDevice device = blocks.get(a.get(0));
    media(a);
    long block = a.get(2);
    long size = range(device, block, a.get(3));
    core.space().fill(a.get(4), size, segment -> device.read(block, segment));
    return Status.SUCCESS;
  }

  private long writeBlocks(Arguments a) throws IOException {
    BlockDevice device = blocks.get(a.get(0));
    media(a);
    Core.require(!device.readOnly(), Status.WRITE_PROTECTED);
    long block = a.get(2);
    long size = range(device, block, a.get(3));
    core.space().drain(a.get(4), size, segment -> device.write(block, segment));
    return Status.SUCCESS;
  }

  private static long range(BlockDevice device, long block, long size) {
    Core.require(size >= 0 && size % device.blockSize() == 0, Status.BAD_BUFFER_SIZE);
    EfiException.require(
        size <= MAX_TRANSFER
            && block >= 0
            && block < device.blocks()
            && size / device.blockSize() <= device.blocks() - block);
    return size;
  }

  // ReadDisk(This, MediaId, Offset, BufferSize, *Buffer).
  private long readDisk(Arguments a) throws IOException {
    BlockDevice device = disks.get(a.get(0));
    media(a);
    long offset = a.get(2);
    long size = a.get(3);
    bytes(device, offset, size);
    core.space().fill(a.get(4), size, segment -> transfer(device, offset, segment, false));
    return Status.SUCCESS;
  }

  private long writeDisk(Arguments a) throws IOException {
    BlockDevice device = disks.get(a.get(0));
    media(a);
    Core.require(!device.readOnly(), Status.WRITE_PROTECTED);
    long offset = a.get(2);
    long size = a.get(3);
    bytes(device, offset, size);
    core.space().drain(a.get(4), size, segment -> transfer(device, offset, segment, true));
    return Status.SUCCESS;
  }

  private static void bytes(BlockDevice device, long offset, long size) {
    EfiException.require(
        size >= 0
            && size <= MAX_TRANSFER
            && offset >= 0
            && offset <= device.bytes()
            && size <= device.bytes() - offset);
  }

  private static void transfer(
      BlockDevice device, long offset, MemorySegment segment, boolean write) throws IOException {
    int size = device.blockSize();
    long length = segment.byteSize();
    long done = 0;
    try (Arena arena = Arena.ofShared()) {
      MemorySegment bounce = arena.allocate(Math.max(BOUNCE, size), 8);
      while (done < length) {
        long at = offset + done;
        int inside = (int) (at % size);
        long whole = (length - done) / size * size;
        if (inside == 0 && whole > 0) {
          MemorySegment part = segment.asSlice(done, whole);
          if (write) {
            device.write(at / size, part);
          } else {
            device.read(at / size, part);
          }
          done += whole;
          continue;
        }
        long part = Math.min(size - inside, length - done);
        MemorySegment one = bounce.asSlice(0, size);
        device.read(at / size, one);
        if (write) {
          MemorySegment.copy(segment, done, one, inside, part);
          device.write(at / size, one);
        } else {
          MemorySegment.copy(one, inside, segment, done, part);
        }
        done += part;
      }
    }
  }
}
