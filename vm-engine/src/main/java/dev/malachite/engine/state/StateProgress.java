// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.state;

/** Is told how far the saving or restoring of a state has come. */
@FunctionalInterface
public interface StateProgress {
  /** Nobody wants to know. */
  StateProgress NONE = (done, total) -> {};

  /**
   * So much is done. On any thread, one call at a time.
   *
   * @param done bytes of memory
   * @param total bytes of memory in all; never 0
   * @throws StateException to give up; whoever saves or restores throws it on
   */
  void progress(long done, long total) throws StateException;
}
