// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.gallery;

import dev.malachite.engine.catalogue.FileMutex;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Keeps images that have been built or fetched. One appears whole or not at all; what an
 * interrupted program left of one goes when the next begins to make it.
 */
final class ImageCache {
  private static final Duration STEP = Duration.ofMillis(200);

  private final Path folder;

  /** Makes an image. */
  @FunctionalInterface
  interface Maker {
    /** Makes it as that file; the work folder is empty and goes away afterwards. */
    void make(Path work, Path target) throws IOException;
  }

  ImageCache(Path folder) {
    this.folder = folder;
  }

  Path folder() {
    return folder;
  }

  /**
   * An image that is kept, or made now.
   *
   * @param name what it is called
   * @param key tells it from others of that name, which go away when it is made; file name
   *     characters
   * @param anew whether to make it even if it is kept
   */
  Path get(
      String name,
      String key,
      boolean anew,
      GalleryProgress progress,
      Cancellation cancel,
      Maker maker)
      throws IOException {
    Path file = folder.resolve(name + "-" + key + ".vhdx");
    if (!anew && Files.exists(file)) {
      return file;
    }
    Files.createDirectories(folder);
    try (FileMutex _ = lock(name, progress, cancel)) {
      if (!anew && Files.exists(file)) {
        return file;
      }
      Path work = folder.resolve("." + name + ".work");
      delete(work);
      Files.createDirectory(work);
      try {
        Path made = work.resolve("disk.vhdx");
        maker.make(work, made);
        cancel.check();
        removeOthers(name);
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        delete(work);
      }
      return file;
    }
  }

  private FileMutex lock(String name, GalleryProgress progress, Cancellation cancel)
      throws IOException {
    Path file = folder.resolve("." + name + ".lock");
    @Nullable FileMutex mutex = FileMutex.tryAcquire(file);
    if (mutex == null) {
      progress.stage("Waiting for another program that makes this image");
    }
    while (mutex == null) {
      cancel.check();
      mutex = FileMutex.acquire(file, STEP);
      if (mutex == null && Thread.currentThread().isInterrupted()) {
        throw new GalleryCancelledException();
      }
    }
    return mutex;
  }

  private void removeOthers(String name) throws IOException {
    try (var files = Files.newDirectoryStream(folder, name + "-????????????.vhdx")) {
      for (Path other : files) {
        Files.delete(other);
      }
    }
  }

  /** Deletes a folder with everything in it, if it is there. */
  static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
