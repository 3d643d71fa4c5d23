// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.runtime;

import dev.malachite.engine.firmware.uefi.call.Arguments;
import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.GuestSpace;
import dev.malachite.engine.firmware.uefi.call.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * The run-time services for time (UEFI 2.10, section 8.3). What a guest sets lasts to power-off.
 */
public final class Clocks {
  private final GuestSpace space;
  private final Clock host;
  private Duration offset = Duration.ZERO;
  private int zone = EfiTime.UNSPECIFIED;
  private int daylight;

  /** Shows the host's time, UTC. */
  public Clocks(GuestSpace space, Clock host) {
    this.space = space;
    this.host = host;
  }

  /** GetTime(*Time, *Capabilities). */
  public long get(Arguments a) {
    long target = a.pointer(0);
    long capabilities = a.get(1);
    LocalDateTime now = LocalDateTime.ofInstant(host.instant().plus(offset), ZoneOffset.UTC);
    space.bytes(target, EfiTime.of(now, zone, daylight));
    if (capabilities != 0) {
      // One tick a second, 50 parts per million, setting doesn't clear fractions.
      space.u32(capabilities, 1);
      space.u32(capabilities + 4, 50_000_000);
      space.u8(capabilities + 8, 0);
    }
    return Status.SUCCESS;
  }

  /** SetTime(*Time). */
  public long set(Arguments a) {
    byte[] bytes = space.bytes(a.pointer(0), EfiTime.BYTES, EfiTime.BYTES);
    LocalDateTime time = EfiTime.parse(bytes);
    EfiException.require(time != null);
    if (time != null) {
      offset = Duration.between(host.instant(), time.toInstant(ZoneOffset.UTC));
      zone = (short) (bytes[12] & 0xFF | bytes[13] << 8);
      daylight = bytes[14];
    }
    return Status.SUCCESS;
  }
}
