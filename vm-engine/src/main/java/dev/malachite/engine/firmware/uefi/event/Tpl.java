// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.event;

/** Task priority levels (UEFI 2.10, section 7.1). */
public final class Tpl {
  /** Where applications run. */
  public static final int APPLICATION = 4;

  /** Where most notifications run. */
  public static final int CALLBACK = 8;

  /** The highest for notifications. */
  public static final int NOTIFY = 16;

  /** Interrupts off. */
  public static final int HIGH = 31;

  private Tpl() {}
}
