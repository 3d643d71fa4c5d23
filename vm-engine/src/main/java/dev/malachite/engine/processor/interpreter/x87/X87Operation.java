// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.x87;

import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.core.X87State;
import dev.malachite.engine.processor.interpreter.softfloat.Float80;
import dev.malachite.engine.processor.interpreter.softfloat.FloatContext;

/** An instruction of the floating-point unit: what all of them begin and end with. */
abstract class X87Operation extends Operation {
  /** Status: the last exception came from the register stack. */
  static final int STACK_FAULT = 0x40;

  /** Status: an unmasked exception is pending; both bits always agree. */
  static final int PENDING = 0x8080;

  /** Condition codes. */
  static final int C0 = 0x100, C1 = 0x200, C2 = 0x400, C3 = 0x4000;

  private static final int INVALID = FloatContext.IE;

  // The lower three bits of the first opcode byte, and the second.
  private final int code;

  X87Operation(int code) {
    this.code = code;
  }

  /**
   * Throws device-not-available where control registers say so, and the exception an earlier
   * instruction left pending. Without {@link Cpu#CR0_NE} it is ignored, as on a board that answers
   * FERR with IGNNE at once.
   */
  final X87State enter(Cpu cpu) {
    X87State x = cpu.x87;
    if ((cpu.cr0 & (Cpu.CR0_EM | Cpu.CR0_TS)) != 0) {
      throw GuestFault.of(GuestFault.NM);
    }
    checkPending(cpu);
    x.floats.beginX87(x.control);
    return x;
  }

  /** As {@link #enter}, for instructions that don't wait for pending exceptions. */
  static X87State enterWithoutWait(Cpu cpu) {
    if ((cpu.cr0 & (Cpu.CR0_EM | Cpu.CR0_TS)) != 0) {
      throw GuestFault.of(GuestFault.NM);
    }
    return cpu.x87;
  }

  static void checkPending(Cpu cpu) {
    if ((cpu.x87.status & 0x80) != 0 && (cpu.cr0 & Cpu.CR0_NE) != 0) {
      throw GuestFault.of(GuestFault.MF);
    }
  }

  /** Records this instruction, once nothing can fault any more. */
  final void record(Cpu cpu, X87State x) {
    x.opcode = code;
    x.instructionPointer = cpu.r[Cpu.IP_BASE] + offset;
  }

  /** Records this instruction and its memory operand. */
  final void record(Cpu cpu, X87State x, Address operand) {
    record(cpu, x);
    x.dataPointer = operand.effective(cpu);
  }

  /** Whether ST(i) is empty. */
  static boolean empty(X87State x, int i) {
    return (x.occupied >> (x.top + i & 7) & 1) == 0;
  }

  /**
   * Raises a stack underflow.
   *
   * @return true if it is masked, so that the indefinite is the result
   */
  static boolean underflow(X87State x) {
    x.status = x.status & ~C1 | STACK_FAULT | INVALID;
    return masked(x);
  }

  /** Raises a stack overflow; see {@link #underflow}. */
  static boolean overflow(X87State x) {
    x.status |= C1 | STACK_FAULT | INVALID;
    return masked(x);
  }

  private static boolean masked(X87State x) {
    if ((x.control & INVALID) != 0) {
      return true;
    }
    x.status |= PENDING;
    return false;
  }

  /**
   * Takes what an operation raised into the status word.
   *
   * @return false if an unmasked exception keeps the result from being stored in a register
   */
  static boolean settle(X87State x) {
    FloatContext c = x.floats;
    if (c.raised == 0) {
      x.status &= ~C1;
      return true;
    }
    return settleRaised(x, c, FloatContext.BEFORE_RESULT);
  }

  /** As {@link #settle}, for results in memory, which are never stored out of range. */
  static boolean settleStore(X87State x) {
    FloatContext c = x.floats;
    if (c.raised == 0) {
      x.status &= ~C1;
      return true;
    }
    if ((c.raised & ~c.masks & (FloatContext.UE | FloatContext.OE)) != 0) {
      // What is too small or too large to be stored isn't rounded either.
      c.raised &= ~FloatContext.PE;
      c.roundedUp = false;
    }
    return settleRaised(x, c, FloatContext.BEFORE_RESULT | FloatContext.OE | FloatContext.UE);
  }

  /** Whether {@link #settleStore} will return true. */
  static boolean storable(X87State x) {
    FloatContext c = x.floats;
    return (c.raised & ~c.masks & (FloatContext.BEFORE_RESULT | FloatContext.OE | FloatContext.UE))
        == 0;
  }

  private static boolean settleRaised(X87State x, FloatContext c, int preventing) {
    int raised = c.raised;
    boolean up = c.roundedUp;
    if ((raised & ~c.masks & FloatContext.BEFORE_RESULT) != 0) {
      raised &= FloatContext.BEFORE_RESULT;
      up = false;
    }
    int status = x.status & ~C1 | raised | (up ? C1 : 0);
    int unmasked = raised & ~c.masks;
    if (unmasked != 0) {
      status |= PENDING;
    }
    x.status = status;
    return (unmasked & preventing) == 0;
  }

  /** Puts the context's result into ST(i), which then isn't empty. */
  static void store(X87State x, int i) {
    int physical = x.top + i & 7;
    x.significand[physical] = x.floats.significand;
    x.signExponent[physical] = x.floats.signExponent;
    x.occupied |= 1 << physical;
  }

  /** Puts a value into ST(i), which then isn't empty. */
  static void store(X87State x, int i, long significand, int signExponent) {
    int physical = x.top + i & 7;
    x.significand[physical] = significand;
    x.signExponent[physical] = signExponent;
    x.occupied |= 1 << physical;
  }

  /** Puts the indefinite into ST(i). */
  static void storeIndefinite(X87State x, int i) {
    store(x, i, Float80.INDEFINITE_SIGNIFICAND, Float80.INDEFINITE_SIGN_EXPONENT);
  }

  /** Pushes a value; the register was found empty before. */
  static void push(X87State x, long significand, int signExponent) {
    x.top = x.top - 1 & 7;
    store(x, 0, significand, signExponent);
  }

  /** Pops one register. */
  static void pop(X87State x) {
    x.occupied &= ~(1 << x.top);
    x.top = x.top + 1 & 7;
  }
}
