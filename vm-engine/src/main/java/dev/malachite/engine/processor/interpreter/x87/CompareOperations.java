// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.x87;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.core.X87State;
import dev.malachite.engine.processor.interpreter.softfloat.Float80;
import dev.malachite.engine.processor.interpreter.softfloat.Float80Ops;
import dev.malachite.engine.processor.interpreter.softfloat.FloatContext;
import org.jspecify.annotations.Nullable;

/** The families of FCOM, FUCOM and FCOMI, FTST and FXAM. */
final class CompareOperations {
  private static final int CODES = X87Operation.C0 | X87Operation.C2 | X87Operation.C3;

  private CompareOperations() {}

  /** The operation. */
  static Operation bind(Instruction i, @Nullable Address address, int code) {
    int other = i.operandCount > 1 ? i.operands[1].register : 1;
    return switch (i.opcode) {
      case FCOM, FCOMP, FICOM, FICOMP -> {
        int pops = i.opcode == Opcode.FCOMP || i.opcode == Opcode.FICOMP ? 1 : 0;
        if (address == null) {
          yield new OfRegisters(code, other, true, pops);
        }
        boolean real = i.opcode == Opcode.FCOM || i.opcode == Opcode.FCOMP;
        int size = i.operands[0].size;
        yield new WithMemory(
            code, real ? X87Memory.real(size) : X87Memory.integer(size), pops, address);
      }
      case FCOMPP -> new OfRegisters(code, 1, true, 2);
      case FUCOM -> new OfRegisters(code, other, false, 0);
      case FUCOMP -> new OfRegisters(code, other, false, 1);
      case FUCOMPP -> new OfRegisters(code, 1, false, 2);
      case FCOMI -> new ToFlags(code, other, true, false);
      case FCOMIP -> new ToFlags(code, other, true, true);
      case FUCOMI -> new ToFlags(code, other, false, false);
      case FUCOMIP -> new ToFlags(code, other, false, true);
      case FTST -> new WithZero(code);
      default -> new Examine(code);
    };
  }

  // The condition codes of a comparison's outcome.
  private static int codes(int order) {
    return switch (order) {
      case -1 -> X87Operation.C0;
      case 0 -> X87Operation.C3;
      case 1 -> 0;
      default -> CODES;
    };
  }

  // Sets the condition codes, and pops unless an unmasked exception keeps it from that.
  private static void finish(X87State x, int order, boolean settled, int pops) {
    x.status = x.status & ~CODES | codes(order);
    for (int n = settled ? pops : 0; n > 0; n--) {
      X87Operation.pop(x);
    }
  }

  private static final class OfRegisters extends X87Operation {
    private final int other;
    private final boolean signalQuietNans;
    private final int pops;

    OfRegisters(int code, int other, boolean signalQuietNans, int pops) {
      super(code);
      this.other = other;
      this.signalQuietNans = signalQuietNans;
      this.pops = pops;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      record(cpu, x);
      if (empty(x, 0) || empty(x, other)) {
        finish(x, 2, underflow(x), pops);
        return;
      }
      int a = x.top;
      int b = x.top + other & 7;
      int order =
          Float80Ops.compare(
              x.significand[a],
              x.signExponent[a],
              x.significand[b],
              x.signExponent[b],
              signalQuietNans,
              x.floats);
      finish(x, order, settle(x), pops);
    }
  }

  private static final class WithMemory extends X87Operation {
    private final int format;
    private final int pops;
    private final Address operand;

    WithMemory(int code, int format, int pops, Address operand) {
      super(code);
      this.format = format;
      this.pops = pops;
      this.operand = operand;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      long linear = operand.read(cpu, X87Memory.size(format));
      long bits = X87Memory.read(cpu, linear, format);
      record(cpu, x, operand);
      if (empty(x, 0)) {
        finish(x, 2, underflow(x), pops);
        return;
      }
      FloatContext c = x.floats;
      boolean denormal = X87Memory.widen(bits, format, c);
      long a = x.significand[x.top];
      int aSe = x.signExponent[x.top];
      int order = Float80Ops.compare(a, aSe, c.significand, c.signExponent, true, c);
      if (denormal) {
        X87Memory.raiseDenormal(Float80.nan(a, aSe), c);
      }
      finish(x, order, settle(x), pops);
    }
  }

  private static final class ToFlags extends X87Operation {
    private final int other;
    private final boolean signalQuietNans;
    private final boolean pops;

    ToFlags(int code, int other, boolean signalQuietNans, boolean pops) {
      super(code);
      this.other = other;
      this.signalQuietNans = signalQuietNans;
      this.pops = pops;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      record(cpu, x);
      int order = 2;
      boolean settled;
      if (empty(x, 0) || empty(x, other)) {
        settled = underflow(x);
      } else {
        int a = x.top;
        int b = x.top + other & 7;
        order =
            Float80Ops.compare(
                x.significand[a],
                x.signExponent[a],
                x.significand[b],
                x.signExponent[b],
                signalQuietNans,
                x.floats);
        // Unlike its kin, this family leaves C1 alone but for stack faults.
        int kept = x.status & C1;
        settled = settle(x);
        x.status |= kept;
      }
      cpu.arithmeticFlags(
          switch (order) {
            case -1 -> Cpu.CF;
            case 0 -> Cpu.ZF;
            case 1 -> 0;
            default -> Cpu.CF | Cpu.PF | Cpu.ZF;
          });
      if (pops && settled) {
        pop(x);
      }
    }
  }

  private static final class WithZero extends X87Operation {
    WithZero(int code) {
      super(code);
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      record(cpu, x);
      if (empty(x, 0)) {
        finish(x, 2, underflow(x), 0);
        return;
      }
      int order =
          Float80Ops.compare(x.significand[x.top], x.signExponent[x.top], 0, 0, true, x.floats);
      finish(x, order, settle(x), 0);
    }
  }

  private static final class Examine extends X87Operation {
    Examine(int code) {
      super(code);
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      record(cpu, x);
      long significand = x.significand[x.top];
      int signExponent = x.signExponent[x.top];
      int codes;
      if (empty(x, 0)) {
        codes = C3 | C0;
      } else if (Float80.normal(significand, signExponent)) {
        codes = C2;
      } else if (Float80.zero(significand, signExponent)) {
        codes = C3;
      } else if (Float80.denormal(significand, signExponent)) {
        codes = C3 | C2;
      } else if (Float80.infinite(significand, signExponent)) {
        codes = C2 | C0;
      } else {
        codes = Float80.nan(significand, signExponent) ? C0 : 0;
      }
      x.status = x.status & ~(CODES | C1) | codes | ((signExponent & 0x8000) != 0 ? C1 : 0);
    }
  }
}
