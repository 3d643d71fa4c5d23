// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.vhdx;

import dev.malachite.disk.ScatterList;
import dev.malachite.disk.io.HostFile;
import java.io.IOException;
import java.nio.file.Path;

/** A file lent to something that closes what it is given. */
record Unclosed(HostFile file) implements HostFile {
  @Override
  public Path path() {
    return file.path();
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public long allocatedSize() throws IOException {
    return file.allocatedSize();
  }

  @Override
  public long read(long position, ScatterList memory, long from, long length) throws IOException {
    return file.read(position, memory, from, length);
  }

  @Override
  public void write(long position, ScatterList memory, long from, long length) throws IOException {
    file.write(position, memory, from, length);
  }

  @Override
  public void extend(long size) throws IOException {
    file.extend(size);
  }

  @Override
  public void truncate(long size) throws IOException {
    file.truncate(size);
  }

  @Override
  public long nextData(long position) throws IOException {
    return file.nextData(position);
  }

  @Override
  public long nextHole(long position) throws IOException {
    return file.nextHole(position);
  }

  @Override
  public void provide(long position, long length) throws IOException {
    file.provide(position, length);
  }

  @Override
  public void zero(long position, long length) throws IOException {
    file.zero(position, length);
  }

  @Override
  public boolean discard(long position, long length) throws IOException {
    return file.discard(position, length);
  }

  @Override
  public void force(boolean sizeToo) throws IOException {
    file.force(sizeToo);
  }

  @Override
  public void close() {
    // The owner does that.
  }
}
