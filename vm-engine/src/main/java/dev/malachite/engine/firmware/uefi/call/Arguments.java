// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.call;

import dev.malachite.engine.processor.RegisterAccess;

/** The arguments of a firmware call by the Microsoft x64 calling convention. */
public final class Arguments {
  private static final int R9 = 9;
  private static final int R11 = 11;

  /** Return address and the room for four registers come before the stack's arguments. */
  private static final int STACK = 40;

  private final RegisterAccess registers;
  private final GuestSpace space;
  private final long stack;

  Arguments(RegisterAccess registers, GuestSpace space, long stack) {
    this.registers = registers;
    this.space = space;
    this.stack = stack;
  }

  /** The caller's stack pointer: the return address is there. */
  public long stack() {
    return stack;
  }

  /** What a stub of its own kind has put into R11. */
  public long extra() {
    return registers.general(R11);
  }

  /** An argument, from 0. Read each once: those on the stack are in guest memory. */
  public long get(int index) {
    return switch (index) {
      case 0 -> registers.general(RegisterAccess.RCX);
      case 1 -> registers.general(RegisterAccess.RDX);
      case 2 -> registers.general(RegisterAccess.R8);
      case 3 -> registers.general(R9);
      default -> space.u64(stack + STACK + 8L * (index - 4));
    };
  }

  /** An argument that must not be null. */
  public long pointer(int index) {
    long value = get(index);
    EfiException.require(value != 0);
    return value;
  }

  /** An argument of 32 bits. */
  public int u32(int index) {
    return (int) get(index);
  }

  /** A BOOLEAN. */
  public boolean flag(int index) {
    return (get(index) & 0xFF) != 0;
  }
}
