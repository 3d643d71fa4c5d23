// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.avx;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.HostMemory;

/** What all VEX-encoded vector instructions have in common (SDM volume 2, section 2.4). */
final class Avx {
  private static final long STATE = 6;

  private Avx() {}

  /** #UD or #NM where VEX-encoded vector instructions are not available now. */
  static void check(Cpu cpu) {
    if ((cpu.cr4 & Cpu.CR4_OSXSAVE) == 0
        || (cpu.xcr0 & STATE) != STATE
        || (cpu.cr0 & Cpu.CR0_TS) != 0
        || cpu.realMode()
        || cpu.virtual8086()) {
      throw refusal(cpu);
    }
  }

  private static GuestFault refusal(Cpu cpu) {
    boolean present =
        (cpu.cr4 & Cpu.CR4_OSXSAVE) != 0
            && (cpu.xcr0 & STATE) == STATE
            && !cpu.realMode()
            && !cpu.virtual8086();
    return GuestFault.of(present ? GuestFault.NM : GuestFault.UD);
  }

  /** Refuses an address that isn't a multiple of a power of two. */
  static void requireAligned(long linear, int size) {
    if ((linear & size - 1) != 0) {
      throw GuestFault.of(GuestFault.GP);
    }
  }

  /** Writes 16 bytes, or 32 if {@code wide}; all or nothing. */
  static void write(Cpu cpu, long linear, long v0, long v1, long v2, long v3, boolean wide) {
    int size = wide ? 32 : 16;
    long host = cpu.hostForWrite(linear, size);
    if (host != 0) {
      HostMemory.put64(host, v0);
      HostMemory.put64(host + 8, v1);
      if (wide) {
        HostMemory.put64(host + 16, v2);
        HostMemory.put64(host + 24, v3);
      }
      return;
    }
    cpu.probeWrite(linear, size);
    cpu.write64(linear, v0);
    cpu.write64(cpu.wrap(linear + 8), v1);
    if (wide) {
      cpu.write64(cpu.wrap(linear + 16), v2);
      cpu.write64(cpu.wrap(linear + 24), v3);
    }
  }

  /** One of four 64-bit words. */
  static long quadword(long w0, long w1, long w2, long w3, int i) {
    return (i & 2) == 0 ? ((i & 1) == 0 ? w0 : w1) : (i & 1) == 0 ? w2 : w3;
  }

  /** One of the eight doublewords of four 64-bit words, zero-extended. */
  static long doubleword(long w0, long w1, long w2, long w3, int i) {
    return quadword(w0, w1, w2, w3, i >> 1) >>> (i & 1) * 32 & 0xFFFF_FFFFL;
  }
}
