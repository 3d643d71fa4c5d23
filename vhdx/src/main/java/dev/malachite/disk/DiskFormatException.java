// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A disk file's contents can't be used; says which file, structure and byte offset, why, and what
 * to do. The file has not been changed.
 */
public final class DiskFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What to do about a structure that is damaged beyond what the format's copies can mend. */
  public static final String RESTORE =
      "The file is damaged; restore it from a backup or try to rescue its contents with another"
          + " tool.";

  private final String structure;
  private final long offset;
  private final String problem;

  /**
   * Describes what is wrong.
   *
   * @param file the disk file
   * @param structure the structure of the format, as its specification calls it
   * @param offset where the structure (or the bad field) starts, in bytes from the file's start
   * @param problem what is wrong with it, without a full stop
   * @param mend what the reader can do, as a sentence
   */
  public DiskFormatException(
      Path file, String structure, long offset, String problem, String mend) {
    super(file + ": " + structure + " at byte " + offset + ": " + problem + ". " + mend);
    this.structure = structure;
    this.offset = offset;
    this.problem = problem;
  }

  /** The structure of the format that is wrong. */
  public String structure() {
    return structure;
  }

  /** Where it is, in bytes from the file's start. */
  public long offset() {
    return offset;
  }

  /** What is wrong with it, without a full stop. */
  public String problem() {
    return problem;
  }
}
