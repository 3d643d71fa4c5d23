// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.x87;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.core.X87State;
import org.jspecify.annotations.Nullable;

/** FNINIT, FNCLEX, FLDCW, FNSTCW, FNSTSW and FWAIT; the words of the unit. */
public final class X87Control {
  private static final int INITIALIZE = 0;
  private static final int CLEAR = 1;

  private X87Control() {}

  /**
   * What an MMX instruction checks first: throws invalid-opcode if CR0.EM is set,
   * device-not-available if CR0.TS is set, and the floating-point error that is pending.
   */
  public static void checkMmx(Cpu cpu) {
    if ((cpu.cr0 & (Cpu.CR0_EM | Cpu.CR0_TS)) != 0) {
      throw GuestFault.of((cpu.cr0 & Cpu.CR0_EM) != 0 ? GuestFault.UD : GuestFault.NM);
    }
    X87Operation.checkPending(cpu);
  }

  /** The status word with TOP. */
  public static int status(X87State x) {
    return x.status & ~0x3800 | x.top << 11;
  }

  /**
   * Sets control and status word as a restore does: reserved bits keep their fixed values, and
   * whether an exception is pending follows from the others.
   *
   * @param status with TOP
   */
  public static void words(X87State x, int control, int status) {
    x.top = status >> 11 & 7;
    x.status = status & 0x477F;
    control(x, control);
  }

  private static void control(X87State x, int control) {
    x.control = control & 0x1F3F | 0x40;
    if ((x.status & ~x.control & 0x3F) != 0) {
      x.status |= X87Operation.PENDING;
    } else {
      x.status &= ~X87Operation.PENDING;
    }
  }

  /** Masks all exceptions. */
  static void maskAll(X87State x) {
    control(x, x.control | 0x3F);
  }

  /** The operation. */
  static Operation bind(Instruction i, @Nullable Address address, int code) {
    return switch (i.opcode) {
      case FNINIT -> new Reset(code, INITIALIZE);
      case FNCLEX -> new Reset(code, CLEAR);
      case FLDCW -> new LoadControl(code, X87Binder.required(address));
      case FNSTCW -> new StoreWord(code, true, X87Binder.required(address));
      case FNSTSW -> address == null ? new StoreToAx(code) : new StoreWord(code, false, address);
      default -> new Wait(code);
    };
  }

  private static final class Reset extends X87Operation {
    private final int kind;

    Reset(int code, int kind) {
      super(code);
      this.kind = kind;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enterWithoutWait(cpu);
      if (kind == INITIALIZE) {
        x.init();
      } else {
        x.status &= 0x7F00;
      }
    }
  }

  private static final class LoadControl extends X87Operation {
    private final Address operand;

    LoadControl(int code, Address operand) {
      super(code);
      this.operand = operand;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      control(x, cpu.read16(operand.read(cpu, 2)));
    }
  }

  private static final class StoreWord extends X87Operation {
    private final boolean controlWord;
    private final Address operand;

    StoreWord(int code, boolean controlWord, Address operand) {
      super(code);
      this.controlWord = controlWord;
      this.operand = operand;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enterWithoutWait(cpu);
      cpu.write16(operand.write(cpu, 2), controlWord ? x.control : status(x));
    }
  }

  private static final class StoreToAx extends X87Operation {
    StoreToAx(int code) {
      super(code);
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enterWithoutWait(cpu);
      cpu.r[Cpu.RAX] = cpu.r[Cpu.RAX] & -0x1_0000L | status(x);
    }
  }

  private static final class Wait extends X87Operation {
    Wait(int code) {
      super(code);
    }

    @Override
    public void execute(Cpu cpu) {
      long both = Cpu.CR0_MP | Cpu.CR0_TS;
      if ((cpu.cr0 & both) == both) {
        throw GuestFault.of(GuestFault.NM);
      }
      checkPending(cpu);
    }
  }
}
