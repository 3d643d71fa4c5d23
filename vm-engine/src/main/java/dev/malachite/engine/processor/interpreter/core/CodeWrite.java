// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.core;

/**
 * The current operation is about to write into the page it was fetched from.
 *
 * <p>Thrown before the write. The run loop drops the page's decoded blocks and executes the
 * operation again by itself, so that the next one is decoded from what was written.
 */
public final class CodeWrite extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The only instance: it carries nothing, not even a stack trace. */
  @SuppressWarnings("StaticAssignmentOfThrowable")
  public static final CodeWrite INSTANCE = new CodeWrite();

  private CodeWrite() {
    super(null, null, false, false);
  }
}
