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
import dev.malachite.engine.processor.interpreter.softfloat.Float80Convert;
import dev.malachite.engine.processor.interpreter.softfloat.FloatContext;
import org.jspecify.annotations.Nullable;

/** FLD, FILD, FBLD and the constants: what pushes a value. */
final class LoadOperations {
  private LoadOperations() {}

  /** The operation. */
  static Operation bind(Instruction i, @Nullable Address address, int code) {
    if (address == null) {
      return switch (i.opcode) {
        case FLD -> new FromRegister(code, i.operands[0].register);
        case FLD1 -> new Constant(code, 0x3FFF, 0x8000_0000_0000_0000L, 0);
        case FLDL2T -> new Constant(code, 0x4000, 0xD49A_784B_CD1B_8AFEL, 0x492B);
        case FLDL2E -> new Constant(code, 0x3FFF, 0xB8AA_3B29_5C17_F0BBL, 0xBE87);
        case FLDPI -> new Constant(code, 0x4000, 0xC90F_DAA2_2168_C234L, 0xC4C6);
        case FLDLG2 -> new Constant(code, 0x3FFD, 0x9A20_9A84_FBCF_F798L, 0x8F89);
        case FLDLN2 -> new Constant(code, 0x3FFE, 0xB172_17F7_D1CF_79ABL, 0xC9E3);
        default -> new Constant(code, 0, 0, 0);
      };
    }
    int size = i.operands[0].size;
    if (size == 10) {
      return i.opcode == Opcode.FBLD ? new Decimal(code, address) : new Float80Load(code, address);
    }
    boolean integer = i.opcode == Opcode.FILD;
    return new FromMemory(code, integer ? X87Memory.integer(size) : X87Memory.real(size), address);
  }

  private static void overflowed(X87State x) {
    if (X87Operation.overflow(x)) {
      x.top = x.top - 1 & 7;
      X87Operation.storeIndefinite(x, 0);
    }
  }

  private static final class FromMemory extends X87Operation {
    private final int format;
    private final Address operand;

    FromMemory(int code, int format, Address operand) {
      super(code);
      this.format = format;
      this.operand = operand;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      long linear = operand.read(cpu, X87Memory.size(format));
      long bits = X87Memory.read(cpu, linear, format);
      record(cpu, x, operand);
      if (!empty(x, 7)) {
        overflowed(x);
        return;
      }
      FloatContext c = x.floats;
      switch (format) {
        case X87Memory.FLOAT32 -> Float80Convert.fromFloat32((int) bits, c);
        case X87Memory.FLOAT64 -> Float80Convert.fromFloat64(bits, c);
        default -> Float80Convert.fromInteger(bits, c);
      }
      // A denormal is loaded even if its exception is unmasked.
      if (settle(x) || (c.raised & FloatContext.DE) != 0) {
        push(x, c.significand, c.signExponent);
      }
    }
  }

  private static final class Float80Load extends X87Operation {
    private final Address operand;

    Float80Load(int code, Address operand) {
      super(code);
      this.operand = operand;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      long linear = operand.read(cpu, 10);
      long significand = cpu.read64(linear);
      int signExponent = cpu.read16(cpu.wrap(linear + 8));
      record(cpu, x, operand);
      if (!empty(x, 7)) {
        overflowed(x);
        return;
      }
      x.status &= ~C1;
      push(x, significand, signExponent);
    }
  }

  private static final class Decimal extends X87Operation {
    private final Address operand;

    Decimal(int code, Address operand) {
      super(code);
      this.operand = operand;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      long linear = operand.read(cpu, 10);
      long digits = cpu.read64(linear);
      int high = cpu.read16(cpu.wrap(linear + 8));
      record(cpu, x, operand);
      if (!empty(x, 7)) {
        overflowed(x);
        return;
      }
      x.status &= ~C1;
      Float80Convert.fromDecimal(digits, high, x.floats);
      push(x, x.floats.significand, x.floats.signExponent);
    }
  }

  private static final class FromRegister extends X87Operation {
    private final int register;

    FromRegister(int code, int register) {
      super(code);
      this.register = register;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      record(cpu, x);
      if (empty(x, register)) {
        if (underflow(x)) {
          push(x, Float80.INDEFINITE_SIGNIFICAND, Float80.INDEFINITE_SIGN_EXPONENT);
        }
      } else if (!empty(x, 7)) {
        overflowed(x);
      } else {
        x.status &= ~C1;
        int from = x.top + register & 7;
        push(x, x.significand[from], x.signExponent[from]);
      }
    }
  }

  private static final class Constant extends X87Operation {
    private final int exponent;
    private final long significand;
    // The 16 bits that follow the significand.
    private final int tail;

    Constant(int code, int exponent, long significand, int tail) {
      super(code);
      this.exponent = exponent;
      this.significand = significand;
      this.tail = tail;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      record(cpu, x);
      if (!empty(x, 7)) {
        overflowed(x);
        return;
      }
      x.status &= ~C1;
      int rounding = x.floats.rounding;
      boolean up =
          rounding == FloatContext.NEAREST
              ? tail >= 0x8000
              : rounding == FloatContext.UP && tail != 0;
      push(x, up ? significand + 1 : significand, exponent);
    }
  }
}
