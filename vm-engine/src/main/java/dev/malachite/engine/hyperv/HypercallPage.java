// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.util.Arrays;

/**
 * The guest operating system's identity and the page of code through which it makes hypercalls
 * (TLFS, Establishing the Hypercall Interface).
 *
 * <p>The code is {@code out imm8, eax; ret}, the same bytes in 32- and 64-bit mode: it changes no
 * register and no flag, so everything is as the guest left it when the call arrives as a port exit,
 * and only the result is new when it returns.
 */
final class HypercallPage {
  private static final long ENABLED = 1;
  private static final long LOCKED = 2;
  private static final byte OUT = (byte) 0xE7;
  private static final byte RET = (byte) 0xC3;
  private static final byte BREAKPOINT = (byte) 0xCC;

  private final GuestMemory memory;
  private final byte[] code = new byte[GuestMemory.PAGE_SIZE];
  private volatile long guestOsId;
  private volatile long register;

  HypercallPage(GuestMemory memory, int port) {
    if (port < 0 || port > 0xFF) {
      throw new IllegalArgumentException("the hypercall port must be 0 to 255, not " + port);
    }
    this.memory = memory;
    Arrays.fill(code, BREAKPOINT);
    code[0] = OUT;
    code[1] = (byte) port;
    code[2] = RET;
  }

  synchronized void reset() {
    guestOsId = 0;
    register = 0;
  }

  long guestOsId() {
    return guestOsId;
  }

  /** Sets the guest's identity; 0 takes the hypercall page away. */
  synchronized void guestOsId(long id) {
    guestOsId = id;
    if (id == 0) {
      register &= ~ENABLED;
    }
  }

  long register() {
    return register;
  }

  /** Writes the hypercall register; false where there is no memory, or it is locked. */
  synchronized boolean write(long value) {
    if ((register & LOCKED) != 0) {
      return false;
    }
    if ((value & ENABLED) == 0 || guestOsId == 0) {
      // Without an identity the interface stays off, as the guest can read back.
      register = value & ~ENABLED;
      return true;
    }
    long gpa = value & -GuestMemory.PAGE_SIZE;
    if (!memory.covers(gpa, GuestMemory.PAGE_SIZE)) {
      return false;
    }
    memory.write(gpa, code, 0, code.length);
    register = value;
    return true;
  }

  boolean isEnabled() {
    return (register & ENABLED) != 0;
  }

  synchronized void transfer(StateTransfer s) throws StateException {
    guestOsId = s.int64(guestOsId);
    register = s.int64(register);
  }
}
