// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Instruction.Operand;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import org.jspecify.annotations.Nullable;

/**
 * An operand of any kind and size, for operations that aren't hot enough for forms of their own.
 *
 * <p>Access is in two steps, so that what can fault comes first: {@link #toRead} or {@link
 * #toUpdate} gives a linear address (0 for registers and immediates), which {@link #load} and
 * {@link #store} take.
 */
final class Place {
  /** Bytes: 1, 2, 4 or 8. */
  final int size;

  private final @Nullable Address address;
  private final boolean immediate;
  private final long value;
  private final int register;
  private final int shift;

  /** The operand of an instruction. */
  Place(Instruction i, int operand, @Nullable Address address) {
    Operand o = i.operands[operand];
    this.address = o.kind == Kind.MEMORY ? address : null;
    immediate = o.kind == Kind.IMMEDIATE;
    value = o.value;
    size = o.size;
    register = o.register;
    shift = o.kind == Kind.HIGH_BYTE ? 8 : 0;
  }

  /** A general register. */
  Place(int register, int size) {
    address = null;
    immediate = false;
    value = 0;
    this.size = size;
    this.register = register;
    shift = 0;
  }

  /** True if it is in memory. */
  boolean memory() {
    return address != null;
  }

  /** Where to read it. */
  long toRead(Cpu cpu) {
    return address == null ? 0 : address.read(cpu, size);
  }

  /** Where to write it, once reading and writing are known not to fault. */
  long toUpdate(Cpu cpu) {
    if (address == null) {
      return 0;
    }
    long linear = address.write(cpu, size);
    cpu.probeWrite(linear, size);
    return linear;
  }

  /** Where to write it, for a {@link #store} that comes before anything else changes. */
  long toWrite(Cpu cpu) {
    return address == null ? 0 : address.write(cpu, size);
  }

  /** The value, sign-extended. */
  long load(Cpu cpu, long linear) {
    if (immediate) {
      return value;
    }
    if (address == null) {
      long whole = cpu.r[register];
      return switch (size) {
        case 1 -> (byte) (whole >> shift);
        case 2 -> (short) whole;
        case 4 -> (int) whole;
        default -> whole;
      };
    }
    return switch (size) {
      case 1 -> (byte) cpu.read8(linear);
      case 2 -> (short) cpu.read16(linear);
      case 4 -> cpu.read32(linear);
      default -> cpu.read64(linear);
    };
  }

  /** Reads it in one go, sign-extended. */
  long read(Cpu cpu) {
    return load(cpu, toRead(cpu));
  }

  /** The bits that belong to the size. */
  static long mask(int size) {
    return -1L >>> 64 - 8 * size;
  }

  /** Replaces the value. */
  void store(Cpu cpu, long linear, long result) {
    if (address == null) {
      put(cpu.r, register, shift, size, result);
      return;
    }
    switch (size) {
      case 1 -> cpu.write8(linear, (int) result);
      case 2 -> cpu.write16(linear, (int) result);
      case 4 -> cpu.write32(linear, (int) result);
      default -> cpu.write64(linear, result);
    }
  }

  /** Replaces a register or a part of it. */
  static void put(long[] r, int register, int shift, int size, long result) {
    switch (size) {
      case 1 -> r[register] = r[register] & ~(0xFFL << shift) | (result & 0xFF) << shift;
      case 2 -> r[register] = r[register] & ~0xFFFFL | result & 0xFFFF;
      case 4 -> r[register] = result & 0xFFFF_FFFFL;
      default -> r[register] = result;
    }
  }
}
