// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.storage.ide;

import dev.malachite.devices.storage.ScsiCommand;
import dev.malachite.devices.storage.ScsiDvd;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.vmbus.GuestRanges;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * A DVD drive behind packet commands (ATA/ATAPI-7 volume 1, section 6.23; SFF-8020): takes the
 * packet and carries data, the drive behind does what it says. With the channel's lock held, except
 * where a command ends.
 */
final class AtapiDrive extends IdeDrive {
  private static final int SIGNATURE = 0xEB14;
  private static final int PACKET_SIZE = 12;

  /** Bytes a command may transfer. */
  private static final int LARGEST = 1 << 20;

  private static final int REQUEST_SENSE = 0x03;
  private static final int SENSE_SIZE = 18;
  private static final int SENSE_KEY = 2;

  // Interrupt reason, in the count register.
  private static final int REASON_COMMAND = 1;
  private static final int REASON_TO_GUEST = 2;

  private static final int FEATURE_DMA = 1;

  /** The packet goes behind the data in the buffer. */
  private static final int PACKET_AT = LARGEST;

  private enum Phase {
    IDLE,
    IDENTIFICATION,
    PACKET,
    RUNNING,
    DATA
  }

  private final ScsiDvd drive;
  private final int place;
  private final GuestMemory bounce = new GuestMemory();
  private final MemorySegment data;
  private final ScsiCommand command;
  private final byte[] sense = new byte[SENSE_SIZE];
  private Phase phase = Phase.IDLE;
  private boolean running;
  private int runningEra;
  private boolean byDma;
  private int limit;
  private int available;
  private int udmaMode = 2;

  AtapiDrive(IdeChannel channel, ScsiDvd drive, int place) {
    super(channel, LARGEST + PACKET_SIZE);
    this.drive = drive;
    this.place = place;
    // The drive behind knows memory as ranges of guest addresses: its own, at 0.
    data = bounce.addRegion("dvd-buffer", 0, LARGEST, false).segment();
    GuestRanges ranges = new GuestRanges(bounce);
    for (int at = 0; at < LARGEST; at += GuestMemory.PAGE_SIZE) {
      ranges.addWithinPage(at, GuestMemory.PAGE_SIZE);
    }
    command = new ScsiCommand(this::finished, ranges);
  }

  @Override
  void powerOn() {
    Arrays.fill(sense, (byte) 0);
    byDma = false;
    limit = 0;
    available = 0;
    udmaMode = 2;
    drive.reset();
    super.powerOn();
  }

  @Override
  boolean isUnderWay() {
    return running;
  }

  @Override
  void close() {
    bounce.close();
  }

  @Override
  void showSignature() {
    phase = Phase.IDLE;
    registers.signature(SIGNATURE);
    // A packet drive isn't ready before it is asked for something.
    registers.status(0);
  }

  @Override
  void execute(int code) {
    if (code == AtaCommand.DEVICE_RESET) {
      reset();
      return;
    }
    if (running) {
      // What a reset has cut off is still under way.
      fail(TaskFile.ABORTED);
      return;
    }
    phase = Phase.IDLE;
    switch (code) {
      case AtaCommand.PACKET -> {
        byDma = (registers.features() & FEATURE_DMA) != 0;
        limit = registers.cylinder();
        phase = Phase.PACKET;
        registers.count(REASON_COMMAND);
        offer(PACKET_AT, PACKET_SIZE, false, false);
      }
      case AtaCommand.IDENTIFY_PACKET -> {
        identify();
        phase = Phase.IDENTIFICATION;
        offer(0, IDENTIFICATION, true, true);
      }
      case AtaCommand.IDENTIFY, AtaCommand.READ, AtaCommand.READ_NO_RETRY -> {
        registers.signature(SIGNATURE);
        fail(TaskFile.ABORTED);
      }
      case AtaCommand.SET_FEATURES -> setFeatures();
      case AtaCommand.CHECK_POWER -> {
        registers.count(0xFF);
        finish();
      }
      case AtaCommand.STANDBY_IMMEDIATE,
          AtaCommand.IDLE_IMMEDIATE,
          AtaCommand.STANDBY,
          AtaCommand.IDLE,
          AtaCommand.SLEEP ->
          finish();
      default -> fail(TaskFile.ABORTED);
    }
  }

  private void setFeatures() {
    if (registers.features() != 0x03) {
      fail(TaskFile.ABORTED);
      return;
    }
    int mode = registers.count();
    if (mode > 0x42) {
      fail(TaskFile.ABORTED);
      return;
    }
    if ((mode & 0xF8) == 0x40) {
      udmaMode = mode & 7;
    }
    finish();
  }

  @Override
  void blockDone() {
    switch (phase) {
      case PACKET -> run();
      case DATA -> offerNext(position());
      default -> {
        phase = Phase.IDLE;
        registers.status(TaskFile.READY | TaskFile.SEEK_COMPLETE);
      }
    }
  }

  // ---- a packet ------------------------------------------------------------------------------

  private void run() {
    byte[] cdb = command.cdb();
    Arrays.fill(cdb, (byte) 0);
    for (int i = 0; i < PACKET_SIZE; i++) {
      cdb[i] = buffer.get(ValueLayout.JAVA_BYTE, PACKET_AT + i);
    }
    busy();
    phase = Phase.RUNNING;
    if ((cdb[0] & 0xFF) == REQUEST_SENSE && sense[SENSE_KEY] != 0) {
      int length = Math.min(SENSE_SIZE, cdb[4] & 0xFF);
      MemorySegment.copy(sense, 0, data, ValueLayout.JAVA_BYTE, 0, length);
      Arrays.fill(sense, (byte) 0);
      transfer(length);
      return;
    }
    running = true;
    runningEra = era();
    drive.execute(command);
  }

  private void finished(ScsiCommand done) {
    synchronized (channel().lock()) {
      running = false;
      channel().lock().notifyAll();
      if (runningEra != era() || phase != Phase.RUNNING) {
        return;
      }
      Arrays.fill(sense, (byte) 0);
      if (done.status() == ScsiCommand.GOOD) {
        transfer((int) done.transferred());
      } else {
        done.copySense(sense, 0, SENSE_SIZE);
        phase = Phase.IDLE;
        registers.count(REASON_COMMAND | REASON_TO_GUEST);
        fail((sense[SENSE_KEY] & 15) << 4 | TaskFile.ABORTED);
      }
    }
  }

  private void transfer(int length) {
    available = length;
    if (length == 0) {
      end();
    } else if (byDma) {
      registers.count(REASON_TO_GUEST);
      requestDma();
    } else {
      MemorySegment.copy(data, 0, buffer, 0, length);
      phase = Phase.DATA;
      offerNext(0);
    }
  }

  private void offerNext(int from) {
    int left = available - from;
    if (left <= 0) {
      end();
      return;
    }
    // A limit of 0 is 64 KiB less two; an odd one is for the last block only.
    int most = limit == 0 || limit == 0xFFFF ? 0xFFFE : Math.max(2, limit & -2);
    int length = Math.min(left, most);
    registers.cylinder(length);
    registers.count(REASON_TO_GUEST);
    offer(from, length, true, true);
  }

  private void end() {
    phase = Phase.IDLE;
    registers.count(REASON_COMMAND | REASON_TO_GUEST);
    finish();
  }

  @Override
  void startDma(BusMaster master) {
    GuestRanges ranges = master.toMemory() ? master.prepare(available) : null;
    if (ranges == null) {
      master.failed();
      phase = Phase.IDLE;
      fail(TaskFile.ABORTED);
      return;
    }
    long at = 0;
    for (int i = 0; i < ranges.count(); i++) {
      MemorySegment.copy(data, at, ranges.segment(i), ranges.offset(i), ranges.length(i));
      at += ranges.length(i);
    }
    ranges.written(available);
    master.done(available);
    end();
  }

  // ATA/ATAPI-7 volume 1, section 6.18.
  private void identify() {
    clearIdentification();
    // A removable CD-ROM drive that takes its packet within 50 microseconds, of 12 bytes.
    word(0, 0x85C0);
    text(10, 10, "malachite-dvd-" + place);
    text(23, 4, "1.0");
    text(27, 20, "Virtual CD");
    word(49, 0x0F00);
    word(53, 7);
    word(63, 7);
    word(64, 3);
    for (int i = 65; i <= 68; i++) {
      word(i, 120);
    }
    word(80, 0xF0);
    word(82, 0x0210);
    word(83, 0x4000);
    word(84, 0x4000);
    word(85, 0x0210);
    word(87, 0x4000);
    word(88, 7 | 0x100 << udmaMode);
    sealIdentification();
  }

  @Override
  void transfer(StateTransfer s) throws StateException {
    super.transfer(s);
    drive.transfer(s);
    s.bytes(sense);
    phase = s.choice(phase, Phase.class);
    byDma = s.flag(byDma);
    limit = s.number(limit, 0, 0xFFFF);
    available = s.number(available, 0, LARGEST);
    udmaMode = s.number(udmaMode, 0, 7);
    if (phase == Phase.RUNNING) {
      // By DMA, the data waits here for the guest's start.
      byte[] bytes = s.block(data.asSlice(0, available).toArray(ValueLayout.JAVA_BYTE), LARGEST);
      MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
    }
  }
}
