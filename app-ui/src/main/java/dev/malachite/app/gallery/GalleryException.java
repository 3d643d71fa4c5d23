// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.gallery;

import java.io.IOException;
import java.io.Serial;

/** Something about an image or its source can't be; the message names it and the mend. */
public final class GalleryException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  GalleryException(String message) {
    super(message);
  }

  GalleryException(String message, Throwable cause) {
    super(message, cause);
  }
}
