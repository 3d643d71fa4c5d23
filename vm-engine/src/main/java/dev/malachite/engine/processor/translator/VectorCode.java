// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import static dev.malachite.engine.processor.translator.Assembler.R10;
import static dev.malachite.engine.processor.translator.Assembler.R11;
import static dev.malachite.engine.processor.translator.Assembler.RAX;
import static dev.malachite.engine.processor.translator.Assembler.at;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Instruction.Operand;
import dev.malachite.engine.decoder.Opcode;

/**
 * Translates instructions on vector registers, which are the guest's while such code runs: the same
 * instruction again, with its memory operand's checked address and its general registers' places.
 */
final class VectorCode {
  private static final int[] MAP_BYTES = {0, 0x0F00, 0x0F3800, 0x0F3A00};

  private final Generator g;
  private final Assembler a;

  VectorCode(Generator generator) {
    g = generator;
    a = generator.a;
  }

  /** Translates the instruction if it is one of these. */
  boolean translate(Instruction i) {
    if (!Reencoding.reencodable(i)) {
      return false;
    }
    legacy(i);
    return true;
  }

  private void legacy(Instruction i) {
    int memory = operand(i, Kind.MEMORY);
    int general = operand(i, Kind.GENERAL);
    boolean generalInReg = general >= 0 && generalInReg(i, general);
    long rm;
    int scratch = RAX;
    if (memory >= 0) {
      int access = MemoryUse.writes(i) ? Generator.WRITE : Generator.READ;
      rm = g.alignedPlace(i, MemoryUse.bytes(i), access, MemoryUse.alignment(i));
      scratch = R11;
      if (countsInAccumulator(i)) {
        a.op(0, true, 0x8D, R11, rm, false); // lea
        rm = at(R11);
      }
    } else {
      if (g.needsFlags()) {
        g.loadFlags();
      }
      rm = 0;
    }
    if (countsInAccumulator(i)) {
      a.move(RAX, R10);
    }
    int reg;
    int put = -1;
    if (general >= 0) {
      Operand operand = i.operands[general];
      boolean written = general == 0;
      int register =
          written ? g.target(operand.register, scratch, false) : g.use(operand.register, scratch);
      put = written ? operand.register : -1;
      if (memory >= 0 || generalInReg) {
        reg = register;
        rm = memory >= 0 ? rm : vector(i, general);
      } else {
        rm = register;
        reg = vector(i, general);
      }
      emit(i, reg, rm);
      if (put >= 0) {
        g.done(put, register);
      }
    } else {
      reg = memory >= 0 || shiftByImmediate(i) ? vector(i, -1) : regField(i);
      if (shiftByImmediate(i)) {
        rm = reg;
        reg = i.modrm >> 3 & 7;
      } else if (memory < 0) {
        rm = rmField(i);
      }
      emit(i, reg, rm);
    }
    if (Effects.flagsWritten(i) != 0) {
      g.flagsWritten();
    }
  }

  private void emit(Instruction i, int reg, long rm) {
    int opcode = MAP_BYTES[i.map] | i.opcodeByte;
    a.op(Reencoding.mandatoryPrefix(i), i.rexW, opcode, reg, rm, false);
    Operand last = i.operands[i.operandCount - 1];
    if (last.kind == Kind.IMMEDIATE) {
      a.int8((int) last.value);
    }
  }

  // Lengths in EAX and EDX.
  private static boolean countsInAccumulator(Instruction i) {
    return i.opcode == Opcode.PCMPESTRI || i.opcode == Opcode.PCMPESTRM;
  }

  private static boolean shiftByImmediate(Instruction i) {
    return i.map == 1 && i.opcodeByte >= 0x71 && i.opcodeByte <= 0x73;
  }

  private static int operand(Instruction i, Kind kind) {
    for (int n = 0; n < i.operandCount; n++) {
      if (i.operands[n].kind == kind) {
        return n;
      }
    }
    return -1;
  }

  // The vector register operand other than the one given.
  private static int vector(Instruction i, int other) {
    for (int n = 0; n < i.operandCount; n++) {
      if (n != other && i.operands[n].kind == Kind.XMM) {
        return i.operands[n].register;
      }
    }
    throw new IllegalStateException(i.opcode + ": no vector register");
  }

  // Between a general and a vector register: moves to a general register from a vector one are
  // 0F 7E (MOVD) and 0F3A 14 to 17 with the vector register in ModRM.reg; all others name their
  // destination there.
  private static boolean generalInReg(Instruction i, int general) {
    boolean store =
        i.map == 1 && i.opcodeByte == 0x7E
            || i.map == 3 && i.opcodeByte >= 0x14 && i.opcodeByte <= 0x17;
    return general == 0 && !store;
  }

  // Two vector registers: stores name their source in ModRM.reg.
  private static boolean store(Instruction i) {
    return i.map == 1
        && switch (i.opcodeByte) {
          case 0x11, 0x13, 0x17, 0x29, 0x2B, 0x7F, 0xD6, 0xE7 -> true;
          default -> false;
        };
  }

  private static int regField(Instruction i) {
    return i.operands[store(i) ? 1 : 0].register;
  }

  private static int rmField(Instruction i) {
    return i.operands[store(i) ? 0 : 1].register;
  }
}
