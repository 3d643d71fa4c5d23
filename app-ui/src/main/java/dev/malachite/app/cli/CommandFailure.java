// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import java.io.Serial;

/** A failure whose message is the one line that the person at the terminal reads. */
final class CommandFailure extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final int exitCode;

  /**
   * A failure with exit code 1.
   *
   * @param message names the thing and the mend, without a full stop
   */
  CommandFailure(String message) {
    this(ExitCodes.FAILED, message);
  }

  /**
   * A failure with an exit code of its own.
   *
   * @param exitCode one of {@link ExitCodes}
   * @param message names the thing and the mend, without a full stop
   */
  CommandFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
