// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.system;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import org.jspecify.annotations.Nullable;

/** A register or memory operand of an operation that isn't hot. */
final class Place {
  private final @Nullable Address address;
  private final int register;

  Place(Instruction.Operand operand, @Nullable Address address) {
    boolean memory = operand.kind == Instruction.Kind.MEMORY;
    this.address = memory ? address : null;
    this.register = memory ? 0 : operand.register;
  }

  boolean memory() {
    return address != null;
  }

  /** Reads 2, 4 or 8 bytes, zero-extended. */
  long read(Cpu cpu, int size) {
    if (address == null) {
      long value = cpu.r[register];
      return size == 8 ? value : value & (1L << 8 * size) - 1;
    }
    return read(cpu, size, 0);
  }

  /** Reads 1, 2, 4 or 8 bytes of memory behind the operand's start, zero-extended. */
  long read(Cpu cpu, int size, int behind) {
    long linear = requireMemory().read(cpu, size, behind);
    return switch (size) {
      case 1 -> cpu.read8(linear);
      case 2 -> cpu.read16(linear);
      case 4 -> cpu.read32(linear) & 0xFFFF_FFFFL;
      default -> cpu.read64(linear);
    };
  }

  /** Writes 2, 4 or 8 bytes; a 32-bit register write clears the upper half. */
  void write(Cpu cpu, int size, long value) {
    if (address == null) {
      writeRegister(cpu, register, size, value);
    } else {
      write(cpu, size, 0, value);
    }
  }

  static void writeRegister(Cpu cpu, int register, int size, long value) {
    long[] r = cpu.r;
    switch (size) {
      case 1 -> r[register] = r[register] & ~0xFFL | value & 0xFF;
      case 2 -> r[register] = r[register] & ~0xFFFFL | value & 0xFFFF;
      case 4 -> r[register] = value & 0xFFFF_FFFFL;
      default -> r[register] = value;
    }
  }

  /** Writes 2, 4 or 8 bytes of memory behind the operand's start. */
  void write(Cpu cpu, int size, int behind, long value) {
    long linear = requireMemory().write(cpu, size, behind);
    switch (size) {
      case 2 -> cpu.write16(linear, (int) value);
      case 4 -> cpu.write32(linear, (int) value);
      default -> cpu.write64(linear, value);
    }
  }

  /** The linear address, for INVLPG and its kin; memory operands only. */
  long linear(Cpu cpu) {
    Address a = requireMemory();
    long offset = a.effective(cpu);
    if (cpu.mode64) {
      return a.segment() >= Cpu.FS ? cpu.segments[a.segment()].base + offset : offset;
    }
    return cpu.segments[a.segment()].base + offset & 0xFFFF_FFFFL;
  }

  private Address requireMemory() {
    Address a = address;
    if (a == null) {
      throw new IllegalStateException("a register where the decoder promises memory");
    }
    return a;
  }
}
