// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.fat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.LocalDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file or directory of a volume. */
public final class FatFile {
  /** Largest file. */
  public static final long MAX_SIZE = 0xFFFF_FFFFL;

  private static final int MAX_DEPTH = 64;

  private final FatVolume volume;
  private final @Nullable FatFile parent;
  private final FatNode node;
  private FatEntry entry;
  private boolean changed;

  private FatFile(FatVolume volume, @Nullable FatFile parent, FatEntry entry, FatNode node) {
    this.volume = volume;
    this.parent = parent;
    this.entry = entry;
    this.node = node;
  }

  static FatFile root(FatVolume volume) throws IOException {
    LocalDateTime epoch = LocalDateTime.of(1980, 1, 1, 0, 0);
    FatEntry entry = new FatEntry("", FatEntry.DIRECTORY, 0, 0, epoch, epoch, epoch, 0, 0);
    return new FatFile(volume, null, entry, volume.rootNode());
  }

  /** What the directory says of it. */
  public FatEntry entry() {
    return entry;
  }

  /** True for a directory. */
  public boolean isDirectory() {
    return entry.isDirectory();
  }

  /** True for the root directory. */
  public boolean isRoot() {
    return parent == null;
  }

  /** The directory it is in; the root is in itself. */
  public FatFile parent() {
    return parent == null ? this : parent;
  }

  /** Size in bytes. */
  public long size() {
    return entry.size();
  }

  private FatDirectory directory() throws IOException {
    if (!isDirectory()) {
      throw new IOException(entry.name() + " is not a directory");
    }
    return new FatDirectory(node);
  }

  /** What is in a directory, without labels; "." and ".." included but not in the root. */
  public List<FatEntry> list() throws IOException {
    return directory().list().stream().filter(e -> (e.attributes() & FatEntry.LABEL) == 0).toList();
  }

  /** A child by its name; null if there is none. */
  public @Nullable FatFile child(String name) throws IOException {
    FatEntry found = directory().find(name);
    if (found == null) {
      return null;
    }
    if (depth() > MAX_DEPTH) {
      throw new CorruptVolumeException("directories lie too deep in each other");
    }
    return new FatFile(volume, this, found, FatNode.chain(volume, found.cluster()));
  }

  private int depth() {
    int depth = 0;
    for (FatFile up = parent; up != null; up = up.parent) {
      depth++;
    }
    return depth;
  }

  /**
   * Makes a file or directory.
   *
   * @throws IOException if the name is not valid
   */
  public FatFile create(String name, int attributes) throws IOException {
    if (!FatNames.valid(name)) {
      throw new IOException("not a file name: " + name);
    }
    FatDirectory directory = directory();
    boolean folder = (attributes & FatEntry.DIRECTORY) != 0;
    FatNode made = FatNode.chain(volume, 0);
    LocalDateTime now = volume.now();
    if (folder) {
      made.grow(volume.clusterSize(), true);
      FatDirectory.initialize(made, made.first(), isRoot() ? 0 : node.first(), now);
    }
    int kept = attributes & (FatEntry.DIRECTORY | 0x27);
    FatEntry added = directory.add(name, kept, made.first(), 0, now);
    volume.sync();
    return new FatFile(volume, this, added, made);
  }

  /** Reads at most so many bytes; returns how many there were. */
  public long readable(long position, long length) {
    return position >= entry.size() ? 0 : Math.min(length, entry.size() - position);
  }

  /** Reads bytes of a file; they must be there. */
  public void read(long position, MemorySegment target) throws IOException {
    node.read(position, target);
  }

  /** The whole file, if it isn't longer than a limit. */
  public byte[] readAll(long limit) throws IOException {
    if (entry.size() > limit) {
      throw new IOException(
          "%s is %,d bytes long; at most %,d are expected"
              .formatted(entry.name(), entry.size(), limit));
    }
    byte[] all = new byte[(int) entry.size()];
    node.read(0, MemorySegment.ofArray(all));
    return all;
  }

  /** Writes bytes of a file; it grows as needed. */
  public void write(long position, MemorySegment source) throws IOException {
    long end = position + source.byteSize();
    if (end > MAX_SIZE) {
      throw new FullVolumeException();
    }
    if (end > entry.size()) {
      resize(end, position);
    }
    node.write(position, source);
    changed = true;
  }

  /** Sets a file's size; what is added reads as zeros. */
  public void resize(long size) throws IOException {
    resize(size, size);
  }

  private void resize(long size, long zeroEnd) throws IOException {
    long before = entry.size();
    if (size > before) {
      node.grow(size, false);
      byte[] zeros = new byte[4096];
      for (long at = before; at < zeroEnd; at += zeros.length) {
        long part = Math.min(zeros.length, zeroEnd - at);
        node.write(at, MemorySegment.ofArray(zeros).asSlice(0, part));
      }
    } else {
      node.shrink(size);
    }
    update(entry.attributes(), size);
  }

  private void update(int attributes, long size) throws IOException {
    FatFile directory = parent;
    if (directory == null) {
      return;
    }
    LocalDateTime now = volume.now();
    directory.directory().update(entry, attributes, node.first(), size, now);
    entry =
        new FatEntry(
            entry.name(),
            attributes,
            node.first(),
            size,
            entry.created(),
            now,
            now,
            entry.first(),
            entry.last());
    changed = true;
  }

  /** Sets the attributes that can be changed. */
  public void attributes(int attributes) throws IOException {
    update(attributes & 0x27 | entry.attributes() & FatEntry.DIRECTORY, entry.size());
  }

  /** Gives it another name, perhaps in another directory. */
  public void rename(FatFile directory, String name) throws IOException {
    FatFile from = parent;
    if (from == null || !FatNames.valid(name)) {
      throw new IOException("not a file name: " + name);
    }
    from.directory().remove(entry);
    entry =
        directory
            .directory()
            .add(name, entry.attributes(), node.first(), entry.size(), volume.now());
    volume.sync();
  }

  /** Deletes it; a directory must be empty. Returns false if it can't be deleted. */
  public boolean delete() throws IOException {
    FatFile from = parent;
    if (from == null) {
      return false;
    }
    if (isDirectory()
        && list().stream().anyMatch(e -> !e.name().equals(".") && !e.name().equals(".."))) {
      return false;
    }
    from.directory().remove(entry);
    node.free();
    volume.sync();
    return true;
  }

  /** Writes what waits. */
  public void sync() throws IOException {
    if (changed) {
      volume.sync();
      changed = false;
    }
  }
}
