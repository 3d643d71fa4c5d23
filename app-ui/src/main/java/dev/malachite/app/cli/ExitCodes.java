// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

/** The exit codes that scripts rely on. */
final class ExitCodes {
  /** The work is done; a guest powered off. */
  static final int DONE = 0;

  /** The work failed; one line on stderr says why. */
  static final int FAILED = 1;

  /** The command line is wrong. */
  static final int USAGE = 2;

  /** {@code run --timeout} ended the machine. */
  static final int TIMED_OUT = 3;

  /** The guest crashed. */
  static final int GUEST_CRASHED = 4;

  private ExitCodes() {}
}
