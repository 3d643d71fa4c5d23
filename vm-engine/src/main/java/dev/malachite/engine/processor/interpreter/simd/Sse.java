// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.HostMemory;
import dev.malachite.engine.processor.interpreter.softfloat.FloatContext;

/** What all SSE instructions have in common (SDM volume 3, section 2.5 and chapter 14). */
public final class Sse {
  private Sse() {}

  /** #UD or #NM where SSE instructions are not available now. */
  static void check(Cpu cpu) {
    if ((cpu.cr4 & Cpu.CR4_OSFXSR) == 0 || (cpu.cr0 & (Cpu.CR0_EM | Cpu.CR0_TS)) != 0) {
      throw refusal(cpu);
    }
  }

  private static GuestFault refusal(Cpu cpu) {
    boolean absent = (cpu.cr4 & Cpu.CR4_OSFXSR) == 0 || (cpu.cr0 & Cpu.CR0_EM) != 0;
    return GuestFault.of(absent ? GuestFault.UD : GuestFault.NM);
  }

  /** The linear address of a 16-byte operand that must be aligned, for reading. */
  static long alignedRead(Cpu cpu, Address memory) {
    long linear = memory.read(cpu, 16);
    if ((linear & 15) != 0) {
      throw GuestFault.of(GuestFault.GP);
    }
    return linear;
  }

  /** The linear address of a 16-byte operand that must be aligned, for writing. */
  static long alignedWrite(Cpu cpu, Address memory) {
    long linear = memory.write(cpu, 16);
    if ((linear & 15) != 0) {
      throw GuestFault.of(GuestFault.GP);
    }
    return linear;
  }

  /** Writes 16 bytes, all or nothing. */
  static void write(Cpu cpu, long linear, long low, long high) {
    long host = cpu.hostForWrite(linear, 16);
    if (host != 0) {
      HostMemory.put64(host, low);
      HostMemory.put64(host + 8, high);
    } else {
      cpu.probeWrite(linear, 16);
      cpu.write64(linear, low);
      cpu.write64(cpu.wrap(linear + 8), high);
    }
  }

  /** Starts a floating-point instruction, behind the check that it is available. */
  public static FloatContext begin(Cpu cpu) {
    FloatContext c = cpu.x87.sse;
    c.begin(cpu.mxcsr);
    return c;
  }

  /** Ends a floating-point instruction: notes exceptions; before the destination is written. */
  public static void finish(Cpu cpu, FloatContext c) {
    if (c.raised != 0) {
      cpu.mxcsr = c.finish(cpu.mxcsr);
      if (c.faulted()) {
        throw GuestFault.of((cpu.cr4 & Cpu.CR4_OSXMMEXCPT) != 0 ? GuestFault.XM : GuestFault.UD);
      }
    }
  }
}
