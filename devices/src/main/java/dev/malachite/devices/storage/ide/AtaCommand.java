// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.storage.ide;

/** Command codes (ATA/ATAPI-7 volume 1, annex B). */
final class AtaCommand {
  static final int NOP = 0x00;
  static final int DEVICE_RESET = 0x08;
  static final int RECALIBRATE = 0x10;
  static final int READ = 0x20;
  static final int READ_NO_RETRY = 0x21;
  static final int READ_EXT = 0x24;
  static final int READ_DMA_EXT = 0x25;
  static final int READ_NATIVE_MAX_EXT = 0x27;
  static final int READ_MULTIPLE_EXT = 0x29;
  static final int WRITE = 0x30;
  static final int WRITE_NO_RETRY = 0x31;
  static final int WRITE_EXT = 0x34;
  static final int WRITE_DMA_EXT = 0x35;
  static final int WRITE_MULTIPLE_EXT = 0x39;
  static final int WRITE_DMA_FUA_EXT = 0x3D;
  static final int VERIFY = 0x40;
  static final int VERIFY_NO_RETRY = 0x41;
  static final int VERIFY_EXT = 0x42;
  static final int SEEK = 0x70;
  static final int INITIALIZE_PARAMETERS = 0x91;
  static final int PACKET = 0xA0;
  static final int IDENTIFY_PACKET = 0xA1;
  static final int READ_MULTIPLE = 0xC4;
  static final int WRITE_MULTIPLE = 0xC5;
  static final int SET_MULTIPLE = 0xC6;
  static final int READ_DMA = 0xC8;
  static final int READ_DMA_NO_RETRY = 0xC9;
  static final int WRITE_DMA = 0xCA;
  static final int WRITE_DMA_NO_RETRY = 0xCB;
  static final int STANDBY_IMMEDIATE = 0xE0;
  static final int IDLE_IMMEDIATE = 0xE1;
  static final int STANDBY = 0xE2;
  static final int IDLE = 0xE3;
  static final int CHECK_POWER = 0xE5;
  static final int SLEEP = 0xE6;
  static final int FLUSH = 0xE7;
  static final int FLUSH_EXT = 0xEA;
  static final int IDENTIFY = 0xEC;
  static final int SET_FEATURES = 0xEF;
  static final int READ_NATIVE_MAX = 0xF8;

  private AtaCommand() {}
}
