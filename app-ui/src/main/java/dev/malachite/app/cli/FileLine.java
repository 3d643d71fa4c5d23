// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A serial line whose output goes to a file and that has no input. */
final class FileLine extends SerialLine {
  private final OutputStream out;

  /** Creates the file, or empties an existing one. */
  FileLine(Path file) throws IOException {
    super("com1");
    out = Files.newOutputStream(file);
    begin();
  }

  @Override
  void write(byte[] bytes, int length) throws IOException {
    out.write(bytes, 0, length);
  }

  @Override
  public void close() throws IOException {
    try (out) {
      super.close();
    }
  }
}
