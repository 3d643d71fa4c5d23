// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.system;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Segment;

/**
 * Segment descriptors as they stand in the tables (SDM volume 3, section 3.4.5): eight bytes as a
 * long, and how they get into segment registers.
 */
final class Descriptor {
  /** Type of an available 32-bit TSS, and of a 64-bit one in long mode. */
  static final int TSS_AVAILABLE = 9;

  /** Type of a busy 32-bit TSS. */
  static final int TSS_BUSY = 11;

  /** Type of a local descriptor table. */
  static final int LDT = 2;

  private static final long ACCESSED = 1L << 40;

  private Descriptor() {}

  /** True if the selector is null: it selects entry 0 of the GDT. */
  static boolean isNull(int selector) {
    return (selector & 0xFFFC) == 0;
  }

  /** The linear address of a selector's descriptor, or -1 if it lies outside its table. */
  static long address(Cpu cpu, int selector) {
    int offset = selector & 0xFFF8;
    if ((selector & 4) != 0) {
      boolean usable = (cpu.ldtr.attributes & Segment.UNUSABLE) == 0;
      return usable && offset + 7 <= cpu.ldtr.limit ? cpu.ldtr.base + offset : -1;
    }
    return offset + 7 <= (cpu.gdtLimit & 0xFFFF) ? cpu.gdtBase + offset : -1;
  }

  /**
   * Reads a selector's descriptor.
   *
   * @param vector raised with the selector as error code if there is none
   */
  static long read(Cpu cpu, int selector, int vector) {
    long address = address(cpu, selector);
    if (address == -1) {
      throw GuestFault.of(vector, selector & 0xFFFC);
    }
    return cpu.readSystem(address, 8);
  }

  static int type(long descriptor) {
    return (int) (descriptor >>> 40) & 15;
  }

  static boolean system(long descriptor) {
    return (descriptor & 1L << 44) == 0;
  }

  static int dpl(long descriptor) {
    return (int) (descriptor >>> 45) & 3;
  }

  static boolean present(long descriptor) {
    return (descriptor & 1L << 47) != 0;
  }

  static boolean code(long descriptor) {
    return (descriptor >>> 43 & 3) == 3;
  }

  static boolean data(long descriptor) {
    return (descriptor >>> 43 & 3) == 2;
  }

  static boolean conforming(long descriptor) {
    return (descriptor & 1L << 42) != 0;
  }

  /** Writable for data, readable for code. */
  static boolean writableOrReadable(long descriptor) {
    return (descriptor & 1L << 41) != 0;
  }

  static boolean longCode(long descriptor) {
    return (descriptor & 1L << 53) != 0;
  }

  static boolean big(long descriptor) {
    return (descriptor & 1L << 54) != 0;
  }

  static long base(long descriptor) {
    return descriptor >>> 16 & 0xFF_FFFF | descriptor >>> 32 & 0xFF00_0000L;
  }

  static long limit(long descriptor) {
    long limit = descriptor & 0xFFFF | descriptor >>> 32 & 0xF_0000;
    return (descriptor & 1L << 55) != 0 ? limit << 12 | 0xFFF : limit;
  }

  static int attributes(long descriptor) {
    return (int) (descriptor >>> 40) & 0xFF | (int) (descriptor >>> 52 & 15) << 8;
  }

  /** Fills a segment register. */
  static void fill(Segment segment, int selector, long descriptor) {
    segment.set(selector, base(descriptor), limit(descriptor), attributes(descriptor));
  }

  /** Sets the accessed bit in memory if it isn't set. */
  static long markAccessed(Cpu cpu, int selector, long descriptor) {
    if ((descriptor & ACCESSED) == 0) {
      cpu.writeSystem(address(cpu, selector) + 5, 1, descriptor >>> 40 & 0xFF | 1);
    }
    return descriptor | ACCESSED;
  }

  /** Sets a register to what a null selector makes of it. */
  static void fillNull(Cpu cpu, Segment segment, int selector) {
    long base = (cpu.efer & Cpu.EFER_LMA) != 0 ? 0 : segment.base;
    segment.set(selector, base, 0, Segment.UNUSABLE);
  }

  /** Loads a segment register as MOV and POP do; not CS. */
  static void load(Cpu cpu, int number, int selector) {
    Segment segment = cpu.segments[number];
    if (cpu.realMode() || cpu.virtual8086()) {
      loadReal(cpu, number, selector);
      return;
    }
    if (number == Cpu.SS) {
      loadStack(cpu, selector, cpu.cpl);
      return;
    }
    if (isNull(selector)) {
      fillNull(cpu, segment, selector);
      return;
    }
    long descriptor = read(cpu, selector, GuestFault.GP);
    boolean readable = data(descriptor) || code(descriptor) && writableOrReadable(descriptor);
    boolean privileged =
        code(descriptor) && conforming(descriptor)
            || dpl(descriptor) >= Math.max(cpu.cpl, selector & 3);
    if (!readable || !privileged) {
      throw GuestFault.of(GuestFault.GP, selector & 0xFFFC);
    }
    if (!present(descriptor)) {
      throw GuestFault.of(GuestFault.NP, selector & 0xFFFC);
    }
    fill(segment, selector, markAccessed(cpu, selector, descriptor));
  }

  /** Loads a segment register in real or virtual-8086 mode; limits stay in real mode. */
  static void loadReal(Cpu cpu, int number, int selector) {
    Segment segment = cpu.segments[number];
    long base = (selector & 0xFFFFL) << 4;
    if (cpu.virtual8086()) {
      segment.set(selector, base, 0xFFFF, 0xF3);
    } else {
      int attributes = segment.attributes & ~Segment.UNUSABLE | 0x93;
      segment.set(selector, base, segment.limit, attributes);
    }
    cpu.modeChanged();
  }

  /** Loads SS for a privilege level, as MOV, far returns and interrupts do. */
  static void loadStack(Cpu cpu, int selector, int cpl) {
    if (isNull(selector)) {
      if (!cpu.mode64 || cpl == 3 || (selector & 3) != cpl) {
        throw GuestFault.of(GuestFault.GP);
      }
      fillNull(cpu, cpu.segments[Cpu.SS], selector);
      cpu.modeChanged();
      return;
    }
    long descriptor = stackDescriptor(cpu, selector, cpl, GuestFault.GP);
    fill(cpu.segments[Cpu.SS], selector, markAccessed(cpu, selector, descriptor));
    cpu.modeChanged();
  }

  /** Reads and checks the descriptor of a stack for a privilege level. */
  static long stackDescriptor(Cpu cpu, int selector, int cpl, int vector) {
    long descriptor = read(cpu, selector, vector);
    if ((selector & 3) != cpl
        || !data(descriptor)
        || !writableOrReadable(descriptor)
        || dpl(descriptor) != cpl) {
      throw GuestFault.of(vector, selector & 0xFFFC);
    }
    if (!present(descriptor)) {
      throw GuestFault.of(GuestFault.SS, selector & 0xFFFC);
    }
    return descriptor;
  }

  /** After a return to an outer level, data segments that this level may not use become null. */
  static void dropPrivilegedSegments(Cpu cpu) {
    for (int number = Cpu.ES; number <= Cpu.GS; number++) {
      if (number == Cpu.CS || number == Cpu.SS) {
        continue;
      }
      Segment segment = cpu.segments[number];
      boolean conforming = (segment.attributes & 0x1C) == 0x1C;
      // One that is null already keeps its base: FS and GS are used with it in 64-bit mode.
      boolean usable = (segment.attributes & Segment.UNUSABLE) == 0;
      if (usable && segment.dpl() < cpu.cpl && !conforming) {
        fillNull(cpu, segment, 0);
      }
    }
  }
}
