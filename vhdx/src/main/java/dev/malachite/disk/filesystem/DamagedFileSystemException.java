// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.filesystem;

import java.io.IOException;

/** A file system's structures make no sense, or need something that can't be read here. */
public final class DamagedFileSystemException extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedFileSystemException(String problem) {
    super("the file system can't be read: " + problem);
  }
}
