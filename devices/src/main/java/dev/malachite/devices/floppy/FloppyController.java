// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.floppy;

import dev.malachite.disk.VirtualDisk;
import dev.malachite.engine.device.InterruptLine;
import dev.malachite.engine.device.IoBus;
import dev.malachite.engine.device.PortHandler;
import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The floppy controller of a PC (Intel 82077AA data sheet, 290166) with one drive, over DMA channel
 * 2 and interrupt 6. Any thread.
 *
 * <p>A command is carried out on the thread of the processor that writes its last byte, which waits
 * for the disk meanwhile: a track is 18 KiB at most, and nobody uses diskettes for speed.
 */
public final class FloppyController implements PortHandler, Saveable {
  private static final System.Logger LOGGER = System.getLogger("malachite.storage");

  private static final int STATUS_A = 0x3F0;
  private static final int STATUS_B = 0x3F1;
  private static final int OUTPUT = 0x3F2;
  private static final int TAPE = 0x3F3;
  private static final int MAIN_STATUS = 0x3F4;
  private static final int DATA = 0x3F5;
  private static final int INPUT = 0x3F7;
  private static final int DMA_CHANNEL = 2;

  // Digital output register.
  private static final int NO_RESET = 0x04;
  private static final int DMA_GATE = 0x08;

  // Main status register.
  private static final int BUSY = 0x10;
  private static final int TO_GUEST = 0x40;
  private static final int REQUEST = 0x80;

  // Status register 0.
  private static final int SEEK_END = 0x20;
  private static final int ABNORMAL = 0x40;
  private static final int INVALID = 0x80;
  private static final int POLLING = 0xC0;

  // Status register 1.
  private static final int NO_DATA = 0x04;
  private static final int NOT_WRITABLE = 0x02;
  private static final int MISSING_ADDRESS = 0x01;
  private static final int DATA_ERROR = 0x20;
  private static final int END_OF_CYLINDER = 0x80;

  // Commands, in bits 4 to 0.
  private static final int SPECIFY = 0x03;
  private static final int SENSE_DRIVE = 0x04;
  private static final int WRITE_DATA = 0x05;
  private static final int READ_DATA = 0x06;
  private static final int RECALIBRATE = 0x07;
  private static final int SENSE_INTERRUPT = 0x08;
  private static final int READ_ID = 0x0A;
  private static final int FORMAT = 0x0D;
  private static final int DUMP_REGISTERS = 0x0E;
  private static final int SEEK = 0x0F;
  private static final int VERSION = 0x10;
  private static final int PERPENDICULAR = 0x12;
  private static final int CONFIGURE = 0x13;
  private static final int LOCK = 0x14;
  private static final int PART_ID = 0x18;

  private static final int MULTI_TRACK = 0x80;
  private static final int DRIVES = 4;
  private static final int LAST_CYLINDER = 255;

  private final InterruptLine line;
  private final DmaPair dma;
  private final @Nullable VirtualDisk disk;
  private final @Nullable FloppyFormat format;
  private final byte[] sector = new byte[FloppyFormat.SECTOR];
  private final MemorySegment buffer = Arena.ofAuto().allocate(FloppyFormat.SECTOR, 16);

  private final int[] command = new int[9];
  private int received;
  private final int[] result = new int[10];
  private int resultLength;
  private int resultPosition;

  private int output;
  private int tape;
  private final int[] cylinder = new int[DRIVES];
  private int status0;
  private int resetsToSense;
  private boolean changed;
  private int[] specified = new int[2];
  private int configured;
  private int precompensation;
  private boolean locked;
  private int perpendicular;

  /**
   * A controller with a drive.
   *
   * @param line interrupt 6
   * @param dma has its channel
   * @param disk the diskette, or null
   * @throws IllegalArgumentException if diskettes have not so many bytes
   */
  public FloppyController(InterruptLine line, DmaPair dma, @Nullable VirtualDisk disk) {
    this.line = line;
    this.dma = dma;
    this.disk = disk;
    format = disk == null ? null : FloppyFormat.of(disk.size());
    if (disk != null && format == null) {
      throw new IllegalArgumentException(
          "a diskette of " + disk.size() + " bytes: they have 1440 KiB, 2880, 1200, 720 or 360");
    }
    changed = true;
  }

  /** The drive's type as a clock's memory has it: 0 for none, 4 for one of 1440 KiB. */
  public int driveType() {
    if (format == null) {
      return 0;
    }
    if (format.cylinders() < 80) {
      return 1;
    }
    return switch (format.sectors()) {
      case 9 -> 3;
      case 15 -> 2;
      case 36 -> 5;
      default -> 4;
    };
  }

  /** Connects its ports. */
  public void connect(IoBus bus) {
    bus.mapPorts(STATUS_A, 6, this);
    bus.mapPorts(INPUT, 1, this);
  }

  /** Sets the state after power-on. */
  public synchronized void reset() {
    output = 0;
    tape = 0;
    Arrays.fill(sector, (byte) 0);
    Arrays.fill(command, 0);
    Arrays.fill(result, 0);
    Arrays.fill(cylinder, 0);
    Arrays.fill(specified, 0);
    changed = true;
    locked = false;
    softReset();
    resetsToSense = 0;
    line.set(false);
  }

  private void softReset() {
    received = 0;
    resultLength = 0;
    resultPosition = 0;
    status0 = 0;
    if (!locked) {
      configured = 0;
      precompensation = 0;
    }
    perpendicular = 0;
    line.set(false);
  }

  @Override
  public synchronized int readPort(int port, int size) {
    return switch (port) {
      case STATUS_A, STATUS_B -> 0;
      case OUTPUT -> output;
      case TAPE -> tape;
      case MAIN_STATUS -> mainStatus();
      case DATA -> readResult();
      // Bit 7: the diskette has been changed since the last step.
      default -> changed && (output & 3) == 0 ? 0x80 : 0;
    };
  }

  private int mainStatus() {
    if ((output & NO_RESET) == 0) {
      return 0;
    }
    boolean answers = resultLength > 0;
    return REQUEST | (answers ? TO_GUEST : 0) | (answers || received > 0 ? BUSY : 0);
  }

  private int readResult() {
    if (resultLength == 0) {
      return 0;
    }
    line.set(false);
    int value = result[resultPosition++];
    if (resultPosition == resultLength) {
      resultLength = 0;
    }
    return value;
  }

  @Override
  public synchronized void writePort(int port, int size, int value) {
    int data = value & 0xFF;
    switch (port) {
      case OUTPUT -> {
        boolean wasReset = (output & NO_RESET) == 0;
        output = data;
        if ((data & NO_RESET) == 0) {
          softReset();
        } else if (wasReset) {
          // After a reset each drive has its status sensed once.
          resetsToSense = DRIVES;
          interrupt();
        }
      }
      case TAPE -> tape = data & 3;
      case MAIN_STATUS -> {
        if ((data & 0x80) != 0) {
          softReset();
          resetsToSense = DRIVES;
          interrupt();
        }
      }
      case DATA -> writeCommand(data);
      default -> {
        // Read only, or the data rate, which makes no difference here.
      }
    }
  }

  private void interrupt() {
    line.set((output & DMA_GATE) != 0);
  }

  private void writeCommand(int value) {
    if ((output & NO_RESET) == 0 || resultLength > 0) {
      return;
    }
    command[received++] = value;
    if (received == length(command[0])) {
      received = 0;
      execute();
    }
  }

  // Bytes of a command, the first one counted.
  private static int length(int first) {
    return switch (first & 0x1F) {
      case WRITE_DATA, READ_DATA, 0x09, 0x0C, 0x11, 0x19, 0x1D, 0x16, 0x02 -> 9;
      case FORMAT -> 6;
      case CONFIGURE -> 4;
      case SPECIFY, SEEK -> 3;
      case SENSE_DRIVE, RECALIBRATE, READ_ID, PERPENDICULAR -> 2;
      default -> 1;
    };
  }

  private void execute() {
    switch (command[0] & 0x1F) {
      case SPECIFY -> specified = new int[] {command[1], command[2]};
      case SENSE_DRIVE -> {
        int drive = command[1] & 3;
        answer(
            command[1] & 7
                | 0x28
                | (cylinder[drive] == 0 ? 0x10 : 0)
                | (disk != null && disk.readOnly() ? 0x40 : 0));
      }
      case RECALIBRATE -> seek(command[1] & 3, 0);
      case SEEK -> {
        boolean relative = (command[0] & 0x80) != 0;
        int drive = command[1] & 3;
        int inwards = (command[0] & 0x40) != 0 ? command[2] : -command[2];
        seek(
            drive, relative ? Math.clamp(cylinder[drive] + inwards, 0, LAST_CYLINDER) : command[2]);
      }
      case SENSE_INTERRUPT -> senseInterrupt();
      case READ_DATA -> transfer(false);
      case WRITE_DATA -> transfer(true);
      case READ_ID -> readId();
      case FORMAT -> formatTrack();
      case DUMP_REGISTERS ->
          answer(
              cylinder[0],
              cylinder[1],
              cylinder[2],
              cylinder[3],
              specified[0],
              specified[1],
              format == null ? 18 : format.sectors(),
              (locked ? 0x80 : 0) | perpendicular & 0x3F,
              configured,
              precompensation);
      case VERSION -> answer(0x90);
      case PERPENDICULAR -> perpendicular = command[1];
      case CONFIGURE -> {
        configured = command[2];
        precompensation = command[3];
      }
      case LOCK -> {
        locked = (command[0] & 0x80) != 0;
        answer(locked ? 0x10 : 0);
      }
      case PART_ID -> answer(0x41);
      default -> answer(INVALID);
    }
  }

  private void answer(int... bytes) {
    System.arraycopy(bytes, 0, result, 0, bytes.length);
    resultLength = bytes.length;
    resultPosition = 0;
  }

  private void senseInterrupt() {
    line.set(false);
    if (resetsToSense > 0) {
      int drive = DRIVES - resetsToSense--;
      answer(POLLING | drive, cylinder[drive]);
    } else if (status0 != 0) {
      int value = status0;
      status0 = 0;
      answer(value, cylinder[value & 3]);
    } else {
      answer(INVALID);
    }
  }

  private void seek(int drive, int target) {
    cylinder[drive] = target;
    if (drive == 0 && disk != null) {
      changed = false;
    }
    resetsToSense = 0;
    // There is one drive: the others never find their track 0.
    status0 = SEEK_END | drive | (drive == 0 ? 0 : ABNORMAL | 0x10);
    interrupt();
  }

  // ---- data ----------------------------------------------------------------------------------

  private @Nullable FloppyFormat media(int drive) {
    return drive == 0 && disk != null ? format : null;
  }

  private void readId() {
    int drive = command[1] & 3;
    int head = command[1] >> 2 & 1;
    FloppyFormat media = media(drive);
    if (media == null || cylinder[drive] >= media.cylinders() || head >= media.heads()) {
      finish(ABNORMAL, MISSING_ADDRESS, cylinder[drive], head, 1);
    } else {
      finish(0, 0, cylinder[drive], head, 1);
    }
  }

  private void transfer(boolean write) {
    int drive = command[1] & 3;
    int head = command[3] & 1;
    int track = command[2];
    int number = command[4];
    int last = command[6];
    boolean bothSides = (command[0] & MULTI_TRACK) != 0;
    FloppyFormat media = media(drive);
    VirtualDisk medium = disk;
    if (media == null || medium == null || (command[5] != 2)) {
      finish(ABNORMAL, MISSING_ADDRESS, track, head, number);
      return;
    }
    if (write && medium.readOnly()) {
      finish(ABNORMAL, NOT_WRITABLE, track, head, number);
      return;
    }
    // The channel's count ends a transfer; no more than one cylinder is ever read.
    int most = media.sectors() * media.heads();
    for (int i = 0; i < most; i++) {
      long offset = track == cylinder[drive] ? media.offset(track, head, number) : -1;
      if (offset < 0) {
        finish(ABNORMAL, NO_DATA, track, head, number);
        return;
      }
      try {
        if (!move(medium, offset, write)) {
          break;
        }
      } catch (IOException e) {
        LOGGER.log(System.Logger.Level.WARNING, "floppy: byte {0}: {1}", offset, e.getMessage());
        finish(ABNORMAL, DATA_ERROR, track, head, number);
        return;
      }
      boolean endOfTrack = number == last;
      number = endOfTrack ? 1 : number + 1;
      if (endOfTrack) {
        if (bothSides && head == 0 && media.heads() > 1) {
          head = 1;
        } else {
          track++;
          head = bothSides ? 0 : head;
          if (dma.isReady(DMA_CHANNEL)) {
            finish(ABNORMAL, END_OF_CYLINDER, track, head, number);
            return;
          }
          break;
        }
      }
      if (!dma.isReady(DMA_CHANNEL)) {
        break;
      }
    }
    finish(0, 0, track, head, number);
  }

  // Moves a sector; false if the channel took none of it.
  private boolean move(VirtualDisk medium, long offset, boolean write) throws IOException {
    if (write) {
      Arrays.fill(sector, (byte) 0);
      if (dma.transfer(DMA_CHANNEL, sector, 0, sector.length, false) == 0) {
        return false;
      }
      MemorySegment.copy(sector, 0, buffer, ValueLayout.JAVA_BYTE, 0, sector.length);
      medium.write(offset, buffer);
      return true;
    }
    medium.read(offset, buffer);
    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, sector, 0, sector.length);
    return dma.transfer(DMA_CHANNEL, sector, 0, sector.length, true) > 0;
  }

  private void formatTrack() {
    int drive = command[1] & 3;
    int head = command[1] >> 2 & 1;
    FloppyFormat media = media(drive);
    VirtualDisk medium = disk;
    if (media == null || medium == null || medium.readOnly()) {
      finish(ABNORMAL, NOT_WRITABLE, cylinder[drive], head, 1);
      return;
    }
    byte[] id = new byte[4];
    Arrays.fill(sector, (byte) command[5]);
    MemorySegment.copy(sector, 0, buffer, ValueLayout.JAVA_BYTE, 0, sector.length);
    int count = Math.min(command[3], media.sectors());
    try {
      for (int i = 0; i < count; i++) {
        dma.transfer(DMA_CHANNEL, id, 0, id.length, false);
        long offset = media.offset(cylinder[drive], head, id[2] & 0xFF);
        if (offset >= 0) {
          medium.write(offset, buffer);
        }
      }
      finish(0, 0, cylinder[drive], head, 1);
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.WARNING, "floppy: format: {0}", e.getMessage());
      finish(ABNORMAL, DATA_ERROR, cylinder[drive], head, 1);
    }
  }

  private void finish(int how, int error, int track, int head, int number) {
    int drive = command[1] & 3;
    answer(how | head << 2 | drive, error, 0, track & 0xFF, head, number, 2);
    interrupt();
  }

  @Override
  public synchronized void transfer(StateTransfer s) throws StateException {
    s.bytes(sector);
    s.numbers(command, 0, 0xFF);
    received = s.number(received, 0, command.length);
    s.numbers(result, 0, 0xFF);
    resultLength = s.number(resultLength, 0, result.length);
    resultPosition = s.number(resultPosition, 0, result.length);
    if (resultLength > 0 && resultPosition >= resultLength) {
      throw s.impossible("a result that has been read");
    }
    output = s.number(output, 0, 0xFF);
    tape = s.number(tape, 0, 0xFF);
    s.numbers(cylinder, 0, LAST_CYLINDER);
    status0 = s.number(status0, 0, 0xFF);
    resetsToSense = s.number(resetsToSense, 0, DRIVES);
    changed = s.flag(changed);
    s.numbers(specified, 0, 0xFF);
    configured = s.int32(configured);
    precompensation = s.int32(precompensation);
    locked = s.flag(locked);
    perpendicular = s.int32(perpendicular);
  }
}
