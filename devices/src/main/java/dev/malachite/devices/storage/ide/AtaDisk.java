// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.storage.ide;

import dev.malachite.disk.DiskRequest;
import dev.malachite.disk.VirtualDisk;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.vmbus.GuestRanges;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A hard disk (ATA/ATAPI-7 volume 1): 28- and 48-bit commands by programmed transfer and by bus
 * master. With the channel's lock held, except where the disk's threads come in.
 */
final class AtaDisk extends IdeDrive {
  private static final System.Logger LOGGER = System.getLogger("malachite.storage");

  private static final int SECTOR = 512;

  /** Sectors read from or written to the disk at once by programmed transfer. */
  private static final int BUFFERED = 256;

  /** The most that a command may ask for. */
  private static final int MOST_SECTORS = 0x10000;

  private static final int MAXIMUM_MULTIPLE = 16;
  private static final int LARGEST_28_BIT = 0x0FFF_FFFF;
  private static final int PHYSICAL_HEADS = 16;
  private static final int PHYSICAL_SECTORS = 63;
  private static final int MAXIMUM_CYLINDERS = 16_383;
  private static final int POWER_ACTIVE = 0xFF;
  private static final int SIGNATURE = 0;

  private final VirtualDisk disk;
  private final long sectors;
  private final DiskRequest request = new DiskRequest(this::completed);

  private int heads = PHYSICAL_HEADS;
  private int sectorsPerTrack = PHYSICAL_SECTORS;
  private int multiple;
  private int udmaMode = 5;
  private boolean writeCache = true;

  // The transfer under way.
  private boolean writes;
  private boolean extended;
  private boolean throughCache;
  private long block;
  private int left;
  private int blockSectors;
  private int buffered;
  private boolean byDma;
  private @Nullable GuestRanges memory;
  private int requestEra;

  /** From a request's submission to the end of what its completion does. */
  private boolean working;

  AtaDisk(IdeChannel channel, VirtualDisk disk) {
    super(channel, BUFFERED * SECTOR);
    if (disk.logicalSectorSize() != SECTOR) {
      throw new IllegalArgumentException(
          "an IDE disk needs blocks of 512 bytes, not "
              + disk.logicalSectorSize()
              + "; use a Generation 2 machine for this one");
    }
    this.disk = disk;
    sectors = disk.size() / SECTOR;
  }

  @Override
  void showSignature() {
    multiple = 0;
    left = 0;
    memory = null;
    registers.signature(SIGNATURE);
    registers.status(TaskFile.READY | TaskFile.SEEK_COMPLETE);
  }

  @Override
  void powerOn() {
    heads = PHYSICAL_HEADS;
    sectorsPerTrack = PHYSICAL_SECTORS;
    udmaMode = 5;
    writeCache = true;
    writes = false;
    extended = false;
    throughCache = false;
    block = 0;
    blockSectors = 0;
    buffered = 0;
    byDma = false;
    super.powerOn();
  }

  @Override
  boolean isUnderWay() {
    return working;
  }

  @Override
  void execute(int command) {
    if (working) {
      // What a reset has cut off is still on its way to the disk.
      fail(TaskFile.ABORTED);
      return;
    }
    switch (command) {
      case AtaCommand.READ, AtaCommand.READ_NO_RETRY -> pio(false, false, 1);
      case AtaCommand.READ_EXT -> pio(false, true, 1);
      case AtaCommand.READ_MULTIPLE -> pio(false, false, multiple);
      case AtaCommand.READ_MULTIPLE_EXT -> pio(false, true, multiple);
      case AtaCommand.WRITE, AtaCommand.WRITE_NO_RETRY -> pio(true, false, 1);
      case AtaCommand.WRITE_EXT -> pio(true, true, 1);
      case AtaCommand.WRITE_MULTIPLE -> pio(true, false, multiple);
      case AtaCommand.WRITE_MULTIPLE_EXT -> pio(true, true, multiple);
      case AtaCommand.READ_DMA, AtaCommand.READ_DMA_NO_RETRY -> dma(false, false, false);
      case AtaCommand.READ_DMA_EXT -> dma(false, true, false);
      case AtaCommand.WRITE_DMA, AtaCommand.WRITE_DMA_NO_RETRY -> dma(true, false, false);
      case AtaCommand.WRITE_DMA_EXT -> dma(true, true, false);
      case AtaCommand.WRITE_DMA_FUA_EXT -> dma(true, true, true);
      case AtaCommand.VERIFY, AtaCommand.VERIFY_NO_RETRY -> verify(false);
      case AtaCommand.VERIFY_EXT -> verify(true);
      case AtaCommand.FLUSH, AtaCommand.FLUSH_EXT -> {
        busy();
        left = 0;
        byDma = false;
        submit(request.flush());
      }
      case AtaCommand.IDENTIFY -> {
        identify();
        left = 0;
        buffered = 0;
        offer(0, IDENTIFICATION, true, true);
      }
      case AtaCommand.SET_FEATURES -> setFeatures();
      case AtaCommand.SET_MULTIPLE -> setMultiple();
      case AtaCommand.INITIALIZE_PARAMETERS -> {
        heads = (registers.device() & 15) + 1;
        sectorsPerTrack = registers.count();
        if (sectorsPerTrack == 0) {
          sectorsPerTrack = PHYSICAL_SECTORS;
          fail(TaskFile.ABORTED);
        } else {
          finish();
        }
      }
      case AtaCommand.READ_NATIVE_MAX -> {
        registers.lba(Math.min(sectors, LARGEST_28_BIT) - 1);
        finish();
      }
      case AtaCommand.READ_NATIVE_MAX_EXT -> {
        registers.longLba(sectors - 1);
        finish();
      }
      case AtaCommand.CHECK_POWER -> {
        registers.count(POWER_ACTIVE);
        finish();
      }
      case AtaCommand.SEEK,
          AtaCommand.RECALIBRATE,
          AtaCommand.STANDBY_IMMEDIATE,
          AtaCommand.IDLE_IMMEDIATE,
          AtaCommand.STANDBY,
          AtaCommand.IDLE,
          AtaCommand.SLEEP ->
          finish();
      default -> fail(TaskFile.ABORTED);
    }
  }

  // ---- what a transfer covers ----------------------------------------------------------------

  /** Takes the range from the registers; false if the command has failed. */
  private boolean begin(boolean write, boolean isExtended) {
    writes = write;
    extended = isExtended;
    int count = isExtended ? registers.longCount() : registers.count();
    left = count != 0 ? count : isExtended ? 65_536 : 256;
    if (isExtended) {
      block = registers.longLba();
    } else if (registers.isLba()) {
      block = registers.lba();
    } else {
      long track = (long) registers.cylinder() * heads + (registers.device() & 15);
      block = track * sectorsPerTrack + registers.low() - 1;
    }
    if (isExtended && !registers.isLba()) {
      fail(TaskFile.ABORTED);
      return false;
    }
    if (block < 0 || block > sectors || left > sectors - block) {
      fail(TaskFile.ID_NOT_FOUND);
      return false;
    }
    if (write && disk.readOnly()) {
      fail(TaskFile.ABORTED);
      return false;
    }
    throughCache = !writeCache;
    return true;
  }

  private void verify(boolean isExtended) {
    if (begin(false, isExtended)) {
      finish();
    }
  }

  // ---- programmed transfer -------------------------------------------------------------------

  private void pio(boolean write, boolean isExtended, int sectorsPerBlock) {
    if (sectorsPerBlock == 0) {
      fail(TaskFile.ABORTED);
      return;
    }
    if (!begin(write, isExtended)) {
      return;
    }
    byDma = false;
    blockSectors = sectorsPerBlock;
    buffered = Math.min(left, BUFFERED);
    if (write) {
      offer(0, Math.min(blockSectors, buffered) * SECTOR, false, false);
    } else {
      readBuffer();
    }
  }

  private void readBuffer() {
    busy();
    request.read(block * SECTOR).addMemory(buffer, 0, (long) buffered * SECTOR);
    submit(request);
  }

  private void writeBuffer() {
    busy();
    request.write(block * SECTOR).addMemory(buffer, 0, (long) buffered * SECTOR);
    if (throughCache) {
      request.forceUnitAccess();
    }
    submit(request);
  }

  @Override
  void blockDone() {
    int done = position() / SECTOR;
    if (done < buffered) {
      // A read's last block is followed by no interrupt, a write's by that of its end.
      offer(done * SECTOR, Math.min(blockSectors, buffered - done) * SECTOR, !writes, true);
    } else if (writes && left > 0) {
      writeBuffer();
    } else if (left > buffered) {
      advance();
      readBuffer();
    } else {
      advance();
      registers.status(TaskFile.READY | TaskFile.SEEK_COMPLETE);
    }
  }

  private void advance() {
    block += buffered;
    left = Math.max(0, left - buffered);
    buffered = Math.min(left, BUFFERED);
  }

  // ---- bus master ----------------------------------------------------------------------------

  private void dma(boolean write, boolean isExtended, boolean forceUnitAccess) {
    if (begin(write, isExtended)) {
      byDma = true;
      throughCache |= forceUnitAccess;
      requestDma();
    }
  }

  @Override
  void startDma(BusMaster master) {
    long length = (long) left * SECTOR;
    GuestRanges ranges = master.toMemory() != writes ? master.prepare(length) : null;
    if (ranges == null) {
      master.failed();
      fail(TaskFile.ABORTED);
      return;
    }
    busy();
    memory = ranges;
    if (writes) {
      request.write(block * SECTOR);
    } else {
      request.read(block * SECTOR);
    }
    for (int i = 0; i < ranges.count(); i++) {
      request.addMemory(ranges.segment(i), ranges.offset(i), ranges.length(i));
    }
    if (writes && throughCache) {
      request.forceUnitAccess();
    }
    submit(request);
  }

  // ---- the disk's answer ---------------------------------------------------------------------

  private void submit(DiskRequest ready) {
    requestEra = era();
    working = true;
    disk.submit(ready);
  }

  private void completed(DiskRequest done, @Nullable IOException error) {
    synchronized (channel().lock()) {
      working = false;
      channel().lock().notifyAll();
      if (error != null) {
        LOGGER.log(
            System.Logger.Level.WARNING,
            "IDE disk {0}: {1} at byte {2} failed: {3}",
            disk.identity(),
            done.operation(),
            done.offset(),
            error.getMessage());
      }
      GuestRanges ranges = memory;
      memory = null;
      if (ranges != null && error == null && done.operation() == DiskRequest.Operation.READ) {
        ranges.written(done.length());
      }
      if (requestEra != era()) {
        return;
      }
      if (error != null) {
        failed();
      } else if (done.operation() == DiskRequest.Operation.FLUSH) {
        finish();
      } else if (byDma) {
        channel().master().done(done.length());
        left = 0;
        finish();
      } else if (writes) {
        advance();
        if (left == 0) {
          finish();
        } else {
          offer(0, Math.min(blockSectors, buffered) * SECTOR, false, true);
        }
      } else {
        offer(0, Math.min(blockSectors, buffered) * SECTOR, true, true);
      }
    }
  }

  private void failed() {
    if (byDma) {
      channel().master().failed();
    }
    if (extended) {
      registers.longLba(block);
    } else if (registers.isLba()) {
      registers.lba(block);
    }
    fail(writes ? TaskFile.ABORTED : TaskFile.UNCORRECTABLE);
  }

  // ---- settings ------------------------------------------------------------------------------

  private void setMultiple() {
    int count = registers.count();
    if (count > MAXIMUM_MULTIPLE || (count & count - 1) != 0) {
      fail(TaskFile.ABORTED);
    } else {
      multiple = count;
      finish();
    }
  }

  private void setFeatures() {
    switch (registers.features()) {
      case 0x03 -> {
        int mode = registers.count();
        if ((mode & 0xF8) == 0x40) {
          udmaMode = Math.min(mode & 7, 5);
        } else if (mode > 0x40) {
          fail(TaskFile.ABORTED);
          return;
        }
        finish();
      }
      case 0x02 -> {
        writeCache = true;
        finish();
      }
      case 0x82 -> {
        writeCache = false;
        finish();
      }
      // Look-ahead and what a reset keeps: nothing changes.
      case 0x55, 0xAA, 0x66, 0xCC -> finish();
      default -> fail(TaskFile.ABORTED);
    }
  }

  // ATA/ATAPI-7 volume 1, section 6.17.
  private void identify() {
    clearIdentification();
    long cylinders = Math.min(sectors / (PHYSICAL_HEADS * PHYSICAL_SECTORS), MAXIMUM_CYLINDERS);
    word(0, 0x0040);
    word(1, (int) cylinders);
    word(3, PHYSICAL_HEADS);
    word(6, PHYSICAL_SECTORS);
    text(10, 10, disk.identity().toString().replace("-", "").substring(0, 20));
    text(23, 4, "1.0");
    text(27, 20, "Virtual HD");
    word(47, 0x8000 | MAXIMUM_MULTIPLE);
    word(49, 0x0F00);
    word(50, 0x4000);
    word(53, 7);
    long current = sectors / ((long) heads * sectorsPerTrack);
    word(54, (int) Math.min(current, 65_535));
    word(55, heads);
    word(56, sectorsPerTrack);
    long byGeometry = Math.min(current, 65_535) * heads * sectorsPerTrack;
    word(57, (int) byGeometry);
    word(58, (int) (byGeometry >> 16));
    word(59, multiple == 0 ? 0 : 0x100 | multiple);
    int addressable = (int) Math.min(sectors, LARGEST_28_BIT);
    word(60, addressable);
    word(61, addressable >> 16);
    word(63, 7);
    word(64, 3);
    for (int i = 65; i <= 68; i++) {
      word(i, 120);
    }
    word(80, 0xF0);
    // Write cache and look-ahead; 48-bit addresses and cache flushes; forced unit access.
    word(82, 0x4060);
    word(83, 0x7400);
    word(84, 0x4040);
    word(85, writeCache ? 0x4060 : 0x4040);
    word(86, 0x3400);
    word(87, 0x4040);
    word(88, 0x3F | 0x100 << udmaMode);
    word(93, 0x6001);
    word(100, (int) sectors);
    word(101, (int) (sectors >> 16));
    word(102, (int) (sectors >> 32));
    int exponent =
        31 - Integer.numberOfLeadingZeros(Math.max(1, disk.physicalSectorSize() / SECTOR));
    word(106, exponent == 0 ? 0x4000 : 0x6000 | exponent);
    word(217, 1);
    sealIdentification();
  }

  @Override
  void transfer(StateTransfer s) throws StateException {
    super.transfer(s);
    heads = s.number(heads, 1, PHYSICAL_HEADS);
    sectorsPerTrack = s.number(sectorsPerTrack, 1, 0xFF);
    multiple = s.number(multiple, 0, 0xFF);
    udmaMode = s.number(udmaMode, 0, 7);
    writeCache = s.flag(writeCache);
    writes = s.flag(writes);
    extended = s.flag(extended);
    throughCache = s.flag(throughCache);
    block = s.int64(block);
    left = s.int32(left);
    blockSectors = s.number(blockSectors, 0, 0xFF);
    buffered = s.int32(buffered);
    byDma = s.flag(byDma);
    boolean underWay =
        left > 0
            && left <= MOST_SECTORS
            && block >= 0
            && block <= sectors - left
            && buffered >= 0
            && buffered <= Math.min(left, BUFFERED);
    if (!underWay) {
      // What a refused command has left means nothing.
      block = 0;
      left = 0;
      buffered = 0;
    }
  }
}
