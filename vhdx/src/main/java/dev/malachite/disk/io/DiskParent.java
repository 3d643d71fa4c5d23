// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk.io;

import dev.malachite.disk.ScatterList;
import java.io.Closeable;
import java.io.IOException;

/** The disk below a differencing disk: what is read where the child holds nothing. Thread-safe. */
public interface DiskParent extends Closeable {
  /** Capacity in bytes; nothing behind it may be asked for. */
  long size();

  /** Reads from a byte offset of the disk into a part of the memory. */
  void read(long offset, ScatterList memory, long from, long length) throws IOException;

  /** Where bytes that may differ from zero start at or behind an offset; the size if nowhere. */
  long nextData(long offset) throws IOException;

  /** Where bytes known to be zero start at or behind an offset; the size if nowhere. */
  long nextHole(long offset) throws IOException;
}
