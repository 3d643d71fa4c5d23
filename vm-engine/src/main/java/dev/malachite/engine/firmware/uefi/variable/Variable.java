// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.variable;

import java.util.UUID;

/**
 * A variable (UEFI 2.10, section 8.2).
 *
 * @param name its name
 * @param vendor its name space
 * @param attributes as in section 8.2.1
 * @param data its contents; not to be changed
 * @param time the time stamp of the last authenticated write, 16 bytes, or nothing
 */
@SuppressWarnings("ArrayRecordComponent")
public record Variable(String name, UUID vendor, int attributes, byte[] data, byte[] time) {
  /** Kept when the machine is off. */
  public static final int NON_VOLATILE = 1;

  /** Seen while boot services are there. */
  public static final int BOOT = 2;

  /** Seen after that, too. */
  public static final int RUNTIME = 4;

  /** A hardware error's record. */
  public static final int HARDWARE_ERROR = 8;

  /** Writes by a counter: no longer used. */
  public static final int COUNTED_WRITE = 0x10;

  /** Writes must be signed and newer. */
  public static final int TIMED_WRITE = 0x20;

  /** Data is added to what is there. */
  public static final int APPEND = 0x40;

  /** The name space of the specification's own variables. */
  public static final UUID GLOBAL = UUID.fromString("8be4df61-93ca-11d2-aa0d-00e098032b8c");

  /** The name space of signature databases. */
  public static final UUID SECURITY = UUID.fromString("d719b2cb-3d3a-4596-a3bc-dad00e67656f");

  /** What identifies a variable. */
  record Key(UUID vendor, String name) {}

  Key key() {
    return new Key(vendor, name);
  }

  int size() {
    return 2 * name.length() + 2 + data.length;
  }
}
