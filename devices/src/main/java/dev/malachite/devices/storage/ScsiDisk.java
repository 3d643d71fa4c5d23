// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.storage;

import dev.malachite.disk.DiskRequest;
import dev.malachite.disk.VirtualDisk;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A SCSI disk (SBC-3) over a {@link VirtualDisk}: data goes between the disk and guest memory
 * without a copy.
 */
public final class ScsiDisk implements ScsiTarget {
  private static final System.Logger LOGGER = System.getLogger("malachite.storage");

  private static final int READ_ONLY = 0x80;
  private static final int FORCE_UNIT_ACCESS_SUPPORTED = 0x10;
  private static final int UNMAP_DESCRIPTORS = 256;
  private static final int UNMAP_HEADER_SIZE = 8;
  private static final int UNMAP_DESCRIPTOR_SIZE = 16;

  /** Blocks one WRITE SAME may cover: what WRITE SAME (10) can say, so that both agree. */
  private static final int MAX_WRITE_SAME = 0xFFFF;

  private static final ModePages PAGES =
      new ModePages(
          0,
          List.of(
              // Caching: write cache on.
              new byte[] {0x08, 0x12, 0x04, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
              // Control: unrestricted reordering.
              new byte[] {0x0A, 0x0A, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0}));

  private final VirtualDisk disk;
  private final Inquiry inquiry;
  private final int sectorSize;
  private final long sectors;
  private final boolean writable;
  private final ScsiCommand.DiskStep readDone = this::readDone;
  private final ScsiCommand.DiskStep writeDone = this::writeDone;
  private final ScsiCommand.DiskStep simpleDone = this::simpleDone;
  private final ScsiCommand.DiskStep unmapDone = this::unmapDone;

  /** A SCSI disk; the virtual disk stays its owner's to close. */
  public ScsiDisk(VirtualDisk disk) {
    this.disk = disk;
    sectorSize = disk.logicalSectorSize();
    sectors = disk.size() / sectorSize;
    writable = !disk.readOnly();
    inquiry =
        new Inquiry(
            Inquiry.DISK,
            "Virtual Disk",
            disk.identity(),
            Inquiry.PAGE_BLOCK_LIMITS,
            Inquiry.PAGE_CHARACTERISTICS,
            Inquiry.PAGE_PROVISIONING);
  }

  private boolean thin() {
    return writable && disk.unmapSupported();
  }

  @Override
  public void execute(ScsiCommand c) {
    byte[] cdb = c.cdb();
    switch (c.opcode()) {
      case ScsiOpcode.TEST_UNIT_READY, ScsiOpcode.START_STOP_UNIT -> c.finish(0);
      case ScsiOpcode.REQUEST_SENSE -> {
        Sense.NONE.write(c.newReply(), 0);
        c.reply(Sense.SIZE, c.cdbByte(4));
      }
      case ScsiOpcode.INQUIRY -> {
        if (!inquiry.answer(c)) {
          productData(c);
        }
      }
      case ScsiOpcode.MODE_SENSE_6, ScsiOpcode.MODE_SENSE_10 ->
          PAGES.sense(c, (writable ? 0 : READ_ONLY) | FORCE_UNIT_ACCESS_SUPPORTED);
      case ScsiOpcode.READ_CAPACITY_10 -> {
        byte[] reply = c.newReply();
        BigEndian.putInt(reply, 0, Math.min(sectors - 1, 0xFFFFFFFFL));
        BigEndian.putInt(reply, 4, sectorSize);
        c.reply(8, 8);
      }
      case ScsiOpcode.SERVICE_ACTION_IN_16 -> {
        if ((c.cdbByte(1) & 0x1F) == ScsiOpcode.READ_CAPACITY_16) {
          readCapacity16(c);
        } else {
          c.fail(Sense.INVALID_FIELD);
        }
      }
      case ScsiOpcode.READ_6 -> read(c, lba6(cdb), count6(cdb), 0);
      case ScsiOpcode.READ_10 ->
          read(c, BigEndian.getInt(cdb, 2), BigEndian.getShort(cdb, 7), c.cdbByte(1));
      case ScsiOpcode.READ_12 ->
          read(c, BigEndian.getInt(cdb, 2), BigEndian.getInt(cdb, 6), c.cdbByte(1));
      case ScsiOpcode.READ_16 ->
          read(c, BigEndian.getLong(cdb, 2), BigEndian.getInt(cdb, 10), c.cdbByte(1));
      case ScsiOpcode.WRITE_6 -> write(c, lba6(cdb), count6(cdb), 0);
      case ScsiOpcode.WRITE_10 ->
          write(c, BigEndian.getInt(cdb, 2), BigEndian.getShort(cdb, 7), c.cdbByte(1));
      case ScsiOpcode.WRITE_12 ->
          write(c, BigEndian.getInt(cdb, 2), BigEndian.getInt(cdb, 6), c.cdbByte(1));
      case ScsiOpcode.WRITE_16 ->
          write(c, BigEndian.getLong(cdb, 2), BigEndian.getInt(cdb, 10), c.cdbByte(1));
      case ScsiOpcode.VERIFY_10 -> verify(c, BigEndian.getInt(cdb, 2), BigEndian.getShort(cdb, 7));
      case ScsiOpcode.VERIFY_12 -> verify(c, BigEndian.getInt(cdb, 2), BigEndian.getInt(cdb, 6));
      case ScsiOpcode.VERIFY_16 -> verify(c, BigEndian.getLong(cdb, 2), BigEndian.getInt(cdb, 10));
      case ScsiOpcode.SYNCHRONIZE_CACHE_10, ScsiOpcode.SYNCHRONIZE_CACHE_16 -> flush(c);
      case ScsiOpcode.UNMAP -> unmap(c);
      case ScsiOpcode.WRITE_SAME_10 ->
          writeSame(c, BigEndian.getInt(cdb, 2), BigEndian.getShort(cdb, 7));
      case ScsiOpcode.WRITE_SAME_16 ->
          writeSame(c, BigEndian.getLong(cdb, 2), BigEndian.getInt(cdb, 10));
      default -> c.fail(Sense.INVALID_COMMAND);
    }
  }

  private static long lba6(byte[] cdb) {
    return BigEndian.getInt(cdb, 0) & 0x1FFFFF;
  }

  private static int count6(byte[] cdb) {
    int count = cdb[4] & 0xFF;
    return count == 0 ? 256 : count;
  }

  /** True if the blocks exist; if not, the command has failed. */
  private boolean inRange(ScsiCommand c, long lba, long count) {
    if (lba < 0 || lba > sectors || count > sectors - lba) {
      c.fail(Sense.OUT_OF_RANGE);
      return false;
    }
    return true;
  }

  /** True if a transfer can start; if not, the command is finished. */
  private boolean transferable(ScsiCommand c, long lba, long count, int flags) {
    if ((flags & 0xE0) != 0) {
      c.fail(Sense.INVALID_FIELD);
      return false;
    }
    if (!inRange(c, lba, count)) {
      return false;
    }
    if (count == 0) {
      c.finish(0);
      return false;
    }
    if (count * sectorSize > c.data().length()) {
      c.fail(Sense.INVALID_FIELD);
      return false;
    }
    return true;
  }

  private void read(ScsiCommand c, long lba, long count, int flags) {
    if (transferable(c, lba, count, flags)) {
      DiskRequest request = c.request(readDone).read(lba * sectorSize);
      c.addData(count * sectorSize);
      disk.submit(request);
    }
  }

  private void readDone(ScsiCommand c, @Nullable IOException error) {
    if (error != null) {
      log("read", c, error);
      c.fail(Sense.READ_FAILED);
    } else {
      long length = c.request().length();
      c.data().written(length);
      c.finish(length);
    }
  }

  private void write(ScsiCommand c, long lba, long count, int flags) {
    if (!writable) {
      c.fail(Sense.WRITE_PROTECTED);
    } else if (transferable(c, lba, count, flags)) {
      DiskRequest request = c.request(writeDone).write(lba * sectorSize);
      c.addData(count * sectorSize);
      if ((flags & 0x08) != 0) {
        request.forceUnitAccess();
      }
      disk.submit(request);
    }
  }

  private void writeDone(ScsiCommand c, @Nullable IOException error) {
    if (error != null) {
      log("write", c, error);
      c.fail(Sense.WRITE_FAILED);
    } else {
      c.finish(c.request().length());
    }
  }

  private void log(String what, ScsiCommand c, IOException error) {
    LOGGER.log(
        System.Logger.Level.WARNING,
        "SCSI disk {0}: {1} at byte {2} failed: {3}",
        disk.identity(),
        what,
        c.request().offset(),
        error.getMessage());
  }

  private void verify(ScsiCommand c, long lba, long count) {
    if ((c.cdbByte(1) & 0x06) != 0) {
      c.fail(Sense.INVALID_FIELD); // comparing with data is not supported
    } else if (inRange(c, lba, count)) {
      c.finish(0);
    }
  }

  private void flush(ScsiCommand c) {
    disk.submit(c.request(simpleDone).flush());
  }

  private void simpleDone(ScsiCommand c, @Nullable IOException error) {
    if (error != null) {
      log("write", c, error);
      c.fail(Sense.WRITE_FAILED);
    } else {
      c.finish(0);
    }
  }

  private void writeSame(ScsiCommand c, long lba, long count) {
    int flags = c.cdbByte(1);
    boolean noData = c.opcode() == ScsiOpcode.WRITE_SAME_16 && (flags & 0x01) != 0;
    if (!writable) {
      c.fail(Sense.WRITE_PROTECTED);
      return;
    }
    // Protection information and anchoring aren't there; a count of 0 would mean the whole rest.
    if ((flags & 0xF0) != 0 || count == 0 || count > MAX_WRITE_SAME) {
      c.fail(Sense.INVALID_FIELD);
      return;
    }
    if (!inRange(c, lba, count)) {
      return;
    }
    if (!noData && !isZeroBlock(c)) {
      c.fail(Sense.INVALID_FIELD);
      return;
    }
    disk.submit(c.request(simpleDone).writeZeroes(lba * sectorSize, count * sectorSize));
  }

  private boolean isZeroBlock(ScsiCommand c) {
    if (c.data().length() < sectorSize) {
      return false;
    }
    byte[] block = c.scratch();
    c.data().read(0, block, 0, sectorSize);
    for (int i = 0; i < sectorSize; i++) {
      if (block[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private void unmap(ScsiCommand c) {
    if (!writable) {
      c.fail(Sense.WRITE_PROTECTED);
      return;
    }
    if ((c.cdbByte(1) & 1) != 0) {
      c.fail(Sense.INVALID_FIELD);
      return;
    }
    int length = (int) Math.min(BigEndian.getShort(c.cdb(), 7), c.data().length());
    if (length == 0) {
      c.finish(0);
      return;
    }
    if (length < UNMAP_HEADER_SIZE) {
      c.fail(Sense.INVALID_PARAMETER_LENGTH);
      return;
    }
    byte[] list = c.scratch();
    int room = Math.min(length, ScsiCommand.SCRATCH_SIZE);
    c.data().read(0, list, 0, room);
    int count = BigEndian.getShort(list, 2) / UNMAP_DESCRIPTOR_SIZE;
    if (count > UNMAP_DESCRIPTORS) {
      c.fail(Sense.INVALID_PARAMETER);
      return;
    }
    if (UNMAP_HEADER_SIZE + count * UNMAP_DESCRIPTOR_SIZE > room) {
      c.fail(Sense.INVALID_PARAMETER_LENGTH);
      return;
    }
    for (int i = 0; i < count; i++) {
      if (!inRange(c, unmapLba(list, i), unmapCount(list, i))) {
        return;
      }
    }
    c.progress = 0;
    c.steps = count;
    unmapNext(c);
  }

  private static long unmapLba(byte[] list, int index) {
    return BigEndian.getLong(list, UNMAP_HEADER_SIZE + index * UNMAP_DESCRIPTOR_SIZE);
  }

  private static long unmapCount(byte[] list, int index) {
    return BigEndian.getInt(list, UNMAP_HEADER_SIZE + index * UNMAP_DESCRIPTOR_SIZE + 8);
  }

  private void unmapNext(ScsiCommand c) {
    byte[] list = c.scratch();
    while (c.progress < c.steps) {
      int index = c.progress++;
      long count = unmapCount(list, index);
      if (count > 0) {
        disk.submit(
            c.request(unmapDone).unmap(unmapLba(list, index) * sectorSize, count * sectorSize));
        return;
      }
    }
    c.finish(UNMAP_HEADER_SIZE + (long) c.steps * UNMAP_DESCRIPTOR_SIZE);
  }

  private void unmapDone(ScsiCommand c, @Nullable IOException error) {
    if (error != null) {
      log("unmap", c, error);
      c.fail(Sense.WRITE_FAILED);
    } else {
      unmapNext(c);
    }
  }

  private void readCapacity16(ScsiCommand c) {
    byte[] reply = c.newReply();
    BigEndian.putLong(reply, 0, sectors - 1);
    BigEndian.putInt(reply, 8, sectorSize);
    reply[13] = (byte) physicalExponent();
    reply[14] = (byte) (thin() ? 0x80 : 0);
    c.reply(32, (int) Math.min(BigEndian.getInt(c.cdb(), 10), Integer.MAX_VALUE));
  }

  private int physicalExponent() {
    return 31 - Integer.numberOfLeadingZeros(Math.max(1, disk.physicalSectorSize() / sectorSize));
  }

  private void productData(ScsiCommand c) {
    byte[] reply = c.newReply();
    int page = c.cdbByte(2);
    int length;
    switch (page) {
      case Inquiry.PAGE_BLOCK_LIMITS -> {
        BigEndian.putShort(reply, 6, 1 << physicalExponent()); // optimal granularity
        BigEndian.putInt(reply, 8, StorVsp.MAX_TRANSFER / sectorSize);
        if (thin()) {
          BigEndian.putInt(reply, 20, 0xFFFFFFFFL); // blocks an UNMAP may cover
          BigEndian.putInt(reply, 24, UNMAP_DESCRIPTORS);
          BigEndian.putInt(reply, 28, disk.unmapGranularity() / sectorSize);
          BigEndian.putInt(reply, 32, 0x80000000L); // alignment 0, valid
        }
        BigEndian.putLong(reply, 36, writable ? MAX_WRITE_SAME : 0);
        length = 64;
      }
      case Inquiry.PAGE_CHARACTERISTICS -> {
        BigEndian.putShort(reply, 4, 1); // not rotating
        length = 64;
      }
      default -> {
        if (thin()) {
          reply[5] = (byte) 0xE0; // UNMAP, WRITE SAME (16) and (10) can unmap
          reply[6] = 0x02; // thin
        }
        length = 8;
      }
    }
    c.reply(Inquiry.finishPage(reply, Inquiry.DISK, page, length), BigEndian.getShort(c.cdb(), 3));
  }
}
