// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.io;

import dev.malachite.disk.DiskInUseException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The disk files this process has open, one channel each.
 *
 * <p>The host's record locks belong to the process: they don't tell two of its disks apart, and
 * closing any channel of a file drops them all. So one process keeps one channel of a file, shared
 * by those who may share.
 */
final class OpenFiles {
  private static final Map<Object, OpenFile> OPEN = new HashMap<>();

  private OpenFiles() {}

  /** What a user of a file excludes. */
  enum Mode {
    /** Reads and writes; nobody else may have the file open. */
    EXCLUSIVE,
    /** Reads; nobody may write. */
    SHARED,
    /** Reads while others do as they like. */
    UNLOCKED
  }

  private static final class OpenFile {
    final FileChannel channel;
    Mode mode = Mode.UNLOCKED;
    int users;

    OpenFile(FileChannel channel) {
      this.channel = channel;
    }
  }

  /** One disk's use of a file's channel; released once. */
  static final class Handle {
    private final Object key;
    private final OpenFile file;
    private boolean released;

    private Handle(Object key, OpenFile file) {
      this.key = key;
      this.file = file;
    }

    FileChannel channel() {
      return file.channel;
    }

    void release() throws IOException {
      synchronized (OPEN) {
        if (!released) {
          released = true;
          if (--file.users == 0) {
            OPEN.remove(key);
            file.channel.close();
          }
        }
      }
    }
  }

  static Handle acquire(Path path, Mode mode) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw new IOException(path + ": not a regular file, so it can't be a virtual disk.");
    }
    Object fileKey = attributes.fileKey();
    Object key = fileKey != null ? fileKey : path.toRealPath();
    synchronized (OPEN) {
      OpenFile file = OPEN.get(key);
      if (file != null
          && (mode == Mode.EXCLUSIVE || (mode == Mode.SHARED && file.mode == Mode.EXCLUSIVE))) {
        throw inUse(path, "this process", null);
      }
      boolean opened = file == null;
      if (file == null) {
        file =
            new OpenFile(
                mode == Mode.EXCLUSIVE
                    ? FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)
                    : FileChannel.open(path, StandardOpenOption.READ));
      }
      try {
        lock(path, file, mode);
      } catch (IOException e) {
        if (opened) {
          file.channel.close();
        }
        throw e;
      }
      file.users++;
      OPEN.put(key, file);
      return new Handle(key, file);
    }
  }

  private static void lock(Path path, OpenFile file, Mode mode) throws IOException {
    if (mode == Mode.UNLOCKED || file.mode == mode) {
      return;
    }
    FileLock lock;
    try {
      lock = file.channel.tryLock(0, Long.MAX_VALUE, mode == Mode.SHARED);
    } catch (OverlappingFileLockException e) {
      throw inUse(path, "this process", e);
    }
    if (lock == null) {
      throw inUse(path, "another process", null);
    }
    file.mode = mode;
  }

  private static DiskInUseException inUse(Path path, String holder, @Nullable Exception cause) {
    DiskInUseException e =
        new DiskInUseException(
            path, holder, "Stop the machine or program that has it open, or use a copy.");
    if (cause != null) {
      e.initCause(cause);
    }
    return e;
  }
}
