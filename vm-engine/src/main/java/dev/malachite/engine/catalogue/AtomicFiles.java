// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.catalogue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/** Replaces files so that whoever reads them, even after a power cut, finds the old or the new. */
final class AtomicFiles {
  private static final AtomicLong COUNTER = new AtomicLong();

  private AtomicFiles() {}

  /** Writes text to a temporary file beside the target, forces it to disk and renames it. */
  static void write(Path file, String text) throws IOException {
    write(file, text, true);
    force(folderOf(file));
  }

  /** As {@link #write}, but a power cut soon afterwards may leave the old or nothing. */
  static void replace(Path file, String text) throws IOException {
    write(file, text, false);
  }

  private static void write(Path file, String text, boolean durable) throws IOException {
    Path folder = folderOf(file);
    // No random number: a process shouldn't set up its secure one for a file's name.
    String unique = ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet();
    Path part = folder.resolve("." + file.getFileName() + "." + unique + ".part");
    Files.deleteIfExists(part);
    try {
      try (FileChannel channel =
          FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        if (durable) {
          channel.force(true);
        }
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Renames a folder durably. */
  static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    force(folderOf(to));
  }

  /** Makes the names in a folder durable. */
  static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static Path folderOf(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IllegalArgumentException(file + " has no folder");
    }
    return folder;
  }
}
