// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.system;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Segment;

/** Far returns and returns from interrupts (SDM volume 2, RET and IRET). */
final class FarReturn {
  private FarReturn() {}

  /**
   * Returns far.
   *
   * @param size operand size in bytes
   * @param release bytes of parameters to take off the stack
   */
  static void ret(Cpu cpu, int size, int release) {
    long sp = cpu.r[Cpu.RSP];
    long ip = cpu.peek(sp, size);
    int selector = (int) cpu.peek(sp + size, size) & 0xFFFF;
    if (cpu.realMode() || cpu.virtual8086()) {
      if (ip > 0xFFFF) {
        throw GuestFault.of(GuestFault.GP);
      }
      Descriptor.loadReal(cpu, Cpu.CS, selector);
      cpu.setStackPointer(sp + 2L * size + release);
      cpu.nextIp = ip;
      return;
    }
    long code = codeForReturn(cpu, selector, ip);
    if ((selector & 3) == cpu.cpl) {
      load(cpu, selector, code);
      cpu.setStackPointer(sp + 2L * size + release);
    } else {
      outward(cpu, sp + 2L * size + release, size, selector, code);
      cpu.setStackPointer(cpu.r[Cpu.RSP] + release);
      Descriptor.dropPrivilegedSegments(cpu);
    }
    cpu.nextIp = ip;
  }

  /** Returns from an interrupt. */
  static void iret(Cpu cpu, int size) {
    cpu.nmiBlocked = false;
    if (cpu.realMode()) {
      iretReal(cpu, size);
      return;
    }
    if (cpu.virtual8086()) {
      if ((cpu.systemFlags & Cpu.IOPL) != Cpu.IOPL) {
        throw GuestFault.of(GuestFault.GP);
      }
      iretReal(cpu, size);
      return;
    }
    boolean longMode = (cpu.efer & Cpu.EFER_LMA) != 0;
    if ((cpu.systemFlags & Cpu.NT) != 0) {
      if (longMode) {
        throw GuestFault.of(GuestFault.GP);
      }
      TaskSwitch.back(cpu);
      return;
    }
    long sp = cpu.r[Cpu.RSP];
    long ip = cpu.peek(sp, size);
    int selector = (int) cpu.peek(sp + size, size) & 0xFFFF;
    long flags = cpu.peek(sp + 2L * size, size);
    if (!longMode && size == 4 && (flags & Cpu.VM) != 0 && cpu.cpl == 0) {
      toVirtual8086(cpu, sp, ip, selector, (int) flags);
      return;
    }
    long code = codeForReturn(cpu, selector, ip);
    int oldCpl = cpu.cpl;
    // In 64-bit mode the stack is always popped, whatever the level.
    if ((selector & 3) == oldCpl && !cpu.mode64) {
      load(cpu, selector, code);
      cpu.setStackPointer(sp + 3L * size);
    } else {
      outward(cpu, sp + 3L * size, size, selector, code);
    }
    restoreFlags(cpu, (int) flags, size, oldCpl);
    if (cpu.cpl > oldCpl) {
      Descriptor.dropPrivilegedSegments(cpu);
    }
    cpu.nextIp = ip;
  }

  private static void iretReal(Cpu cpu, int size) {
    long sp = cpu.r[Cpu.RSP];
    long ip = cpu.peek(sp, size);
    int selector = (int) cpu.peek(sp + size, size) & 0xFFFF;
    int flags = (int) cpu.peek(sp + 2L * size, size);
    if (ip > 0xFFFF) {
      throw GuestFault.of(GuestFault.GP);
    }
    int kept = Cpu.VM | Cpu.VIF | Cpu.VIP | (cpu.virtual8086() ? Cpu.IOPL : 0);
    Descriptor.loadReal(cpu, Cpu.CS, selector);
    cpu.setStackPointer(sp + 3L * size);
    if (size == 2) {
      kept |= 0xFFFF_0000;
    }
    cpu.flags(cpu.flags() & kept | flags & ~kept);
    Flags.changed(cpu);
    cpu.nextIp = ip;
  }

  private static void restoreFlags(Cpu cpu, int flags, int size, int oldCpl) {
    int may = Cpu.CF | Cpu.PF | Cpu.AF | Cpu.ZF | Cpu.SF | Cpu.TF | Cpu.DF | Cpu.OF | Cpu.NT;
    if (size > 2) {
      may |= Cpu.RF | Cpu.AC | Cpu.ID;
      if (oldCpl == 0) {
        may |= Cpu.VIF | Cpu.VIP;
      }
    }
    if (oldCpl <= (cpu.systemFlags & Cpu.IOPL) >> 12) {
      may |= Cpu.IF;
    }
    if (oldCpl == 0) {
      may |= Cpu.IOPL;
    }
    cpu.flags(cpu.flags() & ~may | flags & may);
    Flags.changed(cpu);
  }

  private static void toVirtual8086(Cpu cpu, long sp, long ip, int selector, int flags) {
    long newSp = cpu.peek(sp + 12, 4);
    int stack = (int) cpu.peek(sp + 16, 4) & 0xFFFF;
    int es = (int) cpu.peek(sp + 20, 4) & 0xFFFF;
    int ds = (int) cpu.peek(sp + 24, 4) & 0xFFFF;
    int fs = (int) cpu.peek(sp + 28, 4) & 0xFFFF;
    int gs = (int) cpu.peek(sp + 32, 4) & 0xFFFF;
    cpu.flags(flags);
    cpu.cpl = 3;
    Descriptor.loadReal(cpu, Cpu.CS, selector);
    Descriptor.loadReal(cpu, Cpu.SS, stack);
    Descriptor.loadReal(cpu, Cpu.ES, es);
    Descriptor.loadReal(cpu, Cpu.DS, ds);
    Descriptor.loadReal(cpu, Cpu.FS, fs);
    Descriptor.loadReal(cpu, Cpu.GS, gs);
    cpu.r[Cpu.RSP] = newSp & 0xFFFF_FFFFL;
    Flags.changed(cpu);
    cpu.nextIp = ip & 0xFFFF;
  }

  private static long codeForReturn(Cpu cpu, int selector, long ip) {
    if (Descriptor.isNull(selector)) {
      throw GuestFault.of(GuestFault.GP);
    }
    long code = Descriptor.read(cpu, selector, GuestFault.GP);
    int rpl = selector & 3;
    int dpl = Descriptor.dpl(code);
    boolean allowed =
        Descriptor.code(code)
            && rpl >= cpu.cpl
            && (Descriptor.conforming(code) ? dpl <= rpl : dpl == rpl);
    if (!allowed) {
      throw GuestFault.of(GuestFault.GP, selector & 0xFFFC);
    }
    if (!Descriptor.present(code)) {
      throw GuestFault.of(GuestFault.NP, selector & 0xFFFC);
    }
    FarTransfer.checkTarget(cpu, code, ip, selector);
    return Descriptor.markAccessed(cpu, selector, code);
  }

  private static void load(Cpu cpu, int selector, long code) {
    Descriptor.fill(cpu.segments[Cpu.CS], selector, code);
    cpu.modeChanged();
  }

  // Pops SP and SS and enters an outer (or, by IRET in 64-bit mode, the same) level.
  private static void outward(Cpu cpu, long frame, int size, int selector, long code) {
    long sp = cpu.peek(frame, size);
    int stack = (int) cpu.peek(frame + size, size) & 0xFFFF;
    int newCpl = selector & 3;
    boolean toLong = (cpu.efer & Cpu.EFER_LMA) != 0 && Descriptor.longCode(code);
    Segment segment = cpu.segments[Cpu.SS];
    if (Descriptor.isNull(stack)) {
      if (!toLong || newCpl == 3 || (stack & 3) != newCpl) {
        throw GuestFault.of(GuestFault.GP);
      }
      Descriptor.fillNull(cpu, segment, stack);
    } else {
      long descriptor = Descriptor.stackDescriptor(cpu, stack, newCpl, GuestFault.GP);
      Descriptor.fill(segment, stack, Descriptor.markAccessed(cpu, stack, descriptor));
    }
    cpu.cpl = newCpl;
    Descriptor.fill(cpu.segments[Cpu.CS], selector, code);
    cpu.modeChanged();
    cpu.setStackPointer(sp);
  }
}
