// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes files that appear under their name only once they are whole and durable. */
public final class NewFile {
  /** Writes the contents of a new file and forces them. */
  @FunctionalInterface
  public interface Contents {
    /** Writes to the empty file; forces it before returning. */
    void writeTo(HostFile file) throws IOException;
  }

  private NewFile() {}

  /**
   * Writes a new file under a temporary name beside the target and then names it so.
   *
   * @throws FileAlreadyExistsException if the target exists
   */
  public static void write(Path target, Contents contents) throws IOException {
    refuseExisting(target);
    Path name = target.getFileName();
    Path temporary = target.resolveSibling("." + name + "." + UUID.randomUUID() + ".tmp");
    try {
      try (HostFile file = HostFiles.create(temporary)) {
        contents.writeTo(file);
      }
      publish(temporary, target);
    } finally {
      Files.deleteIfExists(temporary);
    }
    forceDirectory(target);
  }

  /**
   * Writes a new file under a temporary name beside an existing one and then puts it in its place,
   * with its permissions. Who has the old file open keeps it.
   */
  public static void replace(Path target, Contents contents) throws IOException {
    Path real = target.toRealPath();
    Path temporary =
        real.resolveSibling("." + real.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (HostFile file = HostFiles.create(temporary)) {
        contents.writeTo(file);
      }
      if (Files.getFileStore(real).supportsFileAttributeView(PosixFileAttributeView.class)) {
        Files.setPosixFilePermissions(temporary, Files.getPosixFilePermissions(real));
      }
      Files.move(temporary, real, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
    forceDirectory(real);
  }

  /** Gives a file its name, which must not be taken. */
  private static void publish(Path temporary, Path target) throws IOException {
    try {
      // A link fails if the name is taken, which a rename doesn't.
      Files.createLink(target, temporary);
    } catch (FileAlreadyExistsException e) {
      refuseExisting(target);
      throw e;
    } catch (IOException | UnsupportedOperationException e) {
      refuseExisting(target);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static void refuseExisting(Path target) throws FileAlreadyExistsException {
    if (Files.exists(target)) {
      throw new FileAlreadyExistsException(
          target.toString(), null, "the file exists; choose another name or delete it first");
    }
  }

  private static void forceDirectory(Path target) throws IOException {
    Path directory = target.toAbsolutePath().getParent();
    if (directory != null) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** Opens an empty file that vanishes when closed, in a directory or the system's for such. */
  public static HostFile temporary(@Nullable Path directory) throws IOException {
    Path where = directory != null ? directory : Path.of(System.getProperty("java.io.tmpdir"));
    Path path = where.resolve("malachite-snapshot-" + UUID.randomUUID() + ".tmp");
    HostFile file = HostFiles.create(path);
    // The file lives on without its name, and goes when it is closed or the process dies.
    Files.delete(path);
    return file;
  }
}
