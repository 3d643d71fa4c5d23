// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.catalogue;

import java.io.IOException;
import java.io.Serial;

/** Something that can't be done to a machine on disk; the message is one sentence for people. */
public class CatalogueException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  /** Says what, which machine or file, and what to do. */
  public CatalogueException(String message) {
    super(message);
  }

  /** As the other, with what lies behind it. */
  public CatalogueException(String message, Throwable cause) {
    super(message, cause);
  }
}
