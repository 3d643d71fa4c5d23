// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;

/** What near control transfers have in common: where the next instruction and the target are. */
abstract class NearTransfer extends Operation {
  private final long mask;
  private final boolean mode64;

  NearTransfer(Instruction i) {
    mode64 = i.codeSize == 8;
    mask = i.operandSize == 2 ? 0xFFFF : i.operandSize == 4 ? 0xFFFF_FFFFL : -1L;
  }

  @Override
  public final boolean endsBlock() {
    return true;
  }

  /** Offset of the next instruction in the code segment. */
  final long next(Cpu cpu) {
    return cpu.r[Cpu.IP_BASE] + offset + length & (mode64 ? -1L : 0xFFFF_FFFFL);
  }

  /** The offset cut to the operand size and checked as a place to go on. */
  final long checked(Cpu cpu, long target) {
    long cut = target & mask;
    if (mode64 ? cut << 16 >> 16 != cut : cut > cpu.segments[Cpu.CS].limit) {
      throw GuestFault.of(GuestFault.GP);
    }
    return cut;
  }

  /** The offset, checked as a place to go on in 64-bit code. */
  static long canonical(long target) {
    if (target << 16 >> 16 != target) {
      throw GuestFault.of(GuestFault.GP);
    }
    return target;
  }
}
