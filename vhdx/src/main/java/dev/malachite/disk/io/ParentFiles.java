// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/** How the parents of a differencing disk are opened, and what is put between them and the disk. */
@FunctionalInterface
public interface ParentFiles {
  /** Opens files of the host, shared and locked against writers. */
  ParentFiles DEFAULT = HostFiles::openShared;

  /** Opens files of the host likewise, behind a cache that all disks of this process share. */
  ParentFiles CACHED =
      new ParentFiles() {
        @Override
        public HostFile open(Path path) throws IOException {
          return HostFiles.openShared(path);
        }

        @Override
        public DiskParent wrap(DiskParent parent, HostFile file, UUID contents) throws IOException {
          return ParentCache.shared().before(parent, HostFiles.key(file.path()), contents);
        }
      };

  /**
   * Opens a parent's file to be read.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  HostFile open(Path path) throws IOException;

  /**
   * Opens a parent that is open to be read, to be written too; see {@link
   * HostFiles#openExclusiveInstead}.
   */
  default HostFile openExclusiveInstead(HostFile reader) throws IOException {
    return HostFiles.openExclusiveInstead(reader);
  }

  /** Locks a parent's file as it was before {@link #openExclusiveInstead}. */
  default void lockAgain(HostFile reader) throws IOException {
    HostFiles.lockAgain(reader);
  }

  /**
   * Puts something, a cache say, before a parent that is only read; closing it closes both.
   *
   * @param contents changes whenever the file's contents do
   */
  default DiskParent wrap(DiskParent parent, HostFile file, UUID contents) throws IOException {
    return parent;
  }
}
