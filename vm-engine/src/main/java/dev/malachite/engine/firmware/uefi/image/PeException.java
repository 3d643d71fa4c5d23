// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.image;

import java.io.IOException;

/** A file is not a program that this firmware starts. */
public final class PeException extends IOException {
  private static final long serialVersionUID = 1;

  PeException(String why) {
    super("not a UEFI program: " + why);
  }
}
