// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.system;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Segment;

/**
 * Writes to control and debug registers and EFER, with their checks (SDM volume 3, section 2.5).
 */
public final class ControlRegisters {
  private static final long CR4_KNOWN =
      Cpu.CR4_VME
          | Cpu.CR4_PVI
          | Cpu.CR4_TSD
          | Cpu.CR4_DE
          | Cpu.CR4_PSE
          | Cpu.CR4_PAE
          | Cpu.CR4_MCE
          | Cpu.CR4_PGE
          | Cpu.CR4_PCE
          | Cpu.CR4_OSFXSR
          | Cpu.CR4_OSXMMEXCPT
          | Cpu.CR4_UMIP
          | Cpu.CR4_FSGSBASE
          | Cpu.CR4_OSXSAVE
          | Cpu.CR4_SMEP
          | Cpu.CR4_SMAP;
  private static final long CR4_FLUSHES =
      Cpu.CR4_PSE | Cpu.CR4_PAE | Cpu.CR4_PGE | Cpu.CR4_SMEP | Cpu.CR4_SMAP;
  private static final long CR0_KNOWN = 0xE005_003FL;

  private ControlRegisters() {}

  static void writeCr0(Cpu cpu, long value) {
    long wanted = value & CR0_KNOWN | Cpu.CR0_ET;
    boolean paging = (wanted & Cpu.CR0_PG) != 0;
    if (value >>> 32 != 0
        || paging && (wanted & Cpu.CR0_PE) == 0
        || (wanted & Cpu.CR0_NW) != 0 && (wanted & Cpu.CR0_CD) == 0) {
      throw GuestFault.of(GuestFault.GP);
    }
    long old = cpu.cr0;
    boolean wasPaging = (old & Cpu.CR0_PG) != 0;
    if (paging && !wasPaging) {
      enterPaging(cpu);
    } else if (!paging && wasPaging) {
      if (cpu.mode64) {
        throw GuestFault.of(GuestFault.GP);
      }
      cpu.efer &= ~Cpu.EFER_LMA;
    }
    cpu.cr0 = wanted;
    if ((old & Cpu.CR0_PE) != 0 && (wanted & Cpu.CR0_PE) == 0) {
      cpu.cpl = 0;
    }
    if (((old ^ wanted) & (Cpu.CR0_PG | Cpu.CR0_WP | Cpu.CR0_PE)) != 0) {
      cpu.mmu.flushAll();
    }
    cpu.modeChanged();
  }

  private static void enterPaging(Cpu cpu) {
    if ((cpu.efer & Cpu.EFER_LME) != 0) {
      boolean longCode = (cpu.segments[Cpu.CS].attributes & Segment.LONG) != 0;
      boolean longTask = (cpu.tr.attributes & 15) != 1 && (cpu.tr.attributes & 15) != 3;
      if ((cpu.cr4 & Cpu.CR4_PAE) == 0 || longCode || !longTask) {
        throw GuestFault.of(GuestFault.GP);
      }
      cpu.efer |= Cpu.EFER_LMA;
    } else if ((cpu.cr4 & Cpu.CR4_PAE) != 0) {
      loadPointers(cpu, cpu.cr3);
    }
  }

  private static void loadPointers(Cpu cpu, long cr3) {
    long[] pointers = new long[4];
    if (!cpu.mmu.loadPointers(cr3, pointers)) {
      throw GuestFault.of(GuestFault.GP);
    }
    System.arraycopy(pointers, 0, cpu.pdpte, 0, 4);
  }

  static void writeCr3(Cpu cpu, long value) {
    boolean longMode = (cpu.efer & Cpu.EFER_LMA) != 0;
    if (longMode && (value & 0xFFFF_FF00_0000_0000L) != 0) {
      throw GuestFault.of(GuestFault.GP);
    }
    if (!longMode && (cpu.cr0 & Cpu.CR0_PG) != 0 && (cpu.cr4 & Cpu.CR4_PAE) != 0) {
      loadPointers(cpu, value);
    }
    cpu.cr3 = value;
    cpu.mmu.flushNonGlobal();
  }

  static void writeCr4(Cpu cpu, long value) {
    boolean longMode = (cpu.efer & Cpu.EFER_LMA) != 0;
    if ((value & ~CR4_KNOWN) != 0 || longMode && (value & Cpu.CR4_PAE) == 0) {
      throw GuestFault.of(GuestFault.GP);
    }
    long changed = cpu.cr4 ^ value;
    long old = cpu.cr4;
    cpu.cr4 = value;
    if (!longMode
        && (cpu.cr0 & Cpu.CR0_PG) != 0
        && (value & Cpu.CR4_PAE) != 0
        && (changed & (Cpu.CR4_PAE | Cpu.CR4_PSE | Cpu.CR4_PGE | Cpu.CR4_SMEP)) != 0) {
      try {
        loadPointers(cpu, cpu.cr3);
      } catch (GuestFault fault) {
        cpu.cr4 = old;
        throw fault;
      }
    }
    if ((changed & CR4_FLUSHES) != 0) {
      cpu.mmu.flushAll();
    }
    cpu.modeChanged();
  }

  static void writeDr(Cpu cpu, int number, long value) {
    if (number >= 6 && value >>> 32 != 0) {
      throw GuestFault.of(GuestFault.GP);
    }
    switch (number) {
      case 6 -> cpu.dr[6] = value & 0xE00F | 0xFFFF_0FF0L;
      case 7 -> cpu.dr[7] = value & 0xFFFF_23FFL | 0x400;
      default -> cpu.dr[number] = value;
    }
    cpu.requestAttention();
    cpu.modeChanged();
  }
}
