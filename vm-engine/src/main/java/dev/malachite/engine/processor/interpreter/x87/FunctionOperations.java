// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.x87;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.core.X87State;
import dev.malachite.engine.processor.interpreter.softfloat.Float80;
import dev.malachite.engine.processor.interpreter.softfloat.Float80Convert;
import dev.malachite.engine.processor.interpreter.softfloat.Float80Logarithm;
import dev.malachite.engine.processor.interpreter.softfloat.Float80Ops;
import dev.malachite.engine.processor.interpreter.softfloat.Float80Remainder;
import dev.malachite.engine.processor.interpreter.softfloat.Float80Trigonometry;
import dev.malachite.engine.processor.interpreter.softfloat.FloatContext;

/** Functions of one or two registers, from FSQRT to FPATAN. */
final class FunctionOperations {
  private FunctionOperations() {}

  /** The operation. */
  static Operation bind(Instruction i, int code) {
    return switch (i.opcode) {
      case FSQRT, FRNDINT, F2XM1, FSIN, FCOS -> new OfOne(code, i.opcode);
      case FSCALE, FPREM, FPREM1 -> new OfTwo(code, i.opcode, false);
      case FYL2X, FYL2XP1, FPATAN -> new OfTwo(code, i.opcode, true);
      default -> new ToTwo(code, i.opcode);
    };
  }

  private static final class OfOne extends X87Operation {
    private final Opcode function;

    OfOne(int code, Opcode function) {
      super(code);
      this.function = function;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      record(cpu, x);
      boolean ranged = function == Opcode.FSIN || function == Opcode.FCOS;
      if (ranged) {
        x.status &= ~C2;
      }
      if (empty(x, 0)) {
        if (underflow(x)) {
          storeIndefinite(x, 0);
        }
        return;
      }
      FloatContext c = x.floats;
      long a = x.significand[x.top];
      int aSe = x.signExponent[x.top];
      if (ranged && Float80Trigonometry.outOfRange(a, aSe)) {
        x.status = x.status & ~C1 | C2;
        return;
      }
      switch (function) {
        case FSQRT -> Float80Ops.sqrt(a, aSe, c);
        case FRNDINT -> Float80Ops.round(a, aSe, c);
        case F2XM1 -> Float80Logarithm.powerMinusOne(a, aSe, c);
        case FSIN -> Float80Trigonometry.sine(a, aSe, c);
        default -> Float80Trigonometry.cosine(a, aSe, c);
      }
      if (settle(x)) {
        store(x, 0);
      }
    }
  }

  private static final class OfTwo extends X87Operation {
    private final Opcode function;
    // Whether the result goes to ST(1) and ST(0) is popped.
    private final boolean pops;

    OfTwo(int code, Opcode function, boolean pops) {
      super(code);
      this.function = function;
      this.pops = pops;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      record(cpu, x);
      boolean remainder = function == Opcode.FPREM || function == Opcode.FPREM1;
      if (remainder) {
        x.status &= ~C2;
      }
      if (empty(x, 0) || empty(x, 1)) {
        if (underflow(x)) {
          storeIndefinite(x, pops ? 1 : 0);
          if (pops) {
            pop(x);
          }
        }
        return;
      }
      FloatContext c = x.floats;
      int other = x.top + 1 & 7;
      long a = x.significand[x.top];
      int aSe = x.signExponent[x.top];
      long b = x.significand[other];
      int bSe = x.signExponent[other];
      switch (function) {
        case FSCALE -> Float80Ops.scale(a, aSe, b, bSe, c);
        case FPREM -> Float80Remainder.remainder(a, aSe, b, bSe, false, c);
        case FPREM1 -> Float80Remainder.remainder(a, aSe, b, bSe, true, c);
        case FYL2X -> Float80Logarithm.logarithm(b, bSe, a, aSe, c);
        case FYL2XP1 -> Float80Logarithm.logarithmPlusOne(b, bSe, a, aSe, c);
        default -> Float80Trigonometry.arcTangent(b, bSe, a, aSe, c);
      }
      if (!settle(x)) {
        return;
      }
      store(x, pops ? 1 : 0);
      if (pops) {
        pop(x);
      } else if (remainder) {
        remainderCodes(x, c);
      }
    }

    // C2 tells a partial remainder; else C0, C3 and C1 are bits 2, 1 and 0 of the quotient.
    private static void remainderCodes(X87State x, FloatContext c) {
      int q = c.quotient;
      if (q < 0) {
        return;
      }
      int codes = (q & 4) << 6 | (q & 2) << 13 | (q & 1) << 9 | (c.partial ? C2 : 0);
      x.status = x.status & ~(C0 | C1 | C2 | C3) | codes;
    }
  }

  /** FXTRACT, FPTAN and FSINCOS: one value goes, two come. */
  private static final class ToTwo extends X87Operation {
    private final Opcode function;

    ToTwo(int code, Opcode function) {
      super(code);
      this.function = function;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      record(cpu, x);
      boolean ranged = function != Opcode.FXTRACT;
      if (ranged) {
        x.status &= ~C2;
      }
      boolean missing = empty(x, 0);
      if (missing || !empty(x, 7)) {
        if (missing ? underflow(x) : overflow(x)) {
          storeIndefinite(x, 0);
          x.top = x.top - 1 & 7;
          storeIndefinite(x, 0);
        }
        return;
      }
      FloatContext c = x.floats;
      long a = x.significand[x.top];
      int aSe = x.signExponent[x.top];
      if (ranged && Float80Trigonometry.outOfRange(a, aSe)) {
        x.status = x.status & ~C1 | C2;
        return;
      }
      switch (function) {
        case FXTRACT -> extract(x, a, aSe, c);
        case FPTAN -> tangent(x, a, aSe, c);
        default -> sineAndCosine(x, a, aSe, c);
      }
    }

    private static void extract(X87State x, long a, int aSe, FloatContext c) {
      int exponent = Float80Ops.extract(a, aSe, c);
      if (!settle(x)) {
        return;
      }
      long significand = c.significand;
      int signExponent = c.signExponent;
      if (exponent == Integer.MIN_VALUE) {
        store(x, 0, Float80.TOP, a == 0 ? 0xFFFF : 0x7FFF);
      } else {
        if (exponent != Integer.MAX_VALUE) {
          Float80Convert.fromInteger(exponent, c);
        }
        store(x, 0);
      }
      push(x, significand, signExponent);
    }

    private static void tangent(X87State x, long a, int aSe, FloatContext c) {
      Float80Trigonometry.tangent(a, aSe, c);
      if (settle(x)) {
        store(x, 0);
        if (Float80.nan(c.significand, c.signExponent)) {
          push(x, c.significand, c.signExponent);
        } else {
          push(x, Float80.TOP, 0x3FFF);
        }
      }
    }

    private static void sineAndCosine(X87State x, long a, int aSe, FloatContext c) {
      Float80Trigonometry.sine(a, aSe, c);
      long sine = c.significand;
      int sineSe = c.signExponent;
      Float80Trigonometry.cosine(a, aSe, c);
      if (settle(x)) {
        store(x, 0, sine, sineSe);
        push(x, c.significand, c.signExponent);
      }
    }
  }
}
