// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.gallery;

import java.io.IOException;
import java.io.Serial;

/** The work has been ended on request. */
public final class GalleryCancelledException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  GalleryCancelledException() {
    super("cancelled; nothing was changed");
  }
}
