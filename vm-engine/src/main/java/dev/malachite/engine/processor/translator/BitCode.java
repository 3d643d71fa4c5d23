// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import static dev.malachite.engine.processor.translator.Assembler.R11;
import static dev.malachite.engine.processor.translator.Assembler.RAX;
import static dev.malachite.engine.processor.translator.Assembler.at;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Instruction.Operand;
import dev.malachite.engine.decoder.Opcode;

/**
 * Translates what x86-64-v3 and ADX have for general registers: bit manipulation, MOVBE, ADCX and
 * ADOX. The host must have the instruction, too.
 */
final class BitCode {
  private final Generator g;
  private final Assembler a;

  BitCode(Generator generator) {
    g = generator;
    a = generator.a;
  }

  /** Translates the instruction if it is one of these. */
  boolean translate(Instruction i) {
    switch (i.opcode) {
      case ANDN, BEXTR, BLSI, BLSMSK, BLSR, BZHI -> encodedWithVex(i);
      case MULX, PDEP, PEXT, RORX, SARX, SHLX, SHRX -> encodedWithVex(i);
      case TZCNT -> count(i, 0x0FBC);
      case LZCNT -> count(i, 0x0FBD);
      case MOVBE -> moveSwapped(i);
      case ADCX -> addWithOneFlag(i, 0x66);
      case ADOX -> addWithOneFlag(i, 0xF3);
      default -> {
        return false;
      }
    }
    return true;
  }

  // What is in the frame can be ModRM.rm from there; destinations may share a register with a
  // source, which is read before.
  private void encodedWithVex(Instruction i) {
    int rm = Reencoding.rmOperand(i);
    int reg = Reencoding.regOperand(i);
    int vvvv = Reencoding.vvvvOperand(i);
    int size = i.operands[0].size;
    long place;
    int scratch = R11;
    if (i.operands[rm].kind == Kind.MEMORY) {
      place = g.place(i, size, Generator.READ);
    } else {
      place = Registers.place(i.operands[rm].register);
    }
    boolean twoResults = i.opcode == Opcode.MULX;
    int first = i.modrm >> 3 & 7;
    if (reg >= 0) {
      // MULX reads its source before it writes, be it by way of RAX.
      first = g.target(i.operands[reg].register, twoResults ? RAX : scratch, false);
    }
    int second = 0;
    if (vvvv >= 0) {
      int guest = i.operands[vvvv].register;
      boolean same = reg >= 0 && i.operands[reg].register == guest;
      boolean written = vvvv == 0 || twoResults;
      if (twoResults && same) {
        second = first;
      } else {
        second = written ? g.target(guest, scratch, false) : g.use(guest, scratch);
      }
    }
    a.vex(i.map, i.prefix, size == 8, false, i.opcodeByte, first, second, place);
    Operand last = i.operands[i.operandCount - 1];
    if (last.kind == Kind.IMMEDIATE) {
      a.int8((int) last.value);
    }
    if (reg >= 0) {
      g.done(i.operands[reg].register, first);
    }
    if (vvvv == 0 || twoResults) {
      g.done(i.operands[vvvv].register, second);
    }
    if (Effects.flagsWritten(i) != 0) {
      g.flagsWritten();
    }
  }

  private void count(Instruction i, int opcode) {
    Operand to = i.operands[0];
    Operand from = i.operands[1];
    int size = to.size;
    long place;
    if (from.kind == Kind.MEMORY) {
      place = g.place(i, size, Generator.READ);
    } else {
      place = Registers.place(from.register);
    }
    int register = g.target(to.register, R11, size == 2);
    if (size == 2) {
      a.int8(0x66);
    }
    a.op(0xF3, size == 8, opcode, register, place, false);
    g.done(to.register, register);
    g.flagsWritten();
  }

  private void moveSwapped(Instruction i) {
    boolean store = i.operands[0].kind == Kind.MEMORY;
    Operand operand = i.operands[store ? 1 : 0];
    int size = operand.size;
    long place = g.place(i, size, store ? Generator.WRITE : Generator.READ);
    int guest = operand.register;
    int register = store ? g.use(guest, R11) : g.target(guest, R11, size == 2);
    int opcode = store ? 0x0F38F1 : 0x0F38F0;
    a.op(size == 2 ? 0x66 : 0, size == 8, opcode, register, place, false);
    if (!store) {
      g.done(guest, register);
    }
  }

  private void addWithOneFlag(Instruction i, int prefix) {
    Operand to = i.operands[0];
    Operand from = i.operands[1];
    int size = to.size;
    long place;
    int scratch = RAX;
    if (from.kind == Kind.MEMORY) {
      place = g.placeWithFlags(i, size, Generator.READ);
      scratch = place == at(R11) ? RAX : R11;
    } else {
      g.loadFlags();
      place = Registers.place(from.register);
    }
    int register = g.target(to.register, scratch, true);
    a.op(prefix, size == 8, 0x0F38F6, register, place, false);
    g.done(to.register, register);
    g.flagsWritten();
  }
}
