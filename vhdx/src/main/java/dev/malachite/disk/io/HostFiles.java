// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.io;

import dev.malachite.disk.DiskInUseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

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
    return Posix.Availability.AVAILABLE
        ? openLocked(path, Posix.O_RDWR, PosixFile::lockExclusive)
        : ChannelFile.openExclusive(path);
  }

  /**
   * Opens an existing file to read, locked against writers.
   *
   * @throws DiskInUseException if someone else has it open to write
   */
  public static HostFile openShared(Path path) throws IOException {
    requireRegular(path);
    return Posix.Availability.AVAILABLE
        ? openLocked(path, Posix.O_RDONLY, PosixFile::lockShared)
        : ChannelFile.openShared(path);
  }

  /**
   * Opens a file to read and write, locked against every other user but the one that has it open to
   * read so far, who goes on reading without a lock.
   *
   * @throws DiskInUseException if someone else has it open; the reader then keeps the lock
   */
  public static HostFile openExclusiveInstead(HostFile reader) throws IOException {
    if (!(reader instanceof PosixFile shared)) {
      throw new IOException(
          reader.path() + ": can't be changed while it is being read on this host.");
    }
    shared.unlock();
    boolean done = false;
    try {
      HostFile file = openExclusive(reader.path());
      done = true;
      return file;
    } finally {
      if (!done) {
        shared.lockShared();
      }
    }
  }

  /**
   * Locks a file against writers again that was given up to one, who has closed it since.
   *
   * @throws DiskInUseException if another writer was quicker
   */
  public static void lockAgain(HostFile reader) throws IOException {
    if (reader instanceof PosixFile shared && !shared.lockShared()) {
      throw new DiskInUseException(
          reader.path(),
          "another machine or program",
          "Turn this machine off; what it reads may change.");
    }
  }

  /** What tells a file from others, whatever its name. */
  public static Object key(Path path) throws IOException {
    if (Files.exists(path)) {
      Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
      return key != null ? key : path.toRealPath();
    }
    return path.toAbsolutePath().normalize();
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

  /** What the first of several users of a file does before the others may come. */
  @FunctionalInterface
  public interface Preparation {
    /** Prepares the file, which nobody else has open. */
    void run(HostFile file) throws IOException;
  }

  /**
   * Opens an existing file to read and write together with others who open it in the same way.
   *
   * @param first what is done to the file if nobody else has it open yet
   * @throws DiskInUseException if someone has it open in another way
   */
  public static HostFile openTogether(Path path, Preparation first) throws IOException {
    requireRegular(path);
    if (!Posix.Availability.AVAILABLE) {
      throw new IOException(
          path + ": can't be written by several machines on this host. Open it for one only.");
    }
    return openLocked(path, Posix.O_RDWR, file -> file.lockTogether(first));
  }

  /** Takes a kind of lock. */
  @FunctionalInterface
  private interface Locking {
    boolean lock(PosixFile file) throws IOException;
  }

  private static HostFile openLocked(Path path, int flags, Locking locking) throws IOException {
    PosixFile file = PosixFile.open(path, flags);
    boolean locked = false;
    try {
      locked = locking.lock(file);
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
