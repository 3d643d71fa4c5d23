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

/**
 * Translates vector instructions in VEX encoding, as {@link VectorCode} does those without: the
 * same instruction again on the same vector registers (SDM volume 2, 2.3).
 */
final class VexCode {
  private static final int NONE = 0;

  private final Generator g;
  private final Assembler a;

  VexCode(Generator generator) {
    g = generator;
    a = generator.a;
  }

  /** Translates the instruction if it is one of these. */
  boolean translate(Instruction i) {
    if (!i.vex || !Reencoding.reencodableVex(i)) {
      return false;
    }
    int rm = Reencoding.rmOperand(i);
    int reg = Reencoding.regOperand(i);
    int vvvv = Reencoding.vvvvOperand(i);
    boolean lengths = lengthsInAccumulator(i);
    long place = 0;
    int scratch = RAX;
    if (rm >= 0 && i.operands[rm].kind == Kind.MEMORY) {
      int access = MemoryUse.writes(i) ? Generator.WRITE : Generator.READ;
      place = g.alignedPlace(i, MemoryUse.bytes(i), access, MemoryUse.alignment(i));
      scratch = R11;
      if (lengths) {
        a.op(0, true, 0x8D, R11, place, false); // lea
        place = at(R11);
      }
    } else if (rm >= 0) {
      place = register(i.operands[rm], rm == 0, scratch);
    }
    if (lengths) {
      a.move(RAX, R10);
    }
    int first = reg >= 0 ? register(i.operands[reg], reg == 0, scratch) : i.modrm >> 3 & 7;
    int second = vvvv >= 0 ? i.operands[vvvv].register : NONE;
    if (rm < 0) {
      a.vexPrefix(0, 0, 0, 1, i.prefix, false, i.vexLength == 32);
      a.int8(i.opcodeByte);
      return true;
    }
    a.vex(i.map, i.prefix, wide(i), i.vexLength == 32, i.opcodeByte, first, second, place);
    Operand last = i.operands[i.operandCount - 1];
    if (last.kind == Kind.IMMEDIATE) {
      a.int8((int) last.value);
    } else if (i.operandCount == 4) {
      a.int8(last.register << 4);
    }
    Operand to = i.operands[0];
    if (to.kind == Kind.GENERAL) {
      g.done(to.register, rm == 0 ? (int) place : first);
    }
    if (Effects.flagsWritten(i) != 0) {
      g.flagsWritten();
    }
    return true;
  }

  private int register(Operand operand, boolean written, int scratch) {
    if (operand.kind != Kind.GENERAL) {
      return operand.register;
    }
    return written ? g.target(operand.register, scratch, false) : g.use(operand.register, scratch);
  }

  // Lengths in EAX and EDX.
  private static boolean lengthsInAccumulator(Instruction i) {
    return switch (i.opcode) {
      case VPCMPESTRI, VPCMPESTRM -> true;
      default -> false;
    };
  }

  // Outside 64-bit code VEX.W doesn't make general registers, or what is moved in their place,
  // wide.
  private boolean wide(Instruction i) {
    if (!i.rexW || g.wide()) {
      return i.rexW;
    }
    return switch (i.map) {
      case 1 ->
          switch (i.opcodeByte) {
            case 0x2A, 0x2C, 0x2D, 0x6E, 0x7E -> false;
            default -> true;
          };
      case 3 ->
          switch (i.opcodeByte) {
            case 0x14, 0x15, 0x16, 0x17, 0x20, 0x22, 0x60, 0x61 -> false;
            default -> true;
          };
      default -> true;
    };
  }
}
