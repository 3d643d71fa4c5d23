// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.x87;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.core.X87State;

/** What moves registers and the stack about: FXCH, FCMOVcc, FFREE, FINCSTP, FCHS and their kin. */
final class RegisterOperations {
  private static final int CHANGE_SIGN = 0;
  private static final int ABSOLUTE = 1;

  private static final int FREE = 0;
  private static final int FREE_AND_POP = 1;
  private static final int INCREMENT = 2;
  private static final int DECREMENT = 3;
  private static final int NOTHING = 4;

  private RegisterOperations() {}

  /** The operation. */
  static Operation bind(Instruction i, int code) {
    int last = Math.max(0, i.operandCount - 1);
    int other = i.operands[last].register;
    return switch (i.opcode) {
      case FXCH -> new Exchange(code, other);
      case FCMOVB, FCMOVE, FCMOVBE, FCMOVU, FCMOVNB, FCMOVNE, FCMOVNBE, FCMOVNU ->
          new ConditionalMove(code, other, i.opcodeByte == 0xDB, i.modrm >> 3 & 3);
      case FFREE -> new Stack(code, FREE, other);
      case FFREEP -> new Stack(code, FREE_AND_POP, other);
      case FINCSTP -> new Stack(code, INCREMENT, 0);
      case FDECSTP -> new Stack(code, DECREMENT, 0);
      case FCHS -> new Sign(code, CHANGE_SIGN);
      case FABS -> new Sign(code, ABSOLUTE);
      default -> new Stack(code, NOTHING, 0);
    };
  }

  private static final class Exchange extends X87Operation {
    private final int other;

    Exchange(int code, int other) {
      super(code);
      this.other = other;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      record(cpu, x);
      int a = x.top;
      int b = x.top + other & 7;
      if ((x.occupied >> a & x.occupied >> b & 1) == 0) {
        if (!underflow(x)) {
          return;
        }
        if (empty(x, 0)) {
          storeIndefinite(x, 0);
        }
        if (empty(x, other)) {
          storeIndefinite(x, other);
        }
      } else {
        x.status &= ~C1;
      }
      long significand = x.significand[a];
      int signExponent = x.signExponent[a];
      x.significand[a] = x.significand[b];
      x.signExponent[a] = x.signExponent[b];
      x.significand[b] = significand;
      x.signExponent[b] = signExponent;
    }
  }

  private static final class ConditionalMove extends X87Operation {
    private final int other;
    private final boolean negated;
    // 0 below, 1 equal, 2 below or equal, 3 unordered.
    private final int condition;

    ConditionalMove(int code, int other, boolean negated, int condition) {
      super(code);
      this.other = other;
      this.negated = negated;
      this.condition = condition;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      record(cpu, x);
      boolean holds =
          negated
              != switch (condition) {
                case 0 -> cpu.carry();
                case 1 -> cpu.zero();
                case 2 -> cpu.carry() || cpu.zero();
                default -> cpu.parity();
              };
      if (empty(x, 0) || empty(x, other)) {
        if (underflow(x)) {
          storeIndefinite(x, 0);
        }
        return;
      }
      if (holds) {
        int from = x.top + other & 7;
        x.significand[x.top] = x.significand[from];
        x.signExponent[x.top] = x.signExponent[from];
      }
    }
  }

  private static final class Sign extends X87Operation {
    private final int kind;

    Sign(int code, int kind) {
      super(code);
      this.kind = kind;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      record(cpu, x);
      if (empty(x, 0)) {
        if (underflow(x)) {
          storeIndefinite(x, 0);
        }
        return;
      }
      x.status &= ~C1;
      if (kind == CHANGE_SIGN) {
        x.signExponent[x.top] ^= 0x8000;
      } else {
        x.signExponent[x.top] &= 0x7FFF;
      }
    }
  }

  private static final class Stack extends X87Operation {
    private final int kind;
    private final int register;

    Stack(int code, int kind, int register) {
      super(code);
      this.kind = kind;
      this.register = register;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      record(cpu, x);
      switch (kind) {
        case FREE -> x.occupied &= ~(1 << (x.top + register & 7));
        case FREE_AND_POP -> {
          x.occupied &= ~(1 << (x.top + register & 7));
          pop(x);
        }
        case INCREMENT -> {
          x.top = x.top + 1 & 7;
          x.status &= ~C1;
        }
        case DECREMENT -> {
          x.top = x.top - 1 & 7;
          x.status &= ~C1;
        }
        default -> {}
      }
    }
  }
}
