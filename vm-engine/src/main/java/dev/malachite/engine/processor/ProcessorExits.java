// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor;

/**
 * What a processor asks of the machine around it. Software processors call it in the middle of an
 * instruction, the KVM backend between two runs; the machine can't tell.
 *
 * <p>Called on the processor's own thread. No method allocates on its usual path.
 */
public interface ProcessorExits {
  /** Reads a port: 1, 2 or 4 bytes. */
  int readPort(VirtualProcessor processor, int port, int size);

  /** Writes a port: 1, 2 or 4 bytes. */
  void writePort(VirtualProcessor processor, int port, int size, int value);

  /** Reads a physical address that no memory region covers: 1, 2, 4 or 8 bytes. */
  long readMmio(VirtualProcessor processor, long gpa, int size);

  /** Writes a physical address that no memory region covers: 1, 2, 4 or 8 bytes. */
  void writeMmio(VirtualProcessor processor, long gpa, int size, long value);

  /**
   * Reads a model-specific register that the processor itself doesn't have.
   *
   * @param result its first element takes the value
   * @return false if there is no such register: the guest gets a general protection fault
   */
  boolean readMsr(VirtualProcessor processor, int msr, long[] result);

  /**
   * Writes a model-specific register that the processor itself doesn't have.
   *
   * @return false if there is no such register or the value is refused: the guest gets a general
   *     protection fault
   */
  boolean writeMsr(VirtualProcessor processor, int msr, long value);

  /**
   * Answers CPUID.
   *
   * @param result four elements: EAX, EBX, ECX, EDX. Bits that depend on the processor's state
   *     (OSXSAVE, APIC enable, XSAVE area size) are filled in by the processor afterwards
   */
  void cpuid(VirtualProcessor processor, int leaf, int subleaf, int[] result);

  /** A level-triggered interrupt's end reached the local APIC; the IOAPIC wants to know. */
  void endOfInterrupt(int vector);
}
