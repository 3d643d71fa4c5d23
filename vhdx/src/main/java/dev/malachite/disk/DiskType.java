// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

/** How a disk file provides space for the disk's contents. */
public enum DiskType {
  /** All space is in the file from the start. */
  FIXED("fixed"),
  /** Space is added to the file as it is first written. */
  DYNAMIC("dynamic"),
  /** The file holds what differs from a parent disk. */
  DIFFERENCING("differencing");

  private final String displayName;

  DiskType(String displayName) {
    this.displayName = displayName;
  }

  /** The name people know the type by. */
  public String displayName() {
    return displayName;
  }
}
