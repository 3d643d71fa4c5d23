// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.io;

import java.io.IOException;
import java.nio.file.Path;

/** How the parents of a differencing disk are opened, and what is put between them and the disk. */
@FunctionalInterface
public interface ParentFiles {
  /** Opens files of the host, shared and locked against writers. */
  ParentFiles DEFAULT = HostFiles::openShared;

  /**
   * Opens a parent's file to be read.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  HostFile open(Path path) throws IOException;

  /** Puts something, a cache say, before a parent that is only read; closing it closes both. */
  default DiskParent wrap(DiskParent parent, HostFile file) {
    return parent;
  }
}
