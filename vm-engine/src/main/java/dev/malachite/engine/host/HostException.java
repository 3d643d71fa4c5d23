// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.host;

/** A call into the host's kernel or C library failed. */
public final class HostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  /**
   * @param message the call with its arguments, and what to do about it
   * @param errno the error number of errno(3), or 0 if there is none
   */
  public HostException(String message, int errno) {
    super(message);
    this.errno = errno;
  }

  /** The error number of errno(3), or 0 if there is none. */
  public int errno() {
    return errno;
  }
}
