// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.interrupt;

/** Numbers of the delivery modes in interrupt messages (SDM volume 3, section 11.6.1). */
public final class DeliveryMode {
  /** To the named processors, with a vector. */
  public static final int FIXED = 0;

  /** To the one of the named processors that has the lowest priority, with a vector. */
  public static final int LOWEST_PRIORITY = 1;

  /** System management interrupt: these machines have no management mode, so it does nothing. */
  public static final int SMI = 2;

  /** Non-maskable interrupt. */
  public static final int NMI = 4;

  /** INIT. */
  public static final int INIT = 5;

  /** Start-up message, its vector being the page to start at. Only between processors. */
  public static final int STARTUP = 6;

  /** An interrupt whose vector an external controller (a PIC) supplies. */
  public static final int EXTERNAL = 7;

  private DeliveryMode() {}
}
