// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.system;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;

/**
 * The stack of a more privileged level, from the task state segment (SDM volume 3, section 5.8.5).
 * Not in long mode, where TSS stacks have no segment.
 *
 * @param selector its segment
 * @param descriptor its segment's descriptor
 * @param sp the stack pointer
 */
record InnerStack(int selector, long descriptor, long sp) {
  /**
   * Reads and checks the stack for a level.
   *
   * @param ext bit 0 of error codes
   */
  static InnerStack fromTask(Cpu cpu, int cpl, int ext) {
    boolean wide = (cpu.tr.attributes & 8) != 0;
    int offset = wide ? 4 + cpl * 8 : 2 + cpl * 4;
    if (offset + (wide ? 5 : 3) > cpu.tr.limit) {
      throw GuestFault.of(GuestFault.TS, cpu.tr.selector & 0xFFFC | ext);
    }
    long sp = cpu.readSystem(cpu.tr.base + offset, wide ? 4 : 2);
    int selector = (int) cpu.readSystem(cpu.tr.base + offset + (wide ? 4 : 2), 2);
    if (Descriptor.isNull(selector)) {
      throw GuestFault.of(GuestFault.TS, ext);
    }
    long descriptor = Descriptor.stackDescriptor(cpu, selector, cpl, GuestFault.TS);
    return new InnerStack(selector, Descriptor.markAccessed(cpu, selector, descriptor), sp);
  }

  long base() {
    return Descriptor.base(descriptor);
  }

  long limit() {
    return Descriptor.limit(descriptor);
  }

  long mask() {
    return Descriptor.big(descriptor) ? 0xFFFF_FFFFL : 0xFFFFL;
  }

  boolean expandDown() {
    return (Descriptor.attributes(descriptor) & 4) != 0;
  }

  /** Loads SS; the stack pointer is the caller's to set. */
  void load(Cpu cpu) {
    Descriptor.fill(cpu.segments[Cpu.SS], selector, descriptor);
  }
}
