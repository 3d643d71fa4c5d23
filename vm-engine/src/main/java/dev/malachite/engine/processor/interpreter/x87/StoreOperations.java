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

/** FST, FSTP, FIST, FISTP, FISTTP and FBSTP. */
final class StoreOperations {
  private StoreOperations() {}

  /** The operation. */
  static Operation bind(Instruction i, @Nullable Address address, int code) {
    boolean pops = i.opcode != Opcode.FST && i.opcode != Opcode.FIST;
    if (address == null) {
      return new ToRegister(code, i.operands[0].register, pops);
    }
    int size = i.operands[0].size;
    return switch (i.opcode) {
      case FIST, FISTP -> new ToInteger(code, size, false, pops, address);
      case FISTTP -> new ToInteger(code, size, true, true, address);
      case FBSTP -> new ToWide(code, true, true, address);
      default ->
          size == 10
              ? new ToWide(code, false, pops, address)
              : new ToFloat(code, size == 8, pops, address);
    };
  }

  private static final class ToRegister extends X87Operation {
    private final int register;
    private final boolean pops;

    ToRegister(int code, int register, boolean pops) {
      super(code);
      this.register = register;
      this.pops = pops;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      record(cpu, x);
      if (empty(x, 0)) {
        if (!underflow(x)) {
          return;
        }
        storeIndefinite(x, register);
      } else {
        x.status &= ~C1;
        store(x, register, x.significand[x.top], x.signExponent[x.top]);
      }
      if (pops) {
        pop(x);
      }
    }
  }

  private static final class ToFloat extends X87Operation {
    private final boolean wide;
    private final boolean pops;
    private final Address operand;

    ToFloat(int code, boolean wide, boolean pops, Address operand) {
      super(code);
      this.wide = wide;
      this.pops = pops;
      this.operand = operand;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      FloatContext c = x.floats;
      long linear = operand.write(cpu, wide ? 8 : 4);
      boolean missing = empty(x, 0);
      long significand = missing ? Float80.INDEFINITE_SIGNIFICAND : x.significand[x.top];
      int signExponent = missing ? Float80.INDEFINITE_SIGN_EXPONENT : x.signExponent[x.top];
      long bits =
          wide
              ? Float80Convert.toFloat64(significand, signExponent, c)
              : Float80Convert.toFloat32(significand, signExponent, c);
      if (missing ? (c.masks & FloatContext.IE) != 0 : storable(x)) {
        if (wide) {
          cpu.write64(linear, bits);
        } else {
          cpu.write32(linear, (int) bits);
        }
      }
      finish(this, cpu, x, operand, missing, pops);
    }
  }

  // Ends a store to memory: the status word, and the register stack.
  private static void finish(
      X87Operation operation, Cpu cpu, X87State x, Address operand, boolean missing, boolean pops) {
    operation.record(cpu, x, operand);
    boolean stored = missing ? X87Operation.underflow(x) : X87Operation.settleStore(x);
    if (stored && pops) {
      X87Operation.pop(x);
    }
  }

  private static final class ToWide extends X87Operation {
    private final boolean decimal;
    private final boolean pops;
    private final Address operand;

    ToWide(int code, boolean decimal, boolean pops, Address operand) {
      super(code);
      this.decimal = decimal;
      this.pops = pops;
      this.operand = operand;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      FloatContext c = x.floats;
      long linear = operand.write(cpu, 10);
      cpu.probeWrite(linear, 10);
      boolean missing = empty(x, 0);
      if (missing) {
        c.significand = Float80.INDEFINITE_SIGNIFICAND;
        c.signExponent = Float80.INDEFINITE_SIGN_EXPONENT;
      } else if (decimal) {
        Float80Convert.toDecimal(x.significand[x.top], x.signExponent[x.top], c);
      } else {
        c.significand = x.significand[x.top];
        c.signExponent = x.signExponent[x.top];
      }
      if (missing ? (c.masks & FloatContext.IE) != 0 : storable(x)) {
        cpu.write64(linear, c.significand);
        cpu.write16(cpu.wrap(linear + 8), c.signExponent);
      }
      finish(this, cpu, x, operand, missing, pops);
    }
  }

  private static final class ToInteger extends X87Operation {
    private final int size;
    private final boolean truncate;
    private final boolean pops;
    private final Address operand;

    ToInteger(int code, int size, boolean truncate, boolean pops, Address operand) {
      super(code);
      this.size = size;
      this.truncate = truncate;
      this.pops = pops;
      this.operand = operand;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      FloatContext c = x.floats;
      long linear = operand.write(cpu, size);
      boolean missing = empty(x, 0);
      long value =
          missing
              ? -1L << 8 * size - 1
              : Float80Convert.toInteger(
                  x.significand[x.top], x.signExponent[x.top], 8 * size, truncate, c);
      if (missing ? (c.masks & FloatContext.IE) != 0 : storable(x)) {
        switch (size) {
          case 2 -> cpu.write16(linear, (int) value);
          case 4 -> cpu.write32(linear, (int) value);
          default -> cpu.write64(linear, value);
        }
      }
      finish(this, cpu, x, operand, missing, pops);
    }
  }
}
