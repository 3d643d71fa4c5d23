// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

/** Hears how far long work on a disk file has come, and may end it. */
@FunctionalInterface
public interface DiskProgress {
  /** Takes no notice and never ends anything. */
  DiskProgress NONE = (done, total) -> true;

  /**
   * Hears how far the work is; called often, on the thread that works.
   *
   * @param done units of work done, bytes as a rule
   * @param total units of work in all
   * @return false to end the work, which leaves the disk as it was before
   */
  boolean advanced(long done, long total);

  /**
   * Tells a progress how far the work is.
   *
   * @throws DiskCancelledException if it ends the work
   */
  static void step(DiskProgress progress, long done, long total) throws DiskCancelledException {
    if (!progress.advanced(done, total)) {
      throw new DiskCancelledException();
    }
  }
}
