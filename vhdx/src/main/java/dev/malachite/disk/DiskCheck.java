// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import java.util.List;

/**
 * What a check of a disk file's structures found.
 *
 * @param problems what is wrong, in the order of discovery; at most a bounded number
 * @param totalBlocks blocks in the disk, 0 where the format has none
 * @param allocatedBlocks blocks that have space in the file
 * @param unusedBytes bytes of the file that nothing refers to; a compact gives them back
 */
public record DiskCheck(
    List<Problem> problems, long totalBlocks, long allocatedBlocks, long unusedBytes) {
  /** Most problems that a check lists. */
  public static final int MAX_PROBLEMS = 100;

  /**
   * Something wrong with a disk file.
   *
   * @param structure the structure of the format, as its specification calls it
   * @param offset where it is, in bytes from the file's start
   * @param text what is wrong with it, without a full stop
   * @param repairable whether a repair mends it without loss
   */
  public record Problem(String structure, long offset, String text, boolean repairable) {}

  /** Copies the list. */
  public DiskCheck {
    problems = List.copyOf(problems);
  }

  /** Whether nothing is wrong. */
  public boolean sound() {
    return problems.isEmpty();
  }

  /** Whether a repair leaves nothing wrong. */
  public boolean repairable() {
    return problems.stream().allMatch(Problem::repairable);
  }
}
