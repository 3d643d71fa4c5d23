// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.call;

/** Ends a firmware call with a status other than success. Has no stack trace: it is an answer. */
public final class EfiException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final long status;

  /**
   * Ends a call.
   *
   * @param status one of {@link Status}
   */
  public EfiException(long status) {
    super(Status.text(status), null, false, false);
    this.status = status;
  }

  /** What the guest is answered. */
  public long status() {
    return status;
  }

  /** Ends the call as one with an invalid parameter unless a condition holds. */
  public static void require(boolean condition) {
    if (!condition) {
      throw new EfiException(Status.INVALID_PARAMETER);
    }
  }
}
