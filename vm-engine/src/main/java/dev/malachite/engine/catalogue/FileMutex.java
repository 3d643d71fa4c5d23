// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.catalogue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A lock that one holder in all processes of this computer has at a time; it goes with its process,
 * however that ends. Closing it releases it.
 */
public final class FileMutex implements AutoCloseable {
  // A process loses its lock on a file when it closes any channel to it, so it opens only one.
  private static final Set<Path> HELD = new HashSet<>();
  private static final Duration PAUSE = Duration.ofMillis(10);

  private final Path path;
  private final FileChannel channel;

  private FileMutex(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Takes the lock if nobody has it.
   *
   * @param file the lock file, made if need be; it stays when the lock is released
   * @return null if somebody has it
   */
  public static @Nullable FileMutex tryAcquire(Path file) throws IOException {
    Path path = real(file);
    synchronized (HELD) {
      if (HELD.contains(path)) {
        return null;
      }
      FileChannel channel =
          FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      boolean locked = false;
      try {
        FileLock lock = channel.tryLock();
        locked = lock != null;
      } finally {
        if (!locked) {
          channel.close();
        }
      }
      if (!locked) {
        return null;
      }
      HELD.add(path);
      return new FileMutex(path, channel);
    }
  }

  // One name for each file, whichever links lead to it.
  private static Path real(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    return folder == null ? file : folder.toRealPath().resolve(file.getFileName());
  }

  /**
   * Takes the lock, waiting while somebody has it.
   *
   * @return null if somebody still has it after that time, or the thread is interrupted
   */
  public static @Nullable FileMutex acquire(Path file, Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      FileMutex mutex = tryAcquire(file);
      if (mutex != null || System.nanoTime() >= deadline) {
        return mutex;
      }
      try {
        TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (HELD) {
      if (channel.isOpen()) {
        channel.close();
        HELD.remove(path);
      }
    }
  }
}
