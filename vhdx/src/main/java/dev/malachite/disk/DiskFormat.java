// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

/** The file formats a virtual disk can be kept in. */
public enum DiskFormat {
  /** Virtual hard disk version 2 (MS-VHDX). */
  VHDX("VHDX"),
  /** Virtual hard disk version 1, of Virtual PC, Virtual Server and early Hyper-V. */
  VHD("VHD"),
  /** The disk's bytes and nothing else. */
  RAW("raw"),
  /** An optical disc image with an ISO 9660 volume descriptor. */
  ISO("ISO 9660");

  private final String displayName;

  DiskFormat(String displayName) {
    this.displayName = displayName;
  }

  /** The name people know the format by. */
  public String displayName() {
    return displayName;
  }
}
