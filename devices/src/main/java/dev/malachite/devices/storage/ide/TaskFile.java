// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.storage.ide;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.util.Arrays;

/**
 * The registers of one drive's command block (ATA/ATAPI-7, volume 1, section 5 and volume 2), each
 * with what it held before, which 48-bit commands use as its high byte.
 */
final class TaskFile {
  // Register numbers: offsets from the command block's first port.
  static final int DATA = 0;
  static final int ERROR = 1;
  static final int COUNT = 2;
  static final int LBA_LOW = 3;
  static final int LBA_MID = 4;
  static final int LBA_HIGH = 5;
  static final int DEVICE = 6;
  static final int STATUS = 7;

  // Status bits.
  static final int ERR = 0x01;
  static final int DRQ = 0x08;
  static final int SEEK_COMPLETE = 0x10;
  static final int DEVICE_FAULT = 0x20;
  static final int READY = 0x40;
  static final int BUSY = 0x80;

  // Error bits.
  static final int ABORTED = 0x04;
  static final int ID_NOT_FOUND = 0x10;
  static final int UNCORRECTABLE = 0x40;

  // Device bits.
  static final int DEVICE_1 = 0x10;
  static final int LBA = 0x40;

  private static final int DIAGNOSTICS_PASSED = 1;

  private final int[] written = new int[8];
  private final int[] before = new int[8];
  private int error;
  private int status;

  /** The guest writes a register but the data and command ones. */
  void write(int register, int value) {
    if (register != DEVICE) {
      before[register] = written[register];
    }
    written[register] = value;
  }

  /** Reads a register; {@code previous} chooses what it held before. */
  int read(int register, boolean previous) {
    return switch (register) {
      case ERROR -> error;
      case STATUS -> status;
      case DEVICE -> written[DEVICE] | 0xA0;
      default -> previous ? before[register] : written[register];
    };
  }

  int features() {
    return written[ERROR];
  }

  int count() {
    return written[COUNT];
  }

  void count(int value) {
    written[COUNT] = value;
  }

  /** Sectors of a 48-bit command; 0 stands for 65,536. */
  int longCount() {
    return before[COUNT] << 8 | written[COUNT];
  }

  int low() {
    return written[LBA_LOW];
  }

  int mid() {
    return written[LBA_MID];
  }

  int high() {
    return written[LBA_HIGH];
  }

  int device() {
    return written[DEVICE];
  }

  boolean isLba() {
    return (written[DEVICE] & LBA) != 0;
  }

  /** The block number of a 28-bit command. */
  long lba() {
    return (written[DEVICE] & 15L) << 24 | high() << 16 | mid() << 8 | low();
  }

  /** The block number of a 48-bit command. */
  long longLba() {
    long upper = (long) before[LBA_HIGH] << 40 | (long) before[LBA_MID] << 32;
    return upper | (long) before[LBA_LOW] << 24 | high() << 16 | mid() << 8 | low();
  }

  /** Sets the block number of a 28-bit command, as after an error. */
  void lba(long block) {
    written[LBA_LOW] = (int) block & 0xFF;
    written[LBA_MID] = (int) (block >> 8) & 0xFF;
    written[LBA_HIGH] = (int) (block >> 16) & 0xFF;
    written[DEVICE] = written[DEVICE] & 0xF0 | (int) (block >> 24) & 15;
  }

  /** Sets the block number of a 48-bit command. */
  void longLba(long block) {
    written[LBA_LOW] = (int) block & 0xFF;
    written[LBA_MID] = (int) (block >> 8) & 0xFF;
    written[LBA_HIGH] = (int) (block >> 16) & 0xFF;
    before[LBA_LOW] = (int) (block >> 24) & 0xFF;
    before[LBA_MID] = (int) (block >> 32) & 0xFF;
    before[LBA_HIGH] = (int) (block >> 40) & 0xFF;
  }

  /** Sets the two registers that hold a packet command's byte count, or a signature's end. */
  void cylinder(int value) {
    written[LBA_MID] = value & 0xFF;
    written[LBA_HIGH] = value >> 8;
  }

  int cylinder() {
    return high() << 8 | mid();
  }

  int status() {
    return status;
  }

  void status(int value) {
    status = value;
  }

  void error(int value) {
    error = value;
  }

  /** What a drive shows after a reset (ATA/ATAPI-7, section 9.12, "Signature and persistence"). */
  void signature(int cylinder) {
    error = DIAGNOSTICS_PASSED;
    written[COUNT] = 1;
    written[LBA_LOW] = 1;
    cylinder(cylinder);
    written[DEVICE] = 0;
  }

  void clear() {
    Arrays.fill(written, 0);
    Arrays.fill(before, 0);
    error = 0;
    status = 0;
  }

  void transfer(StateTransfer s) throws StateException {
    s.numbers(written, 0, 0xFF);
    s.numbers(before, 0, 0xFF);
    error = s.number(error, 0, 0xFF);
    status = s.number(status, 0, 0xFF);
  }
}
