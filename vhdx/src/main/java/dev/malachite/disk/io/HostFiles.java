// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.io;

import dev.malachite.disk.DiskInUseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Opens host files the best way the host offers. */
public final class HostFiles {
  private HostFiles() {}

  /**
   * Opens an existing file to read and write, locked against every other user.
   *
   * @throws DiskInUseException if someone else has it open
   */
  public static HostFile openExclusive(Path path) throws IOException {
    requireRegular(path);
    return Posix.Availability.AVAILABLE ? openLocked(path, true) : ChannelFile.openExclusive(path);
  }

  /**
   * Opens an existing file to read, locked against writers.
   *
   * @throws DiskInUseException if someone else has it open to write
   */
  public static HostFile openShared(Path path) throws IOException {
    requireRegular(path);
    return Posix.Availability.AVAILABLE ? openLocked(path, false) : ChannelFile.openShared(path);
  }

  /** Opens an existing file to read without a lock; what it holds may be changing. */
  public static HostFile openUnlocked(Path path) throws IOException {
    requireRegular(path);
    return Posix.Availability.AVAILABLE
        ? PosixFile.open(path, Posix.O_RDONLY)
        : ChannelFile.openUnlocked(path);
  }

  /**
   * Makes a new file to read and write.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is such a file
   */
  public static HostFile create(Path path) throws IOException {
    return Posix.Availability.AVAILABLE
        ? PosixFile.open(path, Posix.O_RDWR | Posix.O_CREAT | Posix.O_EXCL)
        : ChannelFile.create(path);
  }

  /** Opening some other things, a pipe say, would wait for their other end. */
  private static void requireRegular(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    if (!Files.isRegularFile(path)) {
      throw new IOException(path + ": not a regular file, so it can't be a virtual disk.");
    }
  }

  private static HostFile openLocked(Path path, boolean exclusive) throws IOException {
    PosixFile file = PosixFile.open(path, exclusive ? Posix.O_RDWR : Posix.O_RDONLY);
    boolean locked = false;
    try {
      locked = file.lock(exclusive);
    } finally {
      if (!locked) {
        file.close();
      }
    }
    if (!locked) {
      throw new DiskInUseException(
          path,
          "another machine or program",
          "Stop the machine or program that has it open, or use a copy of the file.");
    }
    return file;
  }
}
