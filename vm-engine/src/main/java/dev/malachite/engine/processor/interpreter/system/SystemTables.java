// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.system;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Segment;

/** Loads LDTR and TR, and looks at descriptors for LAR, LSL, VERR and VERW. */
final class SystemTables {
  private SystemTables() {}

  /** Loads LDTR; {@code vector} is raised for a bad selector. */
  static void loadLdt(Cpu cpu, int selector, int vector) {
    if (Descriptor.isNull(selector)) {
      cpu.ldtr.set(selector, 0, 0, Segment.UNUSABLE);
      return;
    }
    if ((selector & 4) != 0) {
      throw GuestFault.of(vector, selector & 0xFFFC);
    }
    long descriptor = Descriptor.read(cpu, selector, vector);
    if (!Descriptor.system(descriptor) || Descriptor.type(descriptor) != Descriptor.LDT) {
      throw GuestFault.of(vector, selector & 0xFFFC);
    }
    if (!Descriptor.present(descriptor)) {
      throw GuestFault.of(GuestFault.NP, selector & 0xFFFC);
    }
    fillWide(cpu, cpu.ldtr, selector, descriptor);
  }

  /** Loads TR and marks the TSS busy. */
  static void loadTask(Cpu cpu, int selector) {
    if (Descriptor.isNull(selector)) {
      throw GuestFault.of(GuestFault.GP);
    }
    if ((selector & 4) != 0) {
      throw GuestFault.of(GuestFault.GP, selector & 0xFFFC);
    }
    long descriptor = Descriptor.read(cpu, selector, GuestFault.GP);
    int type = Descriptor.type(descriptor);
    boolean longMode = (cpu.efer & Cpu.EFER_LMA) != 0;
    if (!Descriptor.system(descriptor)
        || type != Descriptor.TSS_AVAILABLE && (type != 1 || longMode)) {
      throw GuestFault.of(GuestFault.GP, selector & 0xFFFC);
    }
    if (!Descriptor.present(descriptor)) {
      throw GuestFault.of(GuestFault.NP, selector & 0xFFFC);
    }
    long busy = descriptor | 1L << 41;
    cpu.writeSystem(Descriptor.address(cpu, selector) + 5, 1, busy >>> 40 & 0xFF);
    fillWide(cpu, cpu.tr, selector, busy);
  }

  // In long mode system descriptors have 16 bytes, with the base's upper half in the second eight.
  private static void fillWide(Cpu cpu, Segment segment, int selector, long descriptor) {
    long base = Descriptor.base(descriptor);
    if ((cpu.efer & Cpu.EFER_LMA) != 0) {
      long high = cpu.readSystem(Descriptor.address(cpu, selector) + 8, 8);
      base |= high << 32;
      if ((high >>> 40 & 31) != 0 || base << 16 >> 16 != base) {
        throw GuestFault.of(GuestFault.GP, selector & 0xFFFC);
      }
    }
    segment.set(selector, base, Descriptor.limit(descriptor), Descriptor.attributes(descriptor));
  }

  /** True if LAR may see this descriptor; LSL sees all of these but gates. */
  static boolean visible(Cpu cpu, int selector, long descriptor, boolean gates) {
    if (Descriptor.system(descriptor)) {
      boolean longMode = (cpu.efer & Cpu.EFER_LMA) != 0;
      boolean known =
          switch (Descriptor.type(descriptor)) {
            case 1, 3 -> !longMode;
            case 2, 9, 11 -> true;
            case 4, 5 -> gates && !longMode;
            case 12 -> gates;
            default -> false;
          };
      if (!known) {
        return false;
      }
    } else if (Descriptor.code(descriptor) && Descriptor.conforming(descriptor)) {
      return true;
    }
    return Descriptor.dpl(descriptor) >= Math.max(cpu.cpl, selector & 3);
  }

  /** True if VERR (or VERW) accepts the selector. */
  static boolean verify(Cpu cpu, int selector, boolean write) {
    long address = Descriptor.isNull(selector) ? -1 : Descriptor.address(cpu, selector);
    if (address == -1) {
      return false;
    }
    long descriptor = cpu.readSystem(address, 8);
    if (Descriptor.system(descriptor)) {
      return false;
    }
    if (Descriptor.code(descriptor)) {
      if (write || !Descriptor.writableOrReadable(descriptor)) {
        return false;
      }
      if (Descriptor.conforming(descriptor)) {
        return true;
      }
    } else if (write && !Descriptor.writableOrReadable(descriptor)) {
      return false;
    }
    return Descriptor.dpl(descriptor) >= Math.max(cpu.cpl, selector & 3);
  }
}
