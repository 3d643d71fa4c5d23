// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.system;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;

/** Pushes onto a stack that isn't the current one yet, outside long mode. */
final class StackFrame {
  private final Cpu cpu;
  private final long base;
  private final long mask;
  private final int size;
  private final int words;
  private final long start;
  private long sp;

  /**
   * @param base linear address of the stack segment
   * @param sp the stack pointer to start from
   * @param mask 16 or 32 ones
   * @param size 2 or 4 bytes a push
   * @param words how many pushes there will be
   */
  StackFrame(Cpu cpu, long base, long sp, long mask, int size, int words) {
    this.cpu = cpu;
    this.base = base;
    this.mask = mask;
    this.size = size;
    this.words = words;
    this.start = sp;
    this.sp = sp;
  }

  /** Raises a stack fault if the frame doesn't fit. */
  void check(long limit, boolean expandDown) {
    for (int i = 1; i <= words; i++) {
      long first = start - (long) i * size & mask;
      long last = first + size - 1;
      boolean fits = expandDown ? first > limit && last <= mask : last <= limit;
      if (!fits) {
        throw GuestFault.of(GuestFault.SS);
      }
    }
  }

  void push(long value) {
    sp = sp - size;
    cpu.writeSystem(base + (sp & mask) & 0xFFFF_FFFFL, size, value);
  }

  /** The stack pointer as it is now. */
  long sp() {
    return sp;
  }
}
