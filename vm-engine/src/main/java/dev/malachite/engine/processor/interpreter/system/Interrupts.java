// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.system;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Segment;

/**
 * Delivers exceptions and interrupts through the interrupt vector table or the IDT (SDM volume 3,
 * chapter 6), with double and triple faults.
 */
public final class Interrupts {
  /** Where an interrupt comes from, which decides privilege checks and the EXT bit. */
  public enum Source {
    /** An exception, an external interrupt or an NMI: EXT is set in error codes it causes. */
    EXTERNAL,
    /** INT n, INT3, INTO: the gate's privilege is checked. */
    SOFTWARE,
    /** ICEBP: no privilege check, though an instruction. */
    PRIVILEGED_SOFTWARE
  }

  private static final int TASK_GATE = 5;
  private static final int GATE_16 = 6;
  private static final int TRAP_16 = 7;
  private static final int GATE_32 = 14;
  private static final int TRAP_32 = 15;

  private Interrupts() {}

  /**
   * Delivers an exception; contributory ones on the way become a double fault.
   *
   * @param ip offset in CS of the instruction to return to
   * @return false if it ended in a triple fault: the processor is in shutdown
   */
  public static boolean exception(Cpu cpu, GuestFault fault, long ip) {
    GuestFault current = fault;
    int first = fault.vector();
    while (true) {
      try {
        int vector = current.vector();
        if (isFaultClass(vector)) {
          // SDM volume 3, section 17.3.1.1: faults push RF set, so that the restarted instruction
          // runs past its own breakpoint.
          cpu.systemFlags |= Cpu.RF;
        }
        deliver(
            cpu,
            vector,
            GuestFault.hasErrorCode(vector) && !cpu.realMode(),
            current.errorCode(),
            Source.EXTERNAL,
            ip);
        return true;
      } catch (GuestFault next) {
        if (first == GuestFault.DF) {
          return false;
        }
        boolean doubles =
            contributory(first) && contributory(next.vector())
                || first == GuestFault.PF
                    && (contributory(next.vector()) || next.vector() == GuestFault.PF);
        current = doubles ? GuestFault.of(GuestFault.DF) : next;
        first = current.vector();
      }
    }
  }

  private static boolean isFaultClass(int vector) {
    return vector != GuestFault.DB
        && vector != GuestFault.BP
        && vector != GuestFault.OF
        && vector != GuestFault.DF;
  }

  private static boolean contributory(int vector) {
    return vector == GuestFault.DE || vector >= GuestFault.TS && vector <= GuestFault.GP;
  }

  /**
   * Delivers a maskable or non-maskable interrupt between two instructions.
   *
   * @return false if it ended in a triple fault
   */
  public static boolean external(Cpu cpu, int vector, long ip) {
    try {
      deliver(cpu, vector, false, 0, Source.EXTERNAL, ip);
      return true;
    } catch (GuestFault fault) {
      return exception(cpu, fault, ip);
    }
  }

  /**
   * Enters the handler of a vector.
   *
   * @param ip what the handler returns to
   * @throws GuestFault if the handler can't be entered; nothing has changed then
   */
  public static void deliver(
      Cpu cpu, int vector, boolean hasCode, int errorCode, Source source, long ip) {
    if (cpu.realMode()) {
      deliverReal(cpu, vector, ip);
    } else if ((cpu.efer & Cpu.EFER_LMA) != 0) {
      deliverLong(cpu, vector, hasCode, errorCode, source, ip);
    } else {
      deliverProtected(cpu, vector, hasCode, errorCode, source, ip);
    }
    cpu.interruptShadow = false;
    cpu.halted = false;
  }

  private static void deliverReal(Cpu cpu, int vector, long ip) {
    if (vector * 4 + 3 > (cpu.idtLimit & 0xFFFF)) {
      throw GuestFault.of(GuestFault.GP);
    }
    int target = (int) cpu.readSystem(cpu.idtBase + vector * 4L, 4);
    long sp = cpu.r[Cpu.RSP];
    cpu.write16(cpu.stackForWrite(sp - 2, 2), cpu.flags());
    cpu.write16(cpu.stackForWrite(sp - 4, 2), cpu.segments[Cpu.CS].selector);
    cpu.write16(cpu.stackForWrite(sp - 6, 2), (int) ip);
    cpu.setStackPointer(sp - 6);
    cpu.systemFlags &= ~(Cpu.IF | Cpu.TF | Cpu.AC | Cpu.RF);
    Descriptor.loadReal(cpu, Cpu.CS, target >>> 16);
    cpu.nextIp = target & 0xFFFF;
  }

  private static GuestFault gateFault(int vector, int gate, Source source) {
    int ext = source == Source.SOFTWARE ? 0 : 1;
    return GuestFault.of(vector, gate * 8 | 2 | ext);
  }

  private static int selectorCode(int selector, Source source) {
    return selector & 0xFFFC | (source == Source.SOFTWARE ? 0 : 1);
  }

  private static void deliverProtected(
      Cpu cpu, int vector, boolean hasCode, int errorCode, Source source, long ip) {
    if (vector * 8 + 7 > (cpu.idtLimit & 0xFFFF)) {
      throw gateFault(GuestFault.GP, vector, source);
    }
    long gate = cpu.readSystem(cpu.idtBase + vector * 8L, 8);
    int type = Descriptor.type(gate);
    boolean known =
        Descriptor.system(gate)
            && (type == TASK_GATE
                || type == GATE_16
                || type == TRAP_16
                || type == GATE_32
                || type == TRAP_32);
    if (!known || source == Source.SOFTWARE && Descriptor.dpl(gate) < cpu.cpl) {
      throw gateFault(GuestFault.GP, vector, source);
    }
    if (!Descriptor.present(gate)) {
      throw gateFault(GuestFault.NP, vector, source);
    }
    int selector = (int) (gate >>> 16) & 0xFFFF;
    if (type == TASK_GATE) {
      TaskSwitch.direct(cpu, selector, ip, true);
      if (hasCode) {
        cpu.push(errorCode, cpu.codeSize);
      }
      return;
    }
    int size = type >= GATE_32 ? 4 : 2;
    long offset = gate & 0xFFFF | (size == 4 ? gate >>> 32 & 0xFFFF_0000L : 0);
    long code = codeSegment(cpu, selector, source);
    boolean fromVirtual = cpu.virtual8086();
    int newCpl = Descriptor.conforming(code) ? cpu.cpl : Descriptor.dpl(code);
    if (fromVirtual && newCpl != 0) {
      throw GuestFault.of(GuestFault.GP, selectorCode(selector, source));
    }
    if (offset > Descriptor.limit(code)) {
      throw GuestFault.of(GuestFault.GP, source == Source.SOFTWARE ? 0 : 1);
    }
    int oldFlags = cpu.flags();
    int oldCpl = cpu.cpl;
    long oldSp = cpu.r[Cpu.RSP];
    Segment stack = cpu.segments[Cpu.SS];
    int oldStack = stack.selector;
    InnerStack inner =
        newCpl < oldCpl ? InnerStack.fromTask(cpu, newCpl, selectorCode(0, source)) : null;
    long marked = Descriptor.markAccessed(cpu, selector, code);
    int words = 3 + (inner != null ? 2 : 0) + (fromVirtual ? 4 : 0) + (hasCode ? 1 : 0);
    StackFrame frame =
        inner != null
            ? new StackFrame(cpu, inner.base(), inner.sp(), inner.mask(), size, words)
            : new StackFrame(cpu, stack.base, oldSp, cpu.stackMask, size, words);
    frame.check(
        inner != null ? inner.limit() : stack.limit,
        inner != null ? inner.expandDown() : stack.expandDown());
    if (fromVirtual) {
      frame.push(cpu.segments[Cpu.GS].selector);
      frame.push(cpu.segments[Cpu.FS].selector);
      frame.push(cpu.segments[Cpu.DS].selector);
      frame.push(cpu.segments[Cpu.ES].selector);
    }
    if (inner != null) {
      frame.push(oldStack);
      frame.push(oldSp);
    }
    frame.push(oldFlags);
    frame.push(cpu.segments[Cpu.CS].selector);
    frame.push(ip);
    if (hasCode) {
      frame.push(errorCode);
    }
    if (fromVirtual) {
      cpu.segments[Cpu.ES].set(0, 0, 0, Segment.UNUSABLE);
      cpu.segments[Cpu.DS].set(0, 0, 0, Segment.UNUSABLE);
      cpu.segments[Cpu.FS].set(0, 0, 0, Segment.UNUSABLE);
      cpu.segments[Cpu.GS].set(0, 0, 0, Segment.UNUSABLE);
    }
    cpu.systemFlags &= ~(Cpu.TF | Cpu.NT | Cpu.VM | Cpu.RF);
    if (type == GATE_16 || type == GATE_32) {
      cpu.systemFlags &= ~Cpu.IF;
    }
    cpu.cpl = newCpl;
    if (inner != null) {
      inner.load(cpu);
    }
    Descriptor.fill(cpu.segments[Cpu.CS], selector & ~3 | newCpl, marked);
    cpu.modeChanged();
    cpu.setStackPointer(frame.sp());
    cpu.nextIp = offset;
  }

  private static long codeSegment(Cpu cpu, int selector, Source source) {
    if (Descriptor.isNull(selector)) {
      throw GuestFault.of(GuestFault.GP, source == Source.SOFTWARE ? 0 : 1);
    }
    if (Descriptor.address(cpu, selector) == -1) {
      throw GuestFault.of(GuestFault.GP, selectorCode(selector, source));
    }
    long code = Descriptor.read(cpu, selector, GuestFault.GP);
    if (!Descriptor.code(code) || Descriptor.dpl(code) > cpu.cpl) {
      throw GuestFault.of(GuestFault.GP, selectorCode(selector, source));
    }
    if (!Descriptor.present(code)) {
      throw GuestFault.of(GuestFault.NP, selectorCode(selector, source));
    }
    return code;
  }

  private static void deliverLong(
      Cpu cpu, int vector, boolean hasCode, int errorCode, Source source, long ip) {
    if (vector * 16 + 15 > (cpu.idtLimit & 0xFFFF)) {
      throw gateFault(GuestFault.GP, vector, source);
    }
    long gate = cpu.readSystem(cpu.idtBase + vector * 16L, 8);
    int type = Descriptor.type(gate);
    if (!Descriptor.system(gate)
        || type != GATE_32 && type != TRAP_32
        || source == Source.SOFTWARE && Descriptor.dpl(gate) < cpu.cpl) {
      throw gateFault(GuestFault.GP, vector, source);
    }
    if (!Descriptor.present(gate)) {
      throw gateFault(GuestFault.NP, vector, source);
    }
    long high = cpu.readSystem(cpu.idtBase + vector * 16L + 8, 8);
    long offset = gate & 0xFFFF | gate >>> 32 & 0xFFFF_0000L | high << 32;
    int selector = (int) (gate >>> 16) & 0xFFFF;
    long code = codeSegment(cpu, selector, source);
    if (!Descriptor.longCode(code) || Descriptor.big(code)) {
      throw GuestFault.of(GuestFault.GP, selectorCode(selector, source));
    }
    if (offset << 16 >> 16 != offset) {
      throw GuestFault.of(GuestFault.GP, source == Source.SOFTWARE ? 0 : 1);
    }
    int newCpl = Descriptor.conforming(code) ? cpu.cpl : Descriptor.dpl(code);
    int stackTable = (int) (gate >>> 32) & 7;
    long sp;
    if (stackTable != 0) {
      sp = taskField(cpu, 0x24 + stackTable * 8 - 8);
    } else if (newCpl < cpu.cpl) {
      sp = taskField(cpu, 4 + newCpl * 8);
    } else {
      sp = cpu.r[Cpu.RSP];
    }
    sp &= -16L;
    if (sp << 16 >> 16 != sp) {
      throw GuestFault.of(GuestFault.SS, source == Source.SOFTWARE ? 0 : 1);
    }
    int oldStack = cpu.segments[Cpu.SS].selector;
    boolean inner = newCpl < cpu.cpl;
    long marked = Descriptor.markAccessed(cpu, selector, code);
    // The frame is written with the new level's rights: from here to the end only its pushes can
    // fault, before anything has changed.
    int count = hasCode ? 6 : 5;
    writeFrame(cpu, newCpl, sp - 8, oldStack);
    writeFrame(cpu, newCpl, sp - 16, cpu.r[Cpu.RSP]);
    writeFrame(cpu, newCpl, sp - 24, cpu.flags());
    writeFrame(cpu, newCpl, sp - 32, cpu.segments[Cpu.CS].selector);
    writeFrame(cpu, newCpl, sp - 40, ip);
    if (hasCode) {
      writeFrame(cpu, newCpl, sp - 48, errorCode & 0xFFFF_FFFFL);
    }
    cpu.systemFlags &= ~(Cpu.TF | Cpu.NT | Cpu.VM | Cpu.RF);
    if (type == GATE_32) {
      cpu.systemFlags &= ~Cpu.IF;
    }
    cpu.cpl = newCpl;
    Descriptor.fill(cpu.segments[Cpu.CS], selector & ~3 | newCpl, marked);
    if (inner) {
      cpu.segments[Cpu.SS].set(newCpl, 0, 0, Segment.UNUSABLE);
    }
    cpu.r[Cpu.RSP] = sp - count * 8L;
    cpu.modeChanged();
    cpu.nextIp = offset;
  }

  private static void writeFrame(Cpu cpu, int cpl, long linear, long value) {
    if (cpl == 3) {
      cpu.write64(linear, value);
    } else {
      cpu.writeSystem(linear, 8, value);
    }
  }

  /** Reads eight bytes of the 64-bit TSS. */
  static long taskField(Cpu cpu, int offset) {
    if (offset + 7 > cpu.tr.limit) {
      throw GuestFault.of(GuestFault.TS, cpu.tr.selector & 0xFFFC);
    }
    return cpu.readSystem(cpu.tr.base + offset, 8);
  }
}
