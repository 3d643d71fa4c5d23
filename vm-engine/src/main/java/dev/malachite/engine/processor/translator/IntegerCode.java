// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import static dev.malachite.engine.processor.translator.Assembler.R10;
import static dev.malachite.engine.processor.translator.Assembler.R11;
import static dev.malachite.engine.processor.translator.Assembler.RAX;
import static dev.malachite.engine.processor.translator.Assembler.RDX;
import static dev.malachite.engine.processor.translator.Assembler.at;
import static dev.malachite.engine.processor.translator.Assembler.frame;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Instruction.Operand;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Frame;

/** Translates moves, arithmetic, shifts and bit operations on general registers and memory. */
final class IntegerCode {
  private static final int RBX = 3;

  private final Generator g;
  private final Assembler a;

  IntegerCode(Generator generator) {
    g = generator;
    a = generator.a;
  }

  /** Translates the instruction if it is one of these. */
  boolean translate(Instruction i) {
    switch (i.opcode) {
      case ADD, OR, ADC, SBB, AND, SUB, XOR, CMP -> arithmetic(i);
      case TEST -> test(i);
      case MOV, MOVNTI -> move(i);
      case MOVZX -> extend(i, i.operands[1].size == 1 ? 0x0FB6 : 0x0FB7);
      case MOVSX -> extend(i, i.operands[1].size == 1 ? 0x0FBE : 0x0FBF);
      case MOVSXD -> extend(i, 0x63);
      case XCHG -> exchange(i, 0x86);
      case XADD -> exchange(i, 0x0FC0);
      case CMPXCHG -> compareExchange(i);
      case CMPXCHG8B, CMPXCHG16B -> compareExchangeWide(i);
      case INC -> unary(i, 0xFE, 0);
      case DEC -> unary(i, 0xFE, 1);
      case NOT -> unary(i, 0xF6, 2);
      case NEG -> unary(i, 0xF6, 3);
      case SHL -> shift(i, 4);
      case SHR -> shift(i, 5);
      case SAR -> shift(i, 7);
      case ROL -> shift(i, 0);
      case ROR -> shift(i, 1);
      case RCL -> shift(i, 2);
      case RCR -> shift(i, 3);
      case SHLD -> doubleShift(i, 0x0FA4);
      case SHRD -> doubleShift(i, 0x0FAC);
      case MUL -> multiply(i, 4);
      case IMUL -> {
        if (i.operandCount == 1) {
          multiply(i, 5);
        } else {
          multiplyTwo(i);
        }
      }
      case DIV -> divide(i);
      case IDIV -> divideSigned(i);
      case CBW -> a.op(0x66, false, 0x0FBE, R10, R10, true);
      case CWDE -> a.op(0, false, 0x0FBF, R10, R10, false);
      case CDQE -> a.op(0, true, 0x63, R10, R10, false);
      case CWD, CDQ, CQO -> spread(i);
      case SETCC -> setCondition(i);
      case CMOVCC -> moveCondition(i);
      case BT, BTS, BTR, BTC -> bit(i);
      case BSF -> toRegister(i, 0, 0x0FBC);
      case BSR -> toRegister(i, 0, 0x0FBD);
      case POPCNT -> toRegister(i, 0xF3, 0x0FB8);
      case CRC32 -> crc(i);
      case BSWAP -> swap(i);
      case LEA -> lea(i);
      default -> {
        return false;
      }
    }
    return true;
  }

  // ---- two operands --------------------------------------------------------------------------

  private void lock(Instruction i) {
    if (i.lock) {
      a.int8(0xF0);
    }
  }

  private long memory(Instruction i, int size, int access) {
    return g.needsFlags() ? g.placeWithFlags(i, size, access) : g.place(i, size, access);
  }

  private void flagsBefore() {
    if (g.needsFlags()) {
      g.loadFlags();
    }
  }

  // The one of RAX and R11 by way of which the operand isn't accessed.
  private static int other(long place) {
    return place == at(R11) ? RAX : R11;
  }

  private void arithmetic(Instruction i) {
    int k =
        switch (i.opcode) {
          case ADD -> Assembler.ADD;
          case OR -> Assembler.OR;
          case ADC -> Assembler.ADC;
          case SBB -> Assembler.SBB;
          case AND -> Assembler.AND;
          case SUB -> Assembler.SUB;
          case XOR -> Assembler.XOR;
          default -> Assembler.CMP;
        };
    twoOperands(i, k << 3, k, i.opcode != Opcode.CMP, 0x80);
    g.flagsWritten();
  }

  private void test(Instruction i) {
    twoOperands(i, 0x84, 0, false, 0xF6);
    g.flagsWritten();
  }

  // opcode: the form "rm, reg"; the form "reg, rm" is used for memory sources, where it is
  // opcode | 2 but for TEST, which is its own mirror.
  private void twoOperands(
      Instruction i, int opcode, int extension, boolean writes, int immediateOpcode) {
    Operand to = i.operands[0];
    Operand from = i.operands[1];
    int size = to.size;
    if (to.kind == Kind.MEMORY) {
      long place = memory(i, size, writes ? Generator.WRITE : Generator.READ);
      if (from.kind == Kind.IMMEDIATE) {
        lock(i);
        immediate(size, immediateOpcode, extension, place, from.value);
      } else {
        int value = g.source(from, other(place));
        lock(i);
        a.sized(size, opcode, value, place);
      }
      return;
    }
    if (from.kind == Kind.MEMORY) {
      long place = memory(i, size, Generator.READ);
      int mirrored = opcode == 0x84 ? opcode : opcode | 2;
      if (to.kind == Kind.HIGH_BYTE) {
        a.loadZero(1, other(place), place);
        high(to, writes, () -> a.sized(1, opcode, other(place), frame(Frame.SCRATCH + 1)));
        return;
      }
      int register = g.target(to.register, other(place), true);
      a.sized(size, mirrored, register, place);
      if (writes) {
        g.done(to.register, register);
      }
      return;
    }
    flagsBefore();
    if (to.kind == Kind.HIGH_BYTE) {
      if (from.kind == Kind.IMMEDIATE) {
        high(
            to,
            writes,
            () -> immediate(1, immediateOpcode, extension, frame(Frame.SCRATCH + 1), from.value));
      } else {
        int value = g.source(from, R11);
        high(to, writes, () -> a.sized(1, opcode, value, frame(Frame.SCRATCH + 1)));
      }
      return;
    }
    int register = g.target(to.register, RAX, true);
    if (from.kind == Kind.IMMEDIATE) {
      immediate(size, immediateOpcode, extension, register, from.value);
    } else {
      a.sized(size, opcode, g.source(from, R11), register);
    }
    if (writes) {
      g.done(to.register, register);
    }
  }

  // An operation on AH, CH, DH or BH: in the frame, where it is a byte like any other. The value
  // operated with is not in RAX.
  private void high(Operand operand, boolean writes, Runnable operation) {
    int guest = operand.register;
    int host = Registers.host(guest);
    a.store(8, frame(Frame.SCRATCH), host);
    operation.run();
    if (writes) {
      a.load(8, host, frame(Frame.SCRATCH));
    }
  }

  private void immediate(int size, int opcode, int extension, long place, long value) {
    if (opcode == 0x80) {
      a.arithmeticImmediate(size, extension, place, (int) value);
      return;
    }
    a.sized(size, opcode, extension, place);
    immediateBytes(size, value);
  }

  private void immediateBytes(int size, long value) {
    switch (size) {
      case 1 -> a.int8((int) value);
      case 2 -> {
        a.int8((int) value);
        a.int8((int) (value >> 8));
      }
      default -> a.int32((int) value);
    }
  }

  // ---- moves ---------------------------------------------------------------------------------

  private void move(Instruction i) {
    Operand to = i.operands[0];
    Operand from = i.operands[1];
    int size = to.size;
    if (to.kind == Kind.MEMORY) {
      long place = g.place(i, size, Generator.WRITE);
      if (from.kind == Kind.IMMEDIATE) {
        a.sized(size, 0xC6, 0, place);
        immediateBytes(size, from.value);
      } else {
        a.store(size, place, g.source(from, R11));
      }
      return;
    }
    if (from.kind == Kind.MEMORY) {
      long place = g.place(i, size, Generator.READ);
      if (to.kind == Kind.HIGH_BYTE) {
        a.loadZero(1, R11, place);
        high(to, true, () -> a.store(1, frame(Frame.SCRATCH + 1), R11));
        return;
      }
      int register = g.target(to.register, R11, size < 4);
      a.sized(size, 0x8A, register, place);
      g.done(to.register, register);
      return;
    }
    if (to.kind == Kind.HIGH_BYTE) {
      if (from.kind == Kind.IMMEDIATE) {
        high(
            to,
            true,
            () -> {
              a.sized(1, 0xC6, 0, frame(Frame.SCRATCH + 1));
              a.int8((int) from.value);
            });
      } else {
        int value = g.source(from, R11);
        high(to, true, () -> a.store(1, frame(Frame.SCRATCH + 1), value));
      }
      return;
    }
    int register = g.target(to.register, RAX, size < 4);
    if (from.kind == Kind.IMMEDIATE) {
      if (size >= 4) {
        a.constant(register, size == 8 ? from.value : from.value & 0xFFFF_FFFFL);
      } else {
        a.sized(size, 0xC6, 0, register);
        immediateBytes(size, from.value);
      }
    } else {
      a.sized(size, 0x8A, register, g.source(from, R11));
    }
    g.done(to.register, register);
  }

  private void extend(Instruction i, int opcode) {
    Operand to = i.operands[0];
    Operand from = i.operands[1];
    long place;
    int scratch = RAX;
    if (from.kind == Kind.MEMORY) {
      place = g.place(i, from.size, Generator.READ);
      scratch = R11;
    } else if (from.kind == Kind.HIGH_BYTE) {
      place = g.source(from, R11);
    } else {
      place = Registers.place(from.register);
    }
    int register = g.target(to.register, scratch, to.size == 2);
    a.op(to.size == 2 ? 0x66 : 0, to.size == 8, opcode, register, place, from.size == 1);
    g.done(to.register, register);
  }

  private void exchange(Instruction i, int opcode) {
    Operand to = i.operands[0];
    Operand from = i.operands[1];
    if (from.kind == Kind.MEMORY) {
      // XCHG is its own mirror.
      Operand t = to;
      to = from;
      from = t;
    }
    int size = to.size;
    if (to.kind == Kind.MEMORY) {
      int address = g.address(i, size, Generator.WRITE);
      int register = g.target(from.register, R11, true);
      lock(i);
      a.sized(size, opcode, register, at(address));
      g.done(from.register, register);
    } else {
      int first = g.target(to.register, RAX, true);
      int second = to.register == from.register ? first : g.target(from.register, R11, true);
      a.sized(size, opcode, second, first);
      if (second != first) {
        g.done(from.register, second);
      }
      g.done(to.register, first);
    }
    if (i.opcode == Opcode.XADD) {
      g.flagsWritten();
    }
  }

  // The accumulator is in RAX for the time being.
  private void compareExchange(Instruction i) {
    Operand to = i.operands[0];
    Operand from = i.operands[1];
    int size = to.size;
    if (to.kind == Kind.MEMORY) {
      g.address(i, size, Generator.WRITE);
      a.move(R11, RAX);
      a.move(RAX, R10);
      int value = Registers.host(from.register);
      boolean spilled = value < 0;
      if (spilled) {
        // Nothing between here and the end of the instruction can fault.
        a.store(8, frame(Frame.SCRATCH), RBX);
        a.load(8, RBX, Registers.place(from.register));
        value = RBX;
      }
      lock(i);
      a.sized(size, 0x0FB0, value, at(R11));
      if (spilled) {
        a.load(8, RBX, frame(Frame.SCRATCH));
      }
    } else {
      int value = from.register == 0 ? RAX : 0;
      a.move(RAX, R10);
      if (from.register != 0) {
        value = Registers.host(from.register);
        if (value < 0) {
          a.load(8, R11, Registers.place(from.register));
          value = R11;
        }
      }
      if (to.register == 0) {
        a.sized(size, 0x0FB0, value, RAX);
      } else if (Registers.host(to.register) >= 0) {
        a.sized(size, 0x0FB0, value, Registers.host(to.register));
      } else if (value != R11) {
        a.load(8, R11, Registers.place(to.register));
        a.sized(size, 0x0FB0, value, R11);
        a.store(8, Registers.place(to.register), R11);
      } else {
        a.store(8, frame(Frame.SCRATCH), RBX);
        a.load(8, RBX, Registers.place(to.register));
        a.sized(size, 0x0FB0, to.register == from.register ? RBX : value, RBX);
        a.store(8, Registers.place(to.register), RBX);
        a.load(8, RBX, frame(Frame.SCRATCH));
      }
    }
    a.move(R10, RAX);
    g.flagsWritten();
  }

  // ---- one operand ---------------------------------------------------------------------------

  private void unary(Instruction i, int opcode, int extension) {
    Operand to = i.operands[0];
    int size = to.size;
    if (to.kind == Kind.MEMORY) {
      long place = memory(i, size, Generator.WRITE);
      lock(i);
      a.sized(size, opcode, extension, place);
    } else {
      flagsBefore();
      int register = g.target(to.register, RAX, true);
      a.sized(size, opcode, extension, register);
      g.done(to.register, register);
    }
    if (i.opcode != Opcode.NOT) {
      g.flagsWritten();
    }
  }

  private void shift(Instruction i, int extension) {
    Operand to = i.operands[0];
    Operand count = i.operands[1];
    int size = to.size;
    long place;
    int register = -1;
    if (to.kind == Kind.MEMORY) {
      place = memory(i, size, Generator.WRITE);
    } else {
      flagsBefore();
      register = g.target(to.register, RAX, true);
      place = register;
    }
    if (count.kind == Kind.IMMEDIATE) {
      a.sized(size, 0xC0, extension, place);
      a.int8((int) count.value);
    } else {
      a.sized(size, 0xD2, extension, place);
    }
    if (register >= 0) {
      g.done(to.register, register);
    }
    g.flagsWritten();
  }

  private void doubleShift(Instruction i, int opcode) {
    Operand to = i.operands[0];
    Operand from = i.operands[1];
    Operand count = i.operands[2];
    int size = to.size;
    boolean byCl = count.kind != Kind.IMMEDIATE;
    int prefix = size == 2 ? 0x66 : 0;
    int code = byCl ? opcode + 1 : opcode;
    if (to.kind == Kind.MEMORY) {
      long place = memory(i, size, Generator.WRITE);
      a.op(prefix, size == 8, code, g.use(from.register, other(place)), place, false);
    } else {
      flagsBefore();
      int register = g.target(to.register, RAX, true);
      a.op(prefix, size == 8, code, g.use(from.register, R11), register, false);
      if (!byCl) {
        a.int8((int) count.value);
      }
      g.done(to.register, register);
      g.flagsWritten();
      return;
    }
    if (!byCl) {
      a.int8((int) count.value);
    }
    g.flagsWritten();
  }

  // ---- multiplication and division -----------------------------------------------------------

  private void multiply(Instruction i, int extension) {
    Operand from = i.operands[i.operandCount - 1];
    int size = from.size;
    long place;
    if (from.kind == Kind.MEMORY) {
      g.address(i, size, Generator.READ);
      a.move(R11, RAX);
      place = at(R11);
    } else {
      place = from.register == 0 ? RAX : Registers.place(from.register);
    }
    a.move(RAX, R10);
    a.sized(size, 0xF6, extension, place);
    a.move(R10, RAX);
    g.flagsWritten();
  }

  private void multiplyTwo(Instruction i) {
    Operand to = i.operands[0];
    Operand from = i.operands[1];
    int size = to.size;
    int prefix = size == 2 ? 0x66 : 0;
    long place;
    int scratch = RAX;
    if (from.kind == Kind.MEMORY) {
      place = g.place(i, size, Generator.READ);
      scratch = R11;
    } else {
      place = Registers.place(from.register);
    }
    if (i.operandCount == 3) {
      int value = (int) i.operands[2].value;
      int register = g.target(to.register, scratch, size == 2);
      boolean small = Assembler.fits8(value);
      a.op(prefix, size == 8, small ? 0x6B : 0x69, register, place, false);
      immediateBytes(small ? 1 : size, value);
      g.done(to.register, register);
    } else {
      int register = g.target(to.register, scratch, true);
      a.op(prefix, size == 8, 0x0FAF, register, place, false);
      g.done(to.register, register);
    }
    g.flagsWritten();
  }

  // The divisor goes to R11. What would raise a fault goes to the interpreter.
  private void divisor(Instruction i, int size) {
    Operand from = i.operands[i.operandCount - 1];
    if (from.kind == Kind.MEMORY) {
      g.address(i, size, Generator.READ);
      a.load(size, R11, at(RAX));
    } else {
      g.keepFlags(g.step().liveBefore);
      a.load(size, R11, Registers.place(from.register));
    }
  }

  private void divide(Instruction i) {
    int size = i.operands[i.operandCount - 1].size;
    divisor(i, size);
    int fault = g.giveUp();
    a.sized(size, 0x38, R11, RDX); // cmp rdx, r11
    a.jumpIf(3, fault); // not below: the quotient doesn't fit, or the divisor is zero
    a.move(RAX, R10);
    a.sized(size, 0xF6, 6, R11);
    a.move(R10, RAX);
    g.flagsWritten();
  }

  private void divideSigned(Instruction i) {
    int size = i.operands[i.operandCount - 1].size;
    divisor(i, size);
    int fault = g.giveUp();
    // Only a dividend that fits one register, and a divisor other than 0 and -1.
    a.move(RAX, R10);
    a.sized(size, 0xC0, 7, RAX);
    a.int8(size * 8 - 1);
    a.sized(size, 0x38, RDX, RAX);
    a.jumpIf(Assembler.NOT_EQUAL, fault);
    a.lea(size, RAX, R11, -1, 0, 1);
    a.arithmeticImmediate(size, Assembler.CMP, RAX, 1);
    a.jumpIf(6, fault); // below or equal
    a.move(RAX, R10);
    a.sized(size, 0xF6, 7, R11);
    a.move(R10, RAX);
    g.flagsWritten();
  }

  private void spread(Instruction i) {
    a.move(RAX, R10);
    if (i.operandSize == 2) {
      a.int8(0x66);
    } else if (i.operandSize == 8) {
      a.int8(0x48);
    }
    a.int8(0x99);
  }

  // ---- conditions, bits ----------------------------------------------------------------------

  private void setCondition(Instruction i) {
    Operand to = i.operands[0];
    int opcode = 0x0F90 | i.condition();
    if (to.kind == Kind.MEMORY) {
      a.op(0, false, opcode, 0, g.placeWithFlags(i, 1, Generator.WRITE), true);
    } else {
      g.loadFlags();
      a.op(0, false, opcode, 0, Registers.place(to.register), true);
    }
  }

  private void moveCondition(Instruction i) {
    Operand to = i.operands[0];
    Operand from = i.operands[1];
    int size = to.size;
    long place;
    int scratch = RAX;
    if (from.kind == Kind.MEMORY) {
      place = g.placeWithFlags(i, size, Generator.READ);
      scratch = other(place);
    } else {
      g.loadFlags();
      place = Registers.place(from.register);
    }
    int register = g.target(to.register, scratch, true);
    a.op(size == 2 ? 0x66 : 0, size == 8, 0x0F40 | i.condition(), register, place, false);
    g.done(to.register, register);
  }

  private void bit(Instruction i) {
    Operand to = i.operands[0];
    Operand number = i.operands[1];
    int size = to.size;
    int prefix = size == 2 ? 0x66 : 0;
    int kind =
        switch (i.opcode) {
          case BT -> 4;
          case BTS -> 5;
          case BTR -> 6;
          default -> 7;
        };
    boolean writes = kind != 4;
    if (to.kind == Kind.MEMORY && number.kind != Kind.IMMEDIATE) {
      bitString(i, kind);
      return;
    }
    if (to.kind == Kind.MEMORY) {
      long place = memory(i, size, writes ? Generator.WRITE : Generator.READ);
      lock(i);
      a.op(prefix, size == 8, 0x0FBA, kind, place, false);
      a.int8((int) number.value & (size * 8 - 1));
      g.flagsWritten();
      return;
    }
    flagsBefore();
    int register = g.target(to.register, RAX, true);
    if (number.kind == Kind.IMMEDIATE) {
      a.op(prefix, size == 8, 0x0FBA, kind, register, false);
      a.int8((int) number.value);
    } else {
      int opcode = 0x0F83 | kind << 3;
      a.op(prefix, size == 8, opcode, g.use(number.register, R11), register, false);
    }
    if (writes) {
      g.done(to.register, register);
    }
    g.flagsWritten();
  }

  // A bit that a register counts from the operand's first byte on, as far as it says.
  private void bitString(Instruction i, int kind) {
    Operand number = i.operands[1];
    int size = i.operands[0].size;
    int bits = Integer.numberOfTrailingZeros(size * 8);
    int bytes = size == 8 ? 3 : size == 4 ? 2 : 1;
    g.keepFlags(g.step().liveBefore);
    g.linear(i);
    int value = g.use(number.register, R11);
    switch (size) {
      case 8 -> a.move(R11, value);
      case 4 -> a.op(0, true, 0x63, R11, value, false); // movsxd
      default -> a.op(0, true, 0x0FBF, R11, value, false); // movsx
    }
    a.op(0, true, 0xC1, 7, R11, false); // sar
    a.int8(bits);
    a.lea(8, RAX, RAX, R11, bytes, 0);
    if (!g.wide()) {
      a.move32(RAX, RAX);
    }
    g.check(size, kind == 4 ? Generator.READ : Generator.WRITE);
    a.move32(R11, g.use(number.register, R11));
    a.arithmeticImmediate(4, Assembler.AND, R11, size * 8 - 1);
    int prefix = size == 2 ? 0x66 : 0;
    if (g.needsFlags()) {
      // Other flags than CF are read behind it, and loading them takes RAX. Nothing can fault here.
      a.store(8, frame(Frame.SCRATCH), RBX);
      a.move(RBX, RAX);
      g.loadFlags();
      lock(i);
      a.op(prefix, size == 8, 0x0F83 | kind << 3, R11, at(RBX), false);
      a.load(8, RBX, frame(Frame.SCRATCH));
    } else {
      lock(i);
      a.op(prefix, size == 8, 0x0F83 | kind << 3, R11, at(RAX), false);
    }
    g.flagsWritten();
  }

  // The accumulator is in RAX for the time being. Only ZF is written.
  private void compareExchangeWide(Instruction i) {
    boolean wide = i.opcode == Opcode.CMPXCHG16B;
    int size = wide ? 16 : 8;
    g.alignedAddress(i, size, Generator.WRITE, wide ? 16 : 1);
    a.move(R11, RAX);
    if (g.needsFlags()) {
      g.loadFlags();
    }
    a.move(RAX, R10);
    lock(i);
    a.op(0, wide, 0x0FC7, 1, at(R11), false);
    a.move(R10, RAX);
    g.flagsWritten();
  }

  private void toRegister(Instruction i, int prefix, int opcode) {
    Operand to = i.operands[0];
    Operand from = i.operands[1];
    int size = to.size;
    long place;
    int scratch = RAX;
    if (from.kind == Kind.MEMORY) {
      place = g.place(i, size, Generator.READ);
      scratch = R11;
    } else {
      place = Registers.place(from.register);
    }
    int register = g.target(to.register, scratch, true);
    if (prefix != 0 && size == 2) {
      a.int8(0x66);
      a.op(prefix, false, opcode, register, place, false);
    } else {
      a.op(prefix != 0 ? prefix : size == 2 ? 0x66 : 0, size == 8, opcode, register, place, false);
    }
    g.done(to.register, register);
    g.flagsWritten();
  }

  private void crc(Instruction i) {
    Operand to = i.operands[0];
    Operand from = i.operands[1];
    long place;
    int scratch = RAX;
    if (from.kind == Kind.MEMORY) {
      place = g.place(i, from.size, Generator.READ);
      scratch = R11;
    } else {
      place = Registers.place(from.register);
    }
    int register = g.target(to.register, scratch, true);
    if (from.size == 2) {
      a.int8(0x66);
    }
    boolean wide = to.size == 8;
    a.op(0xF2, wide, from.size == 1 ? 0x0F38F0 : 0x0F38F1, register, place, from.size == 1);
    g.done(to.register, register);
  }

  private void swap(Instruction i) {
    Operand to = i.operands[0];
    int register = g.target(to.register, RAX, true);
    int rex = (to.size == 8 ? 8 : 0) | register >> 3;
    if (rex != 0) {
      a.int8(0x40 | rex);
    }
    a.bytes(0x0F, 0xC8 | register & 7);
    g.done(to.register, register);
  }

  private void lea(Instruction i) {
    Operand to = i.operands[0];
    boolean direct =
        !i.ripRelative
            && Registers.host(to.register) >= 0
            && (i.base == Instruction.NO_REGISTER || Registers.host(i.base) >= 0)
            && (i.index == Instruction.NO_REGISTER || Registers.host(i.index) >= 0)
            && i.addressSize >= to.size;
    if (direct) {
      int register = Registers.host(to.register);
      int base = i.base == Instruction.NO_REGISTER ? -1 : Registers.host(i.base);
      int index = i.index == Instruction.NO_REGISTER ? -1 : Registers.host(i.index);
      a.lea(to.size, register, base, index, i.shift, (int) i.displacement);
      return;
    }
    g.effective(i, RAX, R11);
    long place = Registers.place(to.register);
    if (to.size == 4) {
      a.move32(RAX, RAX);
    }
    if (Assembler.isMemory(place)) {
      a.store(8, place, RAX);
    } else {
      a.move((int) place, RAX);
    }
  }
}
