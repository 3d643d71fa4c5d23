// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.misc;

import dev.malachite.engine.firmware.uefi.call.Arguments;
import dev.malachite.engine.firmware.uefi.call.GuestSpace;
import dev.malachite.engine.firmware.uefi.call.Status;
import dev.malachite.engine.firmware.uefi.core.Core;
import dev.malachite.engine.firmware.uefi.handle.Protocols;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.UUID;

/** The random number generator protocol (UEFI 2.10, section 37.5), from the host's source. */
public final class RandomProtocol {
  private static final int MOST = 1 << 20;

  private final Core core;
  private final SecureRandom random = new SecureRandom();

  /** Installs the protocol on a handle. */
  public RandomProtocol(Core core, long handle) {
    this.core = core;
    ByteBuffer t = Core.table(16);
    t.putLong(core.simple("Rng.GetInfo", this::info));
    t.putLong(core.simple("Rng.GetRNG", this::get));
    core.install(handle, Protocols.RNG, core.data(Core.bytes(t)));
  }

  // GetInfo(This, *Size, *Algorithms).
  private long info(Arguments a) {
    ByteBuffer t = Core.table(32);
    t.put(GuestSpace.guid(Protocols.RNG_ALGORITHM_HASH));
    t.put(GuestSpace.guid(Protocols.RNG_ALGORITHM_RAW));
    return core.answer(a.pointer(1), a.get(2), Core.bytes(t));
  }

  // GetRNG(This, *Algorithm, Length, *Value).
  private long get(Arguments a) {
    long algorithm = a.get(1);
    if (algorithm != 0) {
      UUID wanted = core.space().guid(algorithm);
      Core.require(
          wanted.equals(Protocols.RNG_ALGORITHM_HASH) || wanted.equals(Protocols.RNG_ALGORITHM_RAW),
          Status.UNSUPPORTED);
    }
    long length = a.get(2);
    Core.require(length > 0 && length <= MOST, Status.INVALID_PARAMETER);
    byte[] bytes = new byte[(int) length];
    random.nextBytes(bytes);
    core.space().bytes(a.pointer(3), bytes);
    return Status.SUCCESS;
  }
}
