// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.filesystem;

import dev.malachite.disk.VirtualDisk;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files of a partition, to be read and, where the kind allows it, added to. Not thread-safe.
 */
public abstract sealed class FileSystem permits FatFileSystem, ExtFileSystem {
  /** Most entries that a folder may have. */
  static final int MAX_ENTRIES = 1 << 20;

  FileSystem() {}

  /** What an entry of a folder is. */
  public enum Kind {
    /** A file with contents. */
    FILE,
    /** A folder. */
    FOLDER,
    /** A link to another path. */
    LINK,
    /** A device, a pipe or a socket. */
    SPECIAL
  }

  /**
   * An entry of a folder.
   *
   * @param name its name
   * @param kind what it is
   * @param size bytes in a file
   * @param modified when it was changed last, in seconds since 1970
   * @param id where the file system keeps it
   */
  public record Entry(String name, Kind kind, long size, long modified, long id) {}

  /** Whether a partition holds a file system that can be read. */
  static boolean isPresent(VirtualDisk disk, Partition partition) throws IOException {
    Volume volume = new Volume(disk, partition.start(), partition.length());
    return FatFileSystem.recognizes(volume) || ExtFileSystem.recognizes(volume);
  }

  /**
   * Opens the file system of a partition; empty if there is none of a kind that can be read.
   *
   * @throws DamagedFileSystemException if there is one that makes no sense
   */
  public static Optional<FileSystem> open(VirtualDisk disk, Partition partition)
      throws IOException {
    Volume volume = new Volume(disk, partition.start(), partition.length());
    if (ExtFileSystem.recognizes(volume)) {
      return Optional.of(new ExtFileSystem(volume));
    }
    return FatFileSystem.recognizes(volume)
        ? Optional.of(new FatFileSystem(volume))
        : Optional.empty();
  }

  /** What the file system is called: FAT32, ext4. */
  public abstract String kind();

  /** The name its owner gave it; empty if none. */
  public abstract String label();

  /** The folder that holds all others. */
  public abstract Entry root();

  /** The entries of a folder, without those for itself and its parent. */
  public abstract List<Entry> list(Entry folder) throws IOException;

  /** Where a link leads. */
  public abstract String target(Entry link) throws IOException;

  /** Copies a file's contents. */
  public final void copy(Entry file, OutputStream out) throws IOException {
    read(
        file,
        bytes ->
            out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining()));
  }

  /**
   * Adds a file. It appears whole and durable or, but for space that a check finds, not at all.
   *
   * @param folder where to
   * @param data the contents, of which {@code size} bytes are taken
   * @param modified when it was changed last, in seconds since 1970
   * @throws java.nio.file.FileAlreadyExistsException if the folder has something of the name
   * @throws IOException if the name can't be, there is no room, or the kind is read only
   */
  public void add(Entry folder, String name, InputStream data, long size, long modified)
      throws IOException {
    throw readOnly();
  }

  /**
   * Adds an empty folder, likewise.
   *
   * @return the new folder
   * @see #add
   */
  public Entry addFolder(Entry folder, String name, long modified) throws IOException {
    throw readOnly();
  }

  private IOException readOnly() {
    return new IOException(
        kind()
            + " file systems are only read here. Give the disk to a machine that knows them to"
            + " change what is on it.");
  }

  /** Takes the pieces of a file one after the other. */
  @FunctionalInterface
  interface Pieces {
    void accept(ByteBuffer bytes) throws IOException;
  }

  abstract void read(Entry file, Pieces pieces) throws IOException;

  /** Whether names that differ in case only are the same. */
  abstract boolean ignoresCase();

  /**
   * Finds what a path leads to; links are not followed.
   *
   * @throws NoSuchFileException if it leads nowhere
   */
  public final Entry find(String path) throws IOException {
    Entry entry = root();
    for (String name : path.split("/", -1)) {
      if (name.isEmpty()) {
        continue;
      }
      if (entry.kind() != Kind.FOLDER) {
        throw new NoSuchFileException(path, null, entry.name() + " is no folder");
      }
      @Nullable Entry next = null;
      for (Entry candidate : list(entry)) {
        if (ignoresCase()
            ? candidate.name().equalsIgnoreCase(name)
            : candidate.name().equals(name)) {
          next = candidate;
          break;
        }
      }
      if (next == null) {
        throw new NoSuchFileException(path, null, "there is no such file on the disk");
      }
      entry = next;
    }
    return entry;
  }
}
