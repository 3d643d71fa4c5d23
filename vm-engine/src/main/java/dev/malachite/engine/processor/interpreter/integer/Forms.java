// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Instruction.Operand;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Operation;

/**
 * What the hot forms of operations with two operands know about them: one class for each pair of
 * kinds.
 */
final class Forms {
  /** Forms as {@link #of} tells them apart. */
  static final int NONE = -1, REG_REG = 0, REG_IMM = 1, REG_MEM = 2, MEM_REG = 3, MEM_IMM = 4;

  private Forms() {}

  /** The form of an instruction's first two operands, and its size: {@code form + 5 * size}. */
  static int of(Instruction i) {
    boolean target = isRegister(i.operands[0]);
    boolean source = isRegister(i.operands[1]);
    boolean immediate = i.operands[1].kind == Kind.IMMEDIATE;
    int form =
        target
            ? (source ? REG_REG : immediate ? REG_IMM : REG_MEM)
            : (immediate ? MEM_IMM : MEM_REG);
    return form + 5 * i.operands[0].size;
  }

  /** True for general registers and the high bytes of the first four. */
  static boolean isRegister(Operand o) {
    return o.kind == Kind.GENERAL || o.kind == Kind.HIGH_BYTE;
  }

  private static int shift(Operand o) {
    return o.kind == Kind.HIGH_BYTE ? 8 : 0;
  }

  /** Both in registers. */
  abstract static class RegReg extends Operation {
    final int target;
    final int source;

    RegReg(Instruction i) {
      target = i.operands[0].register;
      source = i.operands[1].register;
    }
  }

  /** A register and an immediate value. */
  abstract static class RegImm extends Operation {
    final int target;
    final long value;

    RegImm(Instruction i) {
      target = i.operands[0].register;
      value = i.operands[1].value;
    }
  }

  /** A register and memory. */
  abstract static class RegMem extends Operation {
    final int target;
    final Address memory;

    RegMem(Instruction i, Address memory) {
      target = i.operands[0].register;
      this.memory = memory;
    }
  }

  /** Memory and a register. */
  abstract static class MemReg extends Operation {
    final Address memory;
    final int source;

    MemReg(Instruction i, Address memory) {
      this.memory = memory;
      source = i.operands[1].register;
    }
  }

  /** Memory and an immediate value. */
  abstract static class MemImm extends Operation {
    final Address memory;
    final long value;

    MemImm(Instruction i, Address memory) {
      this.memory = memory;
      value = i.operands[1].value;
    }
  }

  /** Both in byte registers. */
  abstract static class ByteRegReg extends RegReg {
    final int targetShift;
    final int sourceShift;

    ByteRegReg(Instruction i) {
      super(i);
      targetShift = shift(i.operands[0]);
      sourceShift = shift(i.operands[1]);
    }
  }

  /** A byte register and an immediate value. */
  abstract static class ByteRegImm extends RegImm {
    final int targetShift;

    ByteRegImm(Instruction i) {
      super(i);
      targetShift = shift(i.operands[0]);
    }
  }

  /** A byte register and memory. */
  abstract static class ByteRegMem extends RegMem {
    final int targetShift;

    ByteRegMem(Instruction i, Address memory) {
      super(i, memory);
      targetShift = shift(i.operands[0]);
    }
  }

  /** Memory and a byte register. */
  abstract static class ByteMemReg extends MemReg {
    final int sourceShift;

    ByteMemReg(Instruction i, Address memory) {
      super(i, memory);
      sourceShift = shift(i.operands[1]);
    }
  }

  /** The byte of a register at a shift of 0 or 8. */
  static byte get8(long[] r, int register, int shift) {
    return (byte) (r[register] >> shift);
  }

  /** Replaces the byte of a register at a shift of 0 or 8. */
  static void put8(long[] r, int register, int shift, int value) {
    r[register] = r[register] & ~(0xFFL << shift) | (long) (value & 0xFF) << shift;
  }
}
