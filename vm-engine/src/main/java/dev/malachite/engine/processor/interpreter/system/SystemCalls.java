// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.system;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;

/** SYSCALL, SYSRET, SYSENTER and SYSEXIT (SDM volume 2). */
public final class SystemCalls {
  private static final long LIMIT = 0xFFFF_FFFFL;
  private static final int CODE_64 = 0xA9B;
  private static final int CODE_32 = 0xC9B;
  private static final int DATA = 0xC93;
  private static final int USER = 0x60;
  private static final int SYSRET_FLAGS = 0x003C_7FD7;

  private SystemCalls() {}

  static Operation bind(Instruction i) {
    boolean wide = i.operandSize == 8;
    return switch (i.opcode) {
      case SYSCALL -> SystemOperation.ending(SystemCalls::syscall);
      case SYSRET -> SystemOperation.ending(cpu -> sysret(cpu, wide));
      case SYSENTER -> SystemOperation.ending(SystemCalls::sysenter);
      default -> SystemOperation.ending(cpu -> sysexit(cpu, wide));
    };
  }

  private static void segments(Cpu cpu, int cpl, int code, int codeAttributes, int stack) {
    int user = cpl == 3 ? USER : 0;
    cpu.segments[Cpu.CS].set(code, 0, LIMIT, codeAttributes | user);
    cpu.segments[Cpu.SS].set(stack, 0, LIMIT, DATA | user);
    cpu.cpl = cpl;
  }

  /**
   * Sets what SYSCALL (level 0) or SYSRET to 64-bit code (level 3) sets of segments and level, for
   * code that did the rest itself.
   */
  public static void enter(Cpu cpu, int level) {
    if (level == 0) {
      int code = callCode(cpu);
      segments(cpu, 0, code, CODE_64, code + 8);
    } else {
      int base = returnBase(cpu);
      segments(cpu, 3, base + 16 | 3, CODE_64, base + 8 | 3);
    }
    cpu.modeChanged();
  }

  /** CS's selector after SYSCALL; SS's is the next one. */
  public static int callCode(Cpu cpu) {
    return (int) (cpu.msrs.star >>> 32) & 0xFFFC;
  }

  /** What SYSRET counts its selectors from. */
  public static int returnBase(Cpu cpu) {
    return (int) (cpu.msrs.star >>> 48) & 0xFFFF;
  }

  private static void syscall(Cpu cpu) {
    if (!cpu.mode64 || (cpu.efer & Cpu.EFER_SCE) == 0) {
      throw GuestFault.of(GuestFault.UD);
    }
    int flags = cpu.flags();
    cpu.r[Cpu.RCX] = cpu.nextIp;
    cpu.r[11] = flags & ~Cpu.RF;
    cpu.flags(flags & ~(int) cpu.msrs.fmask & ~Cpu.RF);
    int code = callCode(cpu);
    segments(cpu, 0, code, CODE_64, code + 8);
    cpu.nextIp = cpu.msrs.lstar;
    Flags.changed(cpu);
  }

  private static void sysret(Cpu cpu, boolean wide) {
    if (!cpu.mode64 || (cpu.efer & Cpu.EFER_SCE) == 0) {
      throw GuestFault.of(GuestFault.UD);
    }
    long ip = wide ? cpu.r[Cpu.RCX] : cpu.r[Cpu.RCX] & 0xFFFF_FFFFL;
    if (cpu.cpl != 0 || ip << 16 >> 16 != ip) {
      throw GuestFault.of(GuestFault.GP);
    }
    int base = returnBase(cpu);
    segments(cpu, 3, (wide ? base + 16 : base) | 3, wide ? CODE_64 : CODE_32, base + 8 | 3);
    cpu.flags((int) cpu.r[11] & SYSRET_FLAGS);
    cpu.nextIp = ip;
    Flags.changed(cpu);
  }

  private static void sysenter(Cpu cpu) {
    int code = (int) cpu.msrs.sysenterCs & 0xFFFC;
    if (cpu.realMode() || code == 0) {
      throw GuestFault.of(GuestFault.GP);
    }
    boolean longMode = (cpu.efer & Cpu.EFER_LMA) != 0;
    cpu.systemFlags &= ~(Cpu.VM | Cpu.IF | Cpu.RF);
    segments(cpu, 0, code, longMode ? CODE_64 : CODE_32, code + 8);
    cpu.modeChanged();
    cpu.r[Cpu.RSP] = longMode ? cpu.msrs.sysenterSp : cpu.msrs.sysenterSp & LIMIT;
    cpu.nextIp = longMode ? cpu.msrs.sysenterIp : cpu.msrs.sysenterIp & LIMIT;
  }

  private static void sysexit(Cpu cpu, boolean wide) {
    int code = (int) cpu.msrs.sysenterCs & 0xFFFC;
    if (cpu.realMode() || code == 0 || cpu.cpl != 0) {
      throw GuestFault.of(GuestFault.GP);
    }
    long ip = cpu.r[Cpu.RDX];
    long sp = cpu.r[Cpu.RCX];
    if (wide && (ip << 16 >> 16 != ip || sp << 16 >> 16 != sp)) {
      throw GuestFault.of(GuestFault.GP);
    }
    int first = wide ? code + 32 : code + 16;
    segments(cpu, 3, first | 3, wide ? CODE_64 : CODE_32, first + 8 | 3);
    cpu.modeChanged();
    cpu.r[Cpu.RSP] = wide ? sp : sp & LIMIT;
    cpu.nextIp = wide ? ip : ip & LIMIT;
  }
}
