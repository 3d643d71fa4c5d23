// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.disk;

import java.io.IOException;

/** Long work on a disk file was ended by its {@link DiskProgress}; nothing half made is left. */
public final class DiskCancelledException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Says that the work was cancelled. */
  public DiskCancelledException() {
    super("cancelled; nothing was changed");
  }
}
