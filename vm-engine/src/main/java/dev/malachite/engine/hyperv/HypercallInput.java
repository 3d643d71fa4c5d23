// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.processor.RegisterAccess;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The input of the hypercall that a processor is making (TLFS, Hypercall Interface): the control
 * word taken apart, and a copy of the parameters, from registers or from memory.
 *
 * <p>Every processor has one and uses it again for each call.
 */
final class HypercallInput {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long FAST = 1 << 16;
  private static final long RESERVED = 0xF000_F000_F800_0000L;

  /** Bytes that fit into registers: two general ones, six XMM. */
  private static final int FAST_SIZE = 112;

  private final GuestMemory memory;
  private final byte[] bytes = new byte[GuestMemory.PAGE_SIZE];
  private long control;
  private long address;
  private long outputAddress;

  HypercallInput(GuestMemory memory) {
    this.memory = memory;
  }

  /** Takes the call's registers; reads no memory yet. */
  void take(RegisterAccess p) {
    if (p.longMode()) {
      control = p.general(RegisterAccess.RCX);
      address = p.general(RegisterAccess.RDX);
      outputAddress = p.general(RegisterAccess.R8);
    } else {
      control = pair(p, RegisterAccess.RDX, RegisterAccess.RAX);
      address = pair(p, RegisterAccess.RBX, RegisterAccess.RCX);
      outputAddress = pair(p, RegisterAccess.RDI, RegisterAccess.RSI);
    }
  }

  private static long pair(RegisterAccess p, int high, int low) {
    return p.general(high) << 32 | p.general(low) & 0xFFFF_FFFFL;
  }

  int code() {
    return (int) control & 0xFFFF;
  }

  boolean reservedBitsSet() {
    return (control & RESERVED) != 0;
  }

  boolean isFast() {
    return (control & FAST) != 0;
  }

  /** Size of the variable part of the header, in units of 8 bytes. */
  int variableSize() {
    return (int) (control >> 17) & 0x3FF;
  }

  int repetitions() {
    return (int) (control >> 32) & 0xFFF;
  }

  int firstRepetition() {
    return (int) (control >> 48) & 0xFFF;
  }

  long outputAddress() {
    return outputAddress;
  }

  /**
   * Copies the parameters.
   *
   * @return a {@link HypercallStatus}
   */
  int load(RegisterAccess p, int size) {
    if (isFast()) {
      if (size > FAST_SIZE) {
        return HypercallStatus.INVALID_INPUT;
      }
      LONG.set(bytes, 0, address);
      LONG.set(bytes, 8, outputAddress);
      for (int at = 16; at < size; at += 8) {
        LONG.set(bytes, at, p.xmm(at - 16 >> 4, at >> 3 & 1));
      }
      return HypercallStatus.SUCCESS;
    }
    int status = checkAddress(address, size);
    if (status == HypercallStatus.SUCCESS) {
      memory.read(address, bytes, 0, size);
    }
    return status;
  }

  /** Checks that parameters or results may lie at an address. */
  int checkAddress(long gpa, int size) {
    if ((gpa & 7) != 0) {
      return HypercallStatus.INVALID_ALIGNMENT;
    }
    if ((gpa & GuestMemory.PAGE_SIZE - 1) + size > GuestMemory.PAGE_SIZE
        || !memory.covers(gpa, size)) {
      return HypercallStatus.INVALID_PARAMETER;
    }
    return HypercallStatus.SUCCESS;
  }

  int intAt(int offset) {
    return (int) INT.get(bytes, offset);
  }

  long longAt(int offset) {
    return (long) LONG.get(bytes, offset);
  }

  void copy(int offset, byte[] target, int length) {
    System.arraycopy(bytes, offset, target, 0, length);
  }
}
