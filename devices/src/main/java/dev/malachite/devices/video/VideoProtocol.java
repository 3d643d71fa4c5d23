// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.video;

/**
 * The synthetic video protocol: offsets in bytes from the start of the packet's payload, all fields
 * little-endian, none aligned.
 */
final class VideoProtocol {
  static final int PIPE_TYPE = 0; // 4 bytes
  static final int PIPE_SIZE = 4; // 4 bytes: what follows
  static final int TYPE = 8; // 4 bytes
  static final int SIZE = 12; // 4 bytes: this header and the body
  static final int BODY = 16;
  static final int PIPE_DATA = 1;

  static final int VERSION_REQUEST = 1;
  static final int VERSION_RESPONSE = 2;
  static final int VRAM_LOCATION = 3;
  static final int VRAM_LOCATION_ACK = 4;
  static final int SITUATION_UPDATE = 5;
  static final int SITUATION_UPDATE_ACK = 6;
  static final int POINTER_POSITION = 7;
  static final int POINTER_SHAPE = 8;
  static final int FEATURE_CHANGE = 9;
  static final int DIRT = 10;
  static final int BIOS_INFO_REQUEST = 11;
  static final int BIOS_INFO_RESPONSE = 12;
  static final int RESOLUTION_REQUEST = 13;
  static final int RESOLUTION_RESPONSE = 14;
  static final int CAPABILITY_REQUEST = 15;
  static final int CAPABILITY_RESPONSE = 16;

  // Version request: the number, major in the low half. Response: the number and two bytes more.
  static final int VERSION = BODY; // 4 bytes
  static final int VERSION_ACCEPTED = BODY + 4; // 1 byte
  static final int VERSION_OUTPUTS = BODY + 5; // 1 byte
  static final int VERSION_RESPONSE_SIZE = 6;

  /** Accepted; the guest may go on with this version. */
  static final int ACCEPTED = 2;

  // VRAM location, situation update and their answers start with the guest's own number.
  static final int CONTEXT = BODY; // 8 bytes
  static final int ACK_SIZE = 8;
  static final int VRAM_SPECIFIED = BODY + 8; // 1 byte
  static final int VRAM_GPA = BODY + 9; // 8 bytes
  static final int VRAM_LOCATION_SIZE = 17;

  static final int OUTPUT_COUNT = BODY + 8; // 1 byte
  static final int OUTPUT_ACTIVE = BODY + 9; // 1 byte
  static final int OUTPUT_OFFSET = BODY + 10; // 4 bytes
  static final int OUTPUT_DEPTH = BODY + 14; // 1 byte
  static final int OUTPUT_WIDTH = BODY + 15; // 4 bytes
  static final int OUTPUT_HEIGHT = BODY + 19; // 4 bytes
  static final int OUTPUT_PITCH = BODY + 23; // 4 bytes
  static final int SITUATION_SIZE = 27;

  static final int POINTER_VISIBLE = BODY; // 1 byte
  static final int POINTER_X = BODY + 2; // 4 bytes
  static final int POINTER_Y = BODY + 6; // 4 bytes
  static final int POINTER_POSITION_SIZE = 10;

  static final int SHAPE_PART = BODY; // 1 byte: 0 and up, the last one 0xFF
  static final int SHAPE_COLOUR = BODY + 1; // 1 byte
  static final int SHAPE_WIDTH = BODY + 2; // 4 bytes
  static final int SHAPE_HEIGHT = BODY + 6; // 4 bytes
  static final int SHAPE_HOT_X = BODY + 10; // 4 bytes
  static final int SHAPE_HOT_Y = BODY + 14; // 4 bytes
  static final int SHAPE_DATA = BODY + 18;
  static final int SHAPE_LAST_PART = 0xFF;

  static final int FEATURE_DIRT = BODY; // 1 byte each
  static final int FEATURE_POINTER_POSITION = BODY + 1;
  static final int FEATURE_POINTER_SHAPE = BODY + 2;
  static final int FEATURE_SITUATION = BODY + 3;
  static final int FEATURE_SIZE = 4;

  static final int DIRT_COUNT = BODY + 1; // 1 byte
  static final int DIRT_RECTANGLES = BODY + 2; // 16 bytes each: left, top, right, bottom
  static final int RECTANGLE_SIZE = 16;

  static final int BIOS_STOP_DEVICE = BODY; // 4 bytes
  static final int BIOS_INFO_SIZE = 16;

  static final int RESOLUTION_MAXIMUM = BODY; // 1 byte
  static final int RESOLUTION_EDID = BODY; // 128 bytes
  static final int RESOLUTION_COUNT = BODY + 128; // 1 byte
  static final int RESOLUTION_DEFAULT = BODY + 129; // 1 byte
  static final int RESOLUTION_STANDARD = BODY + 130; // 1 byte
  static final int RESOLUTION_LIST = BODY + 131; // 4 bytes each: width, height

  static final int CAPABILITY_SIZE = 64;

  private VideoProtocol() {}

  /** True for 3.0 and 3.2 to 3.5. */
  static boolean isSupported(int version) {
    int minor = version >>> 16;
    return (version & 0xFFFF) == 3 && (minor == 0 || minor >= 2 && minor <= 5);
  }
}
