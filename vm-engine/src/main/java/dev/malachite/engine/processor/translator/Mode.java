// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Segment;

/**
 * What translated code takes for granted about the processor it runs on, as bits of a number.
 *
 * <p>The low two bits say which TLB and jump cache serve: {@link #USER}, {@link #SUPERVISOR} or
 * {@link #SUPERVISOR_NO_USER}, as SMAP makes it.
 */
final class Mode {
  static final int USER = 0;
  static final int SUPERVISOR = 1;
  static final int SUPERVISOR_NO_USER = 2;

  /** 64-bit code; without it, 32-bit code with flat segments. */
  static final int WIDE = 4;

  /** SSE instructions may be executed and raise no exceptions. */
  static final int SSE = 8;

  /** AVX instructions may be executed too. */
  static final int AVX = 16;

  /** The AC flag decides whether supervisor code may use user pages. */
  static final int SMAP = 32;

  /** FS and GS may be read and written by the instructions for that. */
  static final int BASES = 64;

  /**
   * Not of the processor, but of a translation: it is of one block, in which every access is
   * checked by itself, to be gone to where the check of a {@link Span} failed.
   */
  static final int SINGLY = 128;

  /** No translation is possible: 16-bit code, segments that aren't flat, checks in force. */
  static final int NONE = -1;

  private static final int MASKS = 0x1F80;

  private Mode() {}

  /** The mode a processor is in. */
  static int of(Cpu cpu) {
    int access = cpu.accessKind();
    if (access < 0) {
      return NONE;
    }
    int mode = access;
    if ((cpu.cr4 & Cpu.CR4_SMAP) != 0) {
      mode |= SMAP;
    }
    if ((cpu.cr4 & Cpu.CR4_FSGSBASE) != 0 && cpu.mode64) {
      mode |= BASES;
    }
    if (cpu.mode64) {
      mode |= WIDE;
    } else if (cpu.codeSize != 4 || cpu.stackMask != 0xFFFF_FFFFL || !flat(cpu)) {
      return NONE;
    }
    if ((cpu.cr0 & (Cpu.CR0_EM | Cpu.CR0_TS)) == 0
        && (cpu.cr4 & Cpu.CR4_OSFXSR) != 0
        && (cpu.mxcsr & MASKS) == MASKS) {
      mode |= SSE;
      if ((cpu.cr4 & Cpu.CR4_OSXSAVE) != 0 && (cpu.xcr0 & 6) == 6) {
        mode |= AVX;
      }
    }
    return mode;
  }

  private static boolean flat(Cpu cpu) {
    if (cpu.realMode() || cpu.virtual8086()) {
      return false;
    }
    Segment cs = cpu.segments[Cpu.CS];
    if (cs.base != 0 || cs.limit != 0xFFFF_FFFFL) {
      return false;
    }
    for (int i = 0; i < 6; i++) {
      Segment s = cpu.segments[i];
      boolean zero = i >= Cpu.FS || s.base == 0;
      if (i != Cpu.CS && !(zero && s.flat())) {
        // An unusable FS or GS is what most 32-bit code has: its use goes to the interpreter.
        if (i < Cpu.FS) {
          return false;
        }
      }
    }
    return cs.readable();
  }
}
