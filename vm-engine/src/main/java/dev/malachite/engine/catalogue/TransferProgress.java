// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.catalogue;

/** Is told how far copying has come. */
@FunctionalInterface
public interface TransferProgress {
  /** Nobody wants to know. */
  TransferProgress NONE = (done, total) -> true;

  /**
   * So much has been copied.
   *
   * @param done bytes copied
   * @param total bytes in all
   * @return false to give up; what was copied is removed
   */
  boolean copied(long done, long total);
}
