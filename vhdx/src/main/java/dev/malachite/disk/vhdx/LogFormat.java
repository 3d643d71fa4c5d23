// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

/** Fields of log entries (section 2.3.1), shared by the reader and the writer of the log. */
final class LogFormat {
  static final int ENTRY_SIGNATURE = 0x6567_6F6C; // "loge"
  static final int ZERO_SIGNATURE = 0x6F72_657A; // "zero"
  static final int DESCRIPTOR_SIGNATURE = 0x6373_6564; // "desc"
  static final int DATA_SIGNATURE = 0x6174_6164; // "data"

  // Section 2.3.1.1, entry header.
  // Field                         offset  size
  static final int AT_SIGNATURE = 0; // 4
  static final int AT_CHECKSUM = 4; // 4
  static final int AT_ENTRY_LENGTH = 8; // 4
  static final int AT_TAIL = 12; // 4
  static final int AT_SEQUENCE_NUMBER = 16; // 8
  static final int AT_DESCRIPTOR_COUNT = 24; // 4
  static final int AT_LOG_GUID = 32; // 16
  static final int AT_FLUSHED_FILE_OFFSET = 48; // 8
  static final int AT_LAST_FILE_OFFSET = 56; // 8
  static final int HEADER_SIZE = 64;

  // Sections 2.3.1.2 and 2.3.1.3, zero and data descriptors.
  static final int DESCRIPTOR_SIZE = 32;
  static final int DESCRIPTOR_AT_SIGNATURE = 0; // 4
  static final int DESCRIPTOR_AT_TRAILING_BYTES = 4; // 4, data
  static final int DESCRIPTOR_AT_LEADING_BYTES = 8; // 8, data
  static final int DESCRIPTOR_AT_ZERO_LENGTH = 8; // 8, zero
  static final int DESCRIPTOR_AT_FILE_OFFSET = 16; // 8
  static final int DESCRIPTOR_AT_SEQUENCE_NUMBER = 24; // 8

  // Section 2.3.1.4, data sector.
  static final int DATA_AT_SIGNATURE = 0; // 4
  static final int DATA_AT_SEQUENCE_HIGH = 4; // 4
  static final int DATA_AT_SEQUENCE_LOW = 4092; // 4

  /** Bytes at the start of a data sector that its descriptor holds. */
  static final int LEADING_BYTES = 8;

  private LogFormat() {}

  /** Bytes that the header and the descriptors take up: whole sectors. */
  static long descriptorBytes(long descriptors) {
    long bytes = HEADER_SIZE + descriptors * DESCRIPTOR_SIZE;
    return (bytes + VhdxConstants.SECTOR - 1) & -VhdxConstants.SECTOR;
  }
}
