// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.memory;

/**
 * A guest physical address that somebody followed has no memory behind it.
 *
 * <p>Carries no stack trace: a hostile guest may cause many of these, and the message says all.
 */
public final class GuestMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  GuestMemoryException(String what, long gpa, long length) {
    super(
        "cannot %s %d bytes at guest physical address 0x%x: no memory there"
            .formatted(what, length, gpa),
        null,
        false,
        false);
  }
}
