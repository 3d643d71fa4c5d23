// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.crypto;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/**
 * An operation on an XMM register and a second operand of 16 bytes, in another XMM register or in
 * aligned memory.
 *
 * <p>Each subclass has its own {@link #execute}, so that each is compiled by itself: {@link #begin}
 * first, then {@link #low} and {@link #high} of the second operand, then the result.
 */
abstract class BlockOperation extends Operation {
  /** Position of the first operand's low half in {@link Cpu#xmm}. */
  final int target;

  private final int source;
  private final @Nullable Address memory;

  BlockOperation(Instruction i, @Nullable Address memory) {
    target = 2 * i.operands[0].register;
    boolean inMemory = i.operands[1].kind == Kind.MEMORY;
    source = inMemory ? 0 : 2 * i.operands[1].register;
    this.memory = inMemory ? memory : null;
  }

  /**
   * Makes sure that the instruction is available (SDM volume 3, section 2.5) and its operand in
   * memory aligned.
   *
   * @return the linear address of the operand in memory; anything if there is none
   */
  final long begin(Cpu cpu) {
    if ((cpu.cr4 & Cpu.CR4_OSFXSR) == 0 || (cpu.cr0 & (Cpu.CR0_EM | Cpu.CR0_TS)) != 0) {
      throw refusal(cpu);
    }
    Address m = memory;
    if (m == null) {
      return 0;
    }
    long linear = m.read(cpu, 16);
    if ((linear & 15) != 0) {
      throw GuestFault.of(GuestFault.GP);
    }
    return linear;
  }

  /** The second operand's low half. */
  final long low(Cpu cpu, long linear) {
    return memory == null ? cpu.xmm[source] : cpu.read64(linear);
  }

  /** The second operand's high half. */
  final long high(Cpu cpu, long linear) {
    return memory == null ? cpu.xmm[source + 1] : cpu.read64(linear + 8);
  }

  /** Two double words as one half. */
  static long pair(int low, int high) {
    return low & 0xFFFF_FFFFL | (long) high << 32;
  }

  /** The upper double word of a half. */
  static int upper(long half) {
    return (int) (half >>> 32);
  }

  private static GuestFault refusal(Cpu cpu) {
    boolean absent = (cpu.cr4 & Cpu.CR4_OSFXSR) == 0 || (cpu.cr0 & Cpu.CR0_EM) != 0;
    return GuestFault.of(absent ? GuestFault.UD : GuestFault.NM);
  }
}
