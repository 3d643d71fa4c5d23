// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.x87;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.core.X87State;
import dev.malachite.engine.processor.interpreter.softfloat.Float80;
import dev.malachite.engine.processor.interpreter.softfloat.Float80Ops;
import dev.malachite.engine.processor.interpreter.softfloat.FloatContext;
import org.jspecify.annotations.Nullable;

/** FADD, FMUL, FSUB, FSUBR, FDIV, FDIVR, with their popping and integer forms. */
final class ArithmeticOperations {
  static final int ADD = 0;
  static final int MUL = 1;
  static final int SUB = 2;
  static final int SUBR = 3;
  static final int DIV = 4;
  static final int DIVR = 5;

  private ArithmeticOperations() {}

  /** The operation. */
  static Operation bind(Instruction i, @Nullable Address address, int code) {
    int kind =
        switch (i.opcode) {
          case FADD, FADDP, FIADD -> ADD;
          case FMUL, FMULP, FIMUL -> MUL;
          case FSUB, FSUBP, FISUB -> SUB;
          case FSUBR, FSUBRP, FISUBR -> SUBR;
          case FDIV, FDIVP, FIDIV -> DIV;
          default -> DIVR;
        };
    if (address != null) {
      int size = i.operands[0].size;
      boolean integer =
          switch (i.opcode) {
            case FIADD, FIMUL, FISUB, FISUBR, FIDIV, FIDIVR -> true;
            default -> false;
          };
      int format = integer ? X87Memory.integer(size) : X87Memory.real(size);
      return new FromMemory(code, kind, format, address);
    }
    boolean pops =
        i.opcode == Opcode.FADDP
            || i.opcode == Opcode.FMULP
            || i.opcode == Opcode.FSUBP
            || i.opcode == Opcode.FSUBRP
            || i.opcode == Opcode.FDIVP
            || i.opcode == Opcode.FDIVRP;
    int destination = i.operands[0].kind == Kind.X87 ? i.operands[0].register : 0;
    int source = i.operands[1].kind == Kind.X87 ? i.operands[1].register : 0;
    return new OfRegisters(code, kind, destination, source, pops);
  }

  private static void apply(int kind, long a, int aSe, long b, int bSe, FloatContext c) {
    switch (kind) {
      case ADD -> Float80Ops.add(a, aSe, b, bSe, c);
      case MUL -> Float80Ops.mul(a, aSe, b, bSe, c);
      case SUB -> Float80Ops.sub(a, aSe, b, bSe, c);
      case SUBR -> Float80Ops.sub(b, bSe, a, aSe, c);
      case DIV -> Float80Ops.div(a, aSe, b, bSe, c);
      default -> Float80Ops.div(b, bSe, a, aSe, c);
    }
  }

  private static final class OfRegisters extends X87Operation {
    private final int kind;
    private final int destination;
    private final int source;
    private final boolean pops;

    OfRegisters(int code, int kind, int destination, int source, boolean pops) {
      super(code);
      this.kind = kind;
      this.destination = destination;
      this.source = source;
      this.pops = pops;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      record(cpu, x);
      int d = x.top + destination & 7;
      int s = x.top + source & 7;
      if ((x.occupied >> d & x.occupied >> s & 1) == 0) {
        if (!underflow(x)) {
          return;
        }
        storeIndefinite(x, destination);
      } else {
        FloatContext c = x.floats;
        apply(kind, x.significand[d], x.signExponent[d], x.significand[s], x.signExponent[s], c);
        if (!settle(x)) {
          return;
        }
        x.significand[d] = c.significand;
        x.signExponent[d] = c.signExponent;
      }
      if (pops) {
        pop(x);
      }
    }
  }

  private static final class FromMemory extends X87Operation {
    private final int kind;
    private final int format;
    private final Address operand;

    FromMemory(int code, int kind, int format, Address operand) {
      super(code);
      this.kind = kind;
      this.format = format;
      this.operand = operand;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      long linear = operand.read(cpu, X87Memory.size(format));
      long bits = X87Memory.read(cpu, linear, format);
      record(cpu, x, operand);
      int d = x.top;
      if ((x.occupied >> d & 1) == 0) {
        if (underflow(x)) {
          storeIndefinite(x, 0);
        }
        return;
      }
      FloatContext c = x.floats;
      boolean denormal = X87Memory.widen(bits, format, c);
      long a = x.significand[d];
      int aSe = x.signExponent[d];
      apply(kind, a, aSe, c.significand, c.signExponent, c);
      if (denormal) {
        X87Memory.raiseDenormal(Float80.nan(a, aSe), c);
      }
      if (settle(x)) {
        x.significand[d] = c.significand;
        x.signExponent[d] = c.signExponent;
      }
    }
  }
}
