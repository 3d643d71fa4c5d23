// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.state;

import java.io.IOException;

/** A state can't be saved, or what is said to be one can't be used; the message is for people. */
public final class StateException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What, where, and what to do about it. */
  public StateException(String message) {
    super(message);
  }

  /** The same, because of something else. */
  public StateException(String message, Throwable cause) {
    super(message, cause);
  }
}
