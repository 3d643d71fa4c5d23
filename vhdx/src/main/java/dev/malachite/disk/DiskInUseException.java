// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import java.io.IOException;
import java.nio.file.Path;

/** A disk file is open elsewhere in a way that excludes what was asked. */
public final class DiskInUseException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Describes the conflict.
   *
   * @param file the disk file
   * @param holder who has it, as in "another process"
   * @param mend what the reader can do, as a sentence
   */
  public DiskInUseException(Path file, String holder, String mend) {
    super(file + ": in use by " + holder + ". " + mend);
  }
}
