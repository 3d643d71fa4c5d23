// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.serial;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A serial line whose output goes to a file and that has no input. */
public final class FileLine extends SerialLine {
  private final OutputStream out;

  /**
   * Creates the file if there is none.
   *
   * @param name for the line's threads
   * @param append whether an existing file keeps what is in it
   */
  public FileLine(String name, Path file, boolean append) throws IOException {
    super(name);
    out =
        append
            ? Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
            : Files.newOutputStream(file);
    begin();
  }

  @Override
  protected void write(byte[] bytes, int length) throws IOException {
    out.write(bytes, 0, length);
  }

  @Override
  public void close() throws IOException {
    try (out) {
      super.close();
    }
  }
}
