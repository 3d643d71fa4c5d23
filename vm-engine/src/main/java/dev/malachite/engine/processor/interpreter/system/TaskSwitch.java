// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.system;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Segment;

/**
 * Hardware task switches with 32-bit and 16-bit task state segments (SDM volume 3, chapter 8). Long
 * mode has none.
 *
 * <p>Layout of a 32-bit TSS: link 0, CR3 28, EIP 32, EFLAGS 36, eight general registers from 40,
 * six segment registers from 72, LDT 96. Of a 16-bit one: link 0, IP 14, flags 16, eight general
 * registers from 18, four segment registers from 34, LDT 42.
 */
final class TaskSwitch {
  private enum Way {
    JUMP,
    CALL,
    RETURN
  }

  private static final int[] SEGMENTS = {Cpu.ES, Cpu.CS, Cpu.SS, Cpu.DS, Cpu.FS, Cpu.GS};

  private TaskSwitch() {}

  /** Switches to a TSS. */
  static void direct(Cpu cpu, int selector, long returnIp, boolean nested) {
    if ((selector & 4) != 0) {
      throw GuestFault.of(GuestFault.GP, selector & 0xFFFC);
    }
    long descriptor = Descriptor.read(cpu, selector, GuestFault.GP);
    if (!Descriptor.system(descriptor) || (Descriptor.type(descriptor) & 7) != 1) {
      throw GuestFault.of(GuestFault.GP, selector & 0xFFFC);
    }
    run(cpu, selector, descriptor, returnIp, nested ? Way.CALL : Way.JUMP);
  }

  /** IRET with NT set: switches back to the task in the link field. */
  static void back(Cpu cpu) {
    int selector = (int) cpu.readSystem(cpu.tr.base, 2);
    if ((selector & 4) != 0 || Descriptor.isNull(selector)) {
      throw GuestFault.of(GuestFault.TS, selector & 0xFFFC);
    }
    long descriptor = Descriptor.read(cpu, selector, GuestFault.TS);
    if (!Descriptor.system(descriptor) || (Descriptor.type(descriptor) & 7) != 3) {
      throw GuestFault.of(GuestFault.TS, selector & 0xFFFC);
    }
    run(cpu, selector, descriptor, cpu.nextIp, Way.RETURN);
  }

  private static void run(Cpu cpu, int selector, long descriptor, long ip, Way way) {
    if (!Descriptor.present(descriptor)) {
      throw GuestFault.of(GuestFault.NP, selector & 0xFFFC);
    }
    boolean wide = (Descriptor.type(descriptor) & 8) != 0;
    if (Descriptor.limit(descriptor) < (wide ? 103 : 43)) {
      throw GuestFault.of(GuestFault.TS, selector & 0xFFFC);
    }
    long base = Descriptor.base(descriptor);
    int flags = cpu.flags();
    if (way == Way.RETURN) {
      flags &= ~Cpu.NT;
    }
    save(cpu, ip, flags);
    if (way != Way.CALL) {
      setBusy(cpu, cpu.tr.selector, false);
    }
    if (way == Way.CALL) {
      cpu.writeSystem(base, 2, cpu.tr.selector);
    }
    if (way != Way.RETURN) {
      setBusy(cpu, selector, true);
    }
    Descriptor.fill(cpu.tr, selector, descriptor | 1L << 41);
    load(cpu, base, wide, way == Way.CALL);
  }

  private static void setBusy(Cpu cpu, int selector, boolean busy) {
    long address = Descriptor.address(cpu, selector);
    if (address != -1) {
      long type = cpu.readSystem(address + 5, 1);
      cpu.writeSystem(address + 5, 1, busy ? type | 2 : type & ~2L);
    }
  }

  private static void save(Cpu cpu, long ip, int flags) {
    long tss = cpu.tr.base;
    boolean wide = (cpu.tr.attributes & 8) != 0;
    int size = wide ? 4 : 2;
    cpu.writeSystem(tss + (wide ? 32 : 14), size, ip);
    cpu.writeSystem(tss + (wide ? 36 : 16), size, flags);
    for (int i = 0; i < 8; i++) {
      cpu.writeSystem(tss + (wide ? 40 : 18) + (long) i * size, size, cpu.r[i]);
    }
    for (int i = 0; i < (wide ? 6 : 4); i++) {
      cpu.writeSystem(
          tss + (wide ? 72 : 34) + (long) i * size, 2, cpu.segments[SEGMENTS[i]].selector);
    }
  }

  private static void load(Cpu cpu, long tss, boolean wide, boolean nested) {
    int size = wide ? 4 : 2;
    if (wide && (cpu.cr0 & Cpu.CR0_PG) != 0) {
      ControlRegisters.writeCr3(cpu, cpu.readSystem(tss + 28, 4));
    }
    long ip = cpu.readSystem(tss + (wide ? 32 : 14), size);
    int flags = (int) cpu.readSystem(tss + (wide ? 36 : 16), size);
    for (int i = 0; i < 8; i++) {
      cpu.r[i] = cpu.readSystem(tss + (wide ? 40 : 18) + (long) i * size, size);
    }
    int[] selectors = new int[6];
    for (int i = 0; i < (wide ? 6 : 4); i++) {
      selectors[i] = (int) cpu.readSystem(tss + (wide ? 72 : 34) + (long) i * size, 2);
    }
    int table = (int) cpu.readSystem(tss + (wide ? 96 : 42), 2);
    cpu.flags(nested ? flags | Cpu.NT : flags);
    cpu.cr0 |= Cpu.CR0_TS;
    cpu.nextIp = ip;
    for (int number : SEGMENTS) {
      cpu.segments[number].set(selectors[number], 0, 0, Segment.UNUSABLE);
    }
    // From here on, faults belong to the new task.
    SystemTables.loadLdt(cpu, table, GuestFault.TS);
    if (cpu.virtual8086()) {
      cpu.cpl = 3;
      for (int number : SEGMENTS) {
        Descriptor.loadReal(cpu, number, selectors[number]);
      }
    } else {
      cpu.cpl = selectors[Cpu.CS] & 3;
      long code = Descriptor.read(cpu, selectors[Cpu.CS], GuestFault.TS);
      if (!Descriptor.code(code)) {
        throw GuestFault.of(GuestFault.TS, selectors[Cpu.CS] & 0xFFFC);
      }
      if (!Descriptor.present(code)) {
        throw GuestFault.of(GuestFault.NP, selectors[Cpu.CS] & 0xFFFC);
      }
      Descriptor.fill(
          cpu.segments[Cpu.CS],
          selectors[Cpu.CS],
          Descriptor.markAccessed(cpu, selectors[Cpu.CS], code));
      long stack = Descriptor.stackDescriptor(cpu, selectors[Cpu.SS], cpu.cpl, GuestFault.TS);
      Descriptor.fill(
          cpu.segments[Cpu.SS],
          selectors[Cpu.SS],
          Descriptor.markAccessed(cpu, selectors[Cpu.SS], stack));
      cpu.modeChanged();
      Descriptor.load(cpu, Cpu.ES, selectors[Cpu.ES]);
      Descriptor.load(cpu, Cpu.DS, selectors[Cpu.DS]);
      Descriptor.load(cpu, Cpu.FS, selectors[Cpu.FS]);
      Descriptor.load(cpu, Cpu.GS, selectors[Cpu.GS]);
    }
    Flags.changed(cpu);
  }
}
