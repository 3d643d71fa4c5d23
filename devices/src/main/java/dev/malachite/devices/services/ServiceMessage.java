// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.services;

/**
 * The frame all integration services share: offsets in bytes from the start of the packet's
 * payload, all fields little-endian.
 */
final class ServiceMessage {
  /** The most a service sends in one packet. */
  static final int MAX_SIZE = 13_312;

  static final int PIPE_TYPE = 0; // 4 bytes
  static final int PIPE_SIZE = 4; // 4 bytes: what follows
  static final int FRAMEWORK_MAJOR = 8; // 2 bytes
  static final int FRAMEWORK_MINOR = 10; // 2 bytes
  static final int TYPE = 12; // 2 bytes
  static final int VERSION_MAJOR = 14; // 2 bytes
  static final int VERSION_MINOR = 16; // 2 bytes
  static final int BODY_SIZE = 18; // 2 bytes
  static final int STATUS = 20; // 4 bytes
  static final int TRANSACTION = 24; // 1 byte
  static final int FLAGS = 25; // 1 byte
  static final int BODY = 28;

  static final int PIPE_DATA = 1;

  static final int FLAG_TRANSACTION = 1;
  static final int FLAG_REQUEST = 2;
  static final int FLAG_RESPONSE = 4;

  static final int TYPE_NEGOTIATE = 0;
  static final int TYPE_HEARTBEAT = 1;
  static final int TYPE_KEY_VALUE = 2;
  static final int TYPE_SHUTDOWN = 3;
  static final int TYPE_TIME = 4;

  static final int STATUS_OK = 0;

  // Negotiation.
  static final int FRAMEWORK_COUNT = BODY; // 2 bytes
  static final int VERSION_COUNT = BODY + 2; // 2 bytes
  static final int VERSIONS = BODY + 8; // 4 bytes each: major, minor

  private ServiceMessage() {}

  /** A version as this package writes it: {@code major << 16 | minor}. */
  static int version(int major, int minor) {
    return major << 16 | minor;
  }
}
