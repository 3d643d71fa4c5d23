// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.system;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;

/** Far jumps and calls, directly and through gates (SDM volume 2, CALL and JMP). */
final class FarTransfer {
  private static final int TSS_16 = 1;
  private static final int CALL_GATE_16 = 4;
  private static final int TASK_GATE = 5;
  private static final int CALL_GATE_32 = 12;

  private FarTransfer() {}

  /**
   * Jumps or calls.
   *
   * @param size operand size in bytes
   * @param returnIp what a call pushes
   */
  static void go(Cpu cpu, int selector, long offset, int size, boolean call, long returnIp) {
    if (cpu.realMode() || cpu.virtual8086()) {
      goReal(cpu, selector, offset, size, call, returnIp);
      return;
    }
    if (Descriptor.isNull(selector)) {
      throw GuestFault.of(GuestFault.GP);
    }
    long descriptor = Descriptor.read(cpu, selector, GuestFault.GP);
    if (Descriptor.code(descriptor)) {
      goDirect(cpu, selector, descriptor, offset, size, call, returnIp);
      return;
    }
    if (!Descriptor.system(descriptor)) {
      throw GuestFault.of(GuestFault.GP, selector & 0xFFFC);
    }
    boolean longMode = (cpu.efer & Cpu.EFER_LMA) != 0;
    int dpl = Descriptor.dpl(descriptor);
    int type = Descriptor.type(descriptor);
    boolean task = type == TSS_16 || type == Descriptor.TSS_AVAILABLE || type == TASK_GATE;
    boolean gate = type == CALL_GATE_32 || type == CALL_GATE_16 && !longMode;
    if (dpl < cpu.cpl || dpl < (selector & 3) || !gate && (!task || longMode)) {
      throw GuestFault.of(GuestFault.GP, selector & 0xFFFC);
    }
    if (!Descriptor.present(descriptor)) {
      throw GuestFault.of(GuestFault.NP, selector & 0xFFFC);
    }
    if (task) {
      int target = type == TASK_GATE ? (int) (descriptor >>> 16) & 0xFFFF : selector;
      TaskSwitch.direct(cpu, target, returnIp, call);
      return;
    }
    if (longMode) {
      goLongGate(cpu, selector, descriptor, call, returnIp);
    } else {
      goGate(cpu, descriptor, type == CALL_GATE_32 ? 4 : 2, call, returnIp);
    }
  }

  private static void goReal(
      Cpu cpu, int selector, long offset, int size, boolean call, long returnIp) {
    if (offset > 0xFFFF) {
      throw GuestFault.of(GuestFault.GP);
    }
    if (call) {
      pushTwo(cpu, cpu.segments[Cpu.CS].selector, returnIp, size);
    }
    Descriptor.loadReal(cpu, Cpu.CS, selector);
    cpu.nextIp = offset;
  }

  private static void pushTwo(Cpu cpu, long first, long second, int size) {
    long sp = cpu.r[Cpu.RSP];
    cpu.probeWrite(cpu.stackForWrite(sp - 2L * size, size), size);
    cpu.push(first, size);
    cpu.push(second, size);
  }

  private static void goDirect(
      Cpu cpu, int selector, long descriptor, long offset, int size, boolean call, long returnIp) {
    int dpl = Descriptor.dpl(descriptor);
    boolean allowed =
        Descriptor.conforming(descriptor)
            ? dpl <= cpu.cpl
            : (selector & 3) <= cpu.cpl && dpl == cpu.cpl;
    if (!allowed) {
      throw GuestFault.of(GuestFault.GP, selector & 0xFFFC);
    }
    if (!Descriptor.present(descriptor)) {
      throw GuestFault.of(GuestFault.NP, selector & 0xFFFC);
    }
    checkTarget(cpu, descriptor, offset, selector);
    long marked = Descriptor.markAccessed(cpu, selector, descriptor);
    if (call) {
      pushTwo(cpu, cpu.segments[Cpu.CS].selector, returnIp, size);
    }
    Descriptor.fill(cpu.segments[Cpu.CS], selector & ~3 | cpu.cpl, marked);
    cpu.modeChanged();
    cpu.nextIp = offset;
  }

  /** Checks a code segment's bits against the mode, and an offset against its limit. */
  static void checkTarget(Cpu cpu, long descriptor, long offset, int selector) {
    boolean longMode = (cpu.efer & Cpu.EFER_LMA) != 0;
    if (longMode && Descriptor.longCode(descriptor)) {
      if (Descriptor.big(descriptor)) {
        throw GuestFault.of(GuestFault.GP, selector & 0xFFFC);
      }
      if (offset << 16 >> 16 != offset) {
        throw GuestFault.of(GuestFault.GP);
      }
    } else if ((offset & 0xFFFF_FFFFL) > Descriptor.limit(descriptor)) {
      throw GuestFault.of(GuestFault.GP);
    }
  }

  private static long gateCode(Cpu cpu, int selector, boolean call) {
    if (Descriptor.isNull(selector)) {
      throw GuestFault.of(GuestFault.GP);
    }
    long code = Descriptor.read(cpu, selector, GuestFault.GP);
    int dpl = Descriptor.dpl(code);
    boolean allowed =
        Descriptor.code(code)
            && (call || Descriptor.conforming(code) ? dpl <= cpu.cpl : dpl == cpu.cpl);
    if (!allowed) {
      throw GuestFault.of(GuestFault.GP, selector & 0xFFFC);
    }
    if (!Descriptor.present(code)) {
      throw GuestFault.of(GuestFault.NP, selector & 0xFFFC);
    }
    return code;
  }

  private static void goGate(Cpu cpu, long gate, int size, boolean call, long returnIp) {
    int selector = (int) (gate >>> 16) & 0xFFFF;
    long offset = gate & 0xFFFF | (size == 4 ? gate >>> 32 & 0xFFFF_0000L : 0);
    long code = gateCode(cpu, selector, call);
    if (offset > Descriptor.limit(code)) {
      throw GuestFault.of(GuestFault.GP);
    }
    long marked = Descriptor.markAccessed(cpu, selector, code);
    int dpl = Descriptor.dpl(code);
    if (call && !Descriptor.conforming(code) && dpl < cpu.cpl) {
      int parameters = (int) (gate >>> 32) & 31;
      InnerStack inner = InnerStack.fromTask(cpu, dpl, 0);
      StackFrame frame =
          new StackFrame(cpu, inner.base(), inner.sp(), inner.mask(), size, 4 + parameters);
      frame.check(inner.limit(), inner.expandDown());
      long oldSp = cpu.r[Cpu.RSP];
      frame.push(cpu.segments[Cpu.SS].selector);
      frame.push(oldSp);
      for (int i = parameters - 1; i >= 0; i--) {
        frame.push(cpu.peek(oldSp + (long) i * size, size));
      }
      frame.push(cpu.segments[Cpu.CS].selector);
      frame.push(returnIp);
      cpu.cpl = dpl;
      inner.load(cpu);
      Descriptor.fill(cpu.segments[Cpu.CS], selector & ~3 | dpl, marked);
      cpu.modeChanged();
      cpu.setStackPointer(frame.sp());
    } else {
      if (call) {
        pushTwo(cpu, cpu.segments[Cpu.CS].selector, returnIp, size);
      }
      Descriptor.fill(cpu.segments[Cpu.CS], selector & ~3 | cpu.cpl, marked);
      cpu.modeChanged();
    }
    cpu.nextIp = offset;
  }

  private static void goLongGate(
      Cpu cpu, int gateSelector, long gate, boolean call, long returnIp) {
    long high = cpu.readSystem(Descriptor.address(cpu, gateSelector) + 8, 8);
    if ((high >>> 40 & 31) != 0) {
      throw GuestFault.of(GuestFault.GP, gateSelector & 0xFFFC);
    }
    int selector = (int) (gate >>> 16) & 0xFFFF;
    long offset = gate & 0xFFFF | gate >>> 32 & 0xFFFF_0000L | high << 32;
    long code = gateCode(cpu, selector, call);
    if (!Descriptor.longCode(code) || Descriptor.big(code)) {
      throw GuestFault.of(GuestFault.GP, selector & 0xFFFC);
    }
    if (offset << 16 >> 16 != offset) {
      throw GuestFault.of(GuestFault.GP);
    }
    long marked = Descriptor.markAccessed(cpu, selector, code);
    int dpl = Descriptor.dpl(code);
    int oldCode = cpu.segments[Cpu.CS].selector;
    if (call && !Descriptor.conforming(code) && dpl < cpu.cpl) {
      long sp = Interrupts.taskField(cpu, 4 + dpl * 8);
      if (sp << 16 >> 16 != sp) {
        throw GuestFault.of(GuestFault.SS);
      }
      cpu.writeSystem(sp - 8, 8, cpu.segments[Cpu.SS].selector);
      cpu.writeSystem(sp - 16, 8, cpu.r[Cpu.RSP]);
      cpu.writeSystem(sp - 24, 8, oldCode);
      cpu.writeSystem(sp - 32, 8, returnIp);
      cpu.cpl = dpl;
      Descriptor.fillNull(cpu, cpu.segments[Cpu.SS], dpl);
      Descriptor.fill(cpu.segments[Cpu.CS], selector & ~3 | dpl, marked);
      cpu.r[Cpu.RSP] = sp - 32;
      cpu.modeChanged();
    } else {
      // A call gate leads to 64-bit code, so the frame is 64 bits wide from any mode.
      if (call) {
        pushTwo(cpu, oldCode, returnIp, 8);
      }
      Descriptor.fill(cpu.segments[Cpu.CS], selector & ~3 | cpu.cpl, marked);
      cpu.modeChanged();
    }
    cpu.nextIp = offset;
  }
}
