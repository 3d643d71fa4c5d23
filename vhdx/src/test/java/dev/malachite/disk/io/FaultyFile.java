// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.io;

import dev.malachite.disk.ScatterList;
import java.io.IOException;
import java.nio.file.Path;

/** A file in memory whose host fails when it has been asked for so many changes. */
public final class FaultyFile implements HostFile {
  private final MemoryFile file;
  private final Path path;
  private final boolean forEver;
  private int left;

  /**
   * Makes a file over another, which gets what is changed.
   *
   * @param left how many changes go well
   * @param forEver whether all fail from then on, or one does
   */
  public FaultyFile(MemoryFile file, Path path, int left, boolean forEver) {
    this.file = file;
    this.path = path;
    this.left = left;
    this.forEver = forEver;
  }

  private synchronized void step() throws IOException {
    if (left-- == 0) {
      left = forEver ? 0 : Integer.MAX_VALUE;
      throw new IOException("the host has failed");
    }
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public long size() {
    return file.size();
  }

  @Override
  public long read(long position, ScatterList memory, long from, long length) {
    return file.read(position, memory, from, length);
  }

  @Override
  public void write(long position, ScatterList memory, long from, long length) throws IOException {
    step();
    file.write(position, memory, from, length);
  }

  @Override
  public void extend(long size) throws IOException {
    step();
    file.extend(size);
  }

  @Override
  public void truncate(long size) throws IOException {
    step();
    file.truncate(size);
  }

  @Override
  public void zero(long position, long length) throws IOException {
    step();
    file.zero(position, length);
  }

  @Override
  public boolean discard(long position, long length) throws IOException {
    step();
    return file.discard(position, length);
  }

  @Override
  public void force(boolean sizeToo) throws IOException {
    step();
  }

  @Override
  public void close() {
    // Memory holds nothing.
  }
}
