// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.catalogue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Copies files without filling their holes, and deletes folders with what is in them. */
final class FileTrees {
  private static final int CHUNK = 1 << 16;
  private static final long REPORT = 8L << 20;

  private FileTrees() {}

  /** Deletes a folder with everything in it, following no links; nothing there is fine. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.deleteIfExists(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Counts bytes over several files. */
  static final class Copying {
    private final TransferProgress progress;
    private final long total;
    private long done;
    private long reported;

    /**
     * @param total bytes in all files
     */
    Copying(TransferProgress progress, long total) {
      this.progress = progress;
      this.total = total;
    }

    /** Copies a file durably; blocks of zeros become holes. */
    void copy(Path from, Path to) throws IOException {
      ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
      try (FileChannel source = FileChannel.open(from, StandardOpenOption.READ);
          FileChannel target =
              FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        long position = 0;
        boolean hole = false;
        while (source.read(buffer.clear(), position) > 0) {
          buffer.flip();
          int length = buffer.remaining();
          hole = isZero(buffer);
          if (!hole) {
            long at = position;
            while (buffer.hasRemaining()) {
              at += target.write(buffer, at);
            }
          }
          position += length;
          count(length);
        }
        if (hole) {
          target.write(ByteBuffer.allocate(1), position - 1);
        }
        target.force(true);
      }
    }

    private void count(int bytes) throws IOException {
      done += bytes;
      if (done - reported >= REPORT || done >= total) {
        reported = done;
        if (!progress.copied(done, Math.max(total, done))) {
          throw new CatalogueException("it was given up; nothing has changed");
        }
      }
    }

    private static boolean isZero(ByteBuffer buffer) {
      int i = buffer.position();
      for (; i + Long.BYTES <= buffer.limit(); i += Long.BYTES) {
        if (buffer.getLong(i) != 0) {
          return false;
        }
      }
      for (; i < buffer.limit(); i++) {
        if (buffer.get(i) != 0) {
          return false;
        }
      }
      return true;
    }
  }
}
