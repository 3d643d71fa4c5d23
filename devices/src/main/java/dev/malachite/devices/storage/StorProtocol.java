// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.storage;

/**
 * The storage protocol's packets: offsets in bytes from the start of the payload, all fields
 * little-endian.
 */
final class StorProtocol {
  static final int COMPLETE_IO = 1;
  static final int EXECUTE_SRB = 3;
  static final int RESET_LUN = 4;
  static final int RESET_ADAPTER = 5;
  static final int RESET_BUS = 6;
  static final int BEGIN_INITIALIZATION = 7;
  static final int END_INITIALIZATION = 8;
  static final int QUERY_PROTOCOL_VERSION = 9;
  static final int QUERY_PROPERTIES = 10;
  static final int ENUMERATE_BUS = 11;
  static final int CREATE_SUB_CHANNELS = 13;

  // Every packet.
  static final int OPERATION = 0; // 4 bytes
  static final int FLAGS = 4; // 4 bytes
  static final int STATUS = 8; // 4 bytes
  static final int BODY = 12;

  /** Bytes of a packet with the request of versions before 5.1. */
  static final int SIZE_1 = BODY + 0x24;

  /** Bytes of a packet with the request of versions since 5.1. */
  static final int SIZE_2 = BODY + 0x34;

  // Execute SRB.
  static final int SRB_LENGTH = BODY; // 2 bytes
  static final int SRB_STATUS = BODY + 2; // 1 byte
  static final int SCSI_STATUS = BODY + 3; // 1 byte
  static final int PATH = BODY + 5; // 1 byte
  static final int TARGET = BODY + 6; // 1 byte
  static final int LUN = BODY + 7; // 1 byte
  static final int CDB_LENGTH = BODY + 8; // 1 byte
  static final int SENSE_LENGTH = BODY + 9; // 1 byte
  static final int DATA_IN = BODY + 10; // 1 byte
  static final int TRANSFER_LENGTH = BODY + 12; // 4 bytes
  static final int CDB = BODY + 16; // 16 bytes; sense data in the answer, 20 bytes
  static final int SENSE_SIZE = 20;

  // Query protocol version.
  static final int VERSION = BODY; // 2 bytes, major << 8 | minor

  // Query properties.
  static final int MAX_CHANNELS = BODY + 4; // 2 bytes
  static final int PROPERTY_FLAGS = BODY + 8; // 4 bytes
  static final int MAX_TRANSFER = BODY + 12; // 4 bytes

  // Create sub-channels.
  static final int SUB_CHANNELS = BODY; // 2 bytes

  static final int SRB_SUCCESS = 0x01;
  static final int SRB_ERROR = 0x04;
  static final int SRB_INVALID_REQUEST = 0x06;
  static final int SRB_INVALID_LUN = 0x20;
  static final int SRB_AUTOSENSE_VALID = 0x80;

  static final int NT_SUCCESS = 0;
  static final int NT_INVALID_PARAMETER = 0xC000000D;
  static final int NT_INVALID_DEVICE_REQUEST = 0xC0000010;
  static final int NT_REVISION_MISMATCH = 0xC0000059;
  static final int NT_DEVICE_DOES_NOT_EXIST = 0xC00000C0;
  static final int NT_INVALID_DEVICE_STATE = 0xC0000184;
  static final int NT_IO_DEVICE_ERROR = 0xC0000185;

  private StorProtocol() {}

  /** True for a version this host speaks. */
  static boolean isSupported(int version) {
    return switch (version) {
      case 0x0200, 0x0402, 0x0501, 0x0600, 0x0602 -> true;
      default -> false;
    };
  }
}
