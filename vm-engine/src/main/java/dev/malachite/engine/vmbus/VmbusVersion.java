// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.vmbus;

import org.jspecify.annotations.Nullable;

/**
 * The protocol versions a guest may choose, oldest first, with what each brings.
 *
 * <p>The number on the wire is {@code major << 16 | minor}.
 */
public enum VmbusVersion {
  /** 0.13, Windows Server 2008: one shared interrupt page, processor 0 only. */
  V0_13(0, 13),
  /** 1.1, Windows 7: a connection of its own for each channel's signals to the host. */
  V1_1(1, 1),
  /** 2.4, Windows 8: channel interrupts on a processor the guest chooses. */
  V2_4(2, 4),
  /** 3.0, Windows 8.1: unload and reconnect. */
  V3_0(3, 0),
  /** 4.0, Windows 10. */
  V4_0(4, 0),
  /** 4.1: the guest moves an open channel to another processor. */
  V4_1(4, 1),
  /** 5.0: the host names the connection for messages, the guest the interrupt source. */
  V5_0(5, 0),
  /** 5.1. */
  V5_1(5, 1),
  /** 5.2. */
  V5_2(5, 2),
  /** 5.3, Windows Server 2022: moving a channel is acknowledged. */
  V5_3(5, 3);

  private final int number;

  VmbusVersion(int major, int minor) {
    number = major << 16 | minor;
  }

  /** The version for a number on the wire, or null if this host doesn't speak it. */
  public static @Nullable VmbusVersion of(int number) {
    for (VmbusVersion version : values()) {
      if (version.number == number) {
        return version;
      }
    }
    return null;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** True if this version is {@code other} or newer. */
  public boolean atLeast(VmbusVersion other) {
    return compareTo(other) >= 0;
  }

  /** For people: "5.3". */
  @Override
  public String toString() {
    return (number >>> 16) + "." + (number & 0xFFFF);
  }
}
