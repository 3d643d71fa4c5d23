// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor;

/**
 * The interrupt controller of a software processor, as the processor sees it: its local APIC.
 *
 * <p>All methods on the processor's own thread except where said otherwise.
 */
public interface InterruptSource {
  /** What a local APIC tells its processor. Any thread; must not block. */
  interface Listener {
    /** Something below may have changed: ask again soon, and wake up if halted. */
    void attention();
  }

  /** Sets who is told. Once, while the machine is being built. */
  void listen(Listener listener);

  /** True if a maskable interrupt could be taken now with interrupts enabled. */
  boolean interruptPending();

  /** Takes the interrupt of highest priority: returns its vector, or -1 if there is none. */
  int acknowledge();

  /** Takes a pending non-maskable interrupt: true if there was one. */
  boolean takeNmi();

  /** Takes a pending INIT: true if there was one. */
  boolean takeInit();

  /** Takes a pending start-up message: its vector 0 to 255, or -1 if there is none. */
  int takeStartup();

  /** Task priority as CR8 shows it, 0 to 15. */
  int taskPriority();

  /** Sets the task priority, 0 to 15. */
  void taskPriority(int priority);

  /** The APIC base register, IA32_APIC_BASE (SDM volume 3, section 11.4.4). */
  long base();

  /**
   * Writes IA32_APIC_BASE.
   *
   * @return false for a value the processor must refuse with a general protection fault
   */
  boolean base(long value);

  /**
   * Reads an x2APIC register, or TSC deadline (0x6E0).
   *
   * @param msr 0x800 to 0x8FF, or 0x6E0
   * @return false for a general protection fault
   */
  boolean readMsr(int msr, long[] result);

  /** Writes an x2APIC register, or TSC deadline (0x6E0); false for a general protection fault. */
  boolean writeMsr(int msr, long value);

  /** Reads the memory-mapped registers; {@code offset} 0 to 0xFFF. */
  int readMmio(int offset);

  /** Writes the memory-mapped registers; {@code offset} 0 to 0xFFF. */
  void writeMmio(int offset, int value);

  /**
   * Says how far the guest's time stamp counter is ahead of the machine's: the deadline timer goes
   * by the guest's.
   */
  void tscOffset(long offset);

  /** Power-on or INIT state. */
  void reset();
}
