// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;

/** Conditional jumps: a class for each condition in 64-bit code, one for all others. */
final class ConditionalJumps {
  private ConditionalJumps() {}

  /** The operation. */
  static Operation bind(Instruction i) {
    if (i.codeSize != 8) {
      return new Narrow(i);
    }
    return switch (i.condition()) {
      case 0 -> new IfOverflow(i);
      case 1 -> new IfNotOverflow(i);
      case 2 -> new IfCarry(i);
      case 3 -> new IfNotCarry(i);
      case 4 -> new IfZero(i);
      case 5 -> new IfNotZero(i);
      case 6 -> new IfBelowOrEqual(i);
      case 7 -> new IfAbove(i);
      case 8 -> new IfSign(i);
      case 9 -> new IfNotSign(i);
      case 10 -> new IfParity(i);
      case 11 -> new IfNotParity(i);
      case 12 -> new IfLess(i);
      case 13 -> new IfNotLess(i);
      case 14 -> new IfLessOrEqual(i);
      default -> new IfGreater(i);
    };
  }

  private static final class IfOverflow extends RelativeJump {
    IfOverflow(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      if (cpu.overflow()) {
        jump64(cpu);
      }
    }
  }

  private static final class IfNotOverflow extends RelativeJump {
    IfNotOverflow(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      if (!cpu.overflow()) {
        jump64(cpu);
      }
    }
  }

  private static final class IfCarry extends RelativeJump {
    IfCarry(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      if (cpu.carries < 0) {
        jump64(cpu);
      }
    }
  }

  private static final class IfNotCarry extends RelativeJump {
    IfNotCarry(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      if (cpu.carries >= 0) {
        jump64(cpu);
      }
    }
  }

  private static final class IfZero extends RelativeJump {
    IfZero(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      if (cpu.zeroSource == 0) {
        jump64(cpu);
      }
    }
  }

  private static final class IfNotZero extends RelativeJump {
    IfNotZero(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      if (cpu.zeroSource != 0) {
        jump64(cpu);
      }
    }
  }

  private static final class IfBelowOrEqual extends RelativeJump {
    IfBelowOrEqual(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      if (cpu.carries < 0 || cpu.zeroSource == 0) {
        jump64(cpu);
      }
    }
  }

  private static final class IfAbove extends RelativeJump {
    IfAbove(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      if (cpu.carries >= 0 && cpu.zeroSource != 0) {
        jump64(cpu);
      }
    }
  }

  private static final class IfSign extends RelativeJump {
    IfSign(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      if (cpu.signSource < 0) {
        jump64(cpu);
      }
    }
  }

  private static final class IfNotSign extends RelativeJump {
    IfNotSign(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      if (cpu.signSource >= 0) {
        jump64(cpu);
      }
    }
  }

  private static final class IfParity extends RelativeJump {
    IfParity(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      if (cpu.parity()) {
        jump64(cpu);
      }
    }
  }

  private static final class IfNotParity extends RelativeJump {
    IfNotParity(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      if (!cpu.parity()) {
        jump64(cpu);
      }
    }
  }

  private static final class IfLess extends RelativeJump {
    IfLess(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      if (Conditions.less(cpu)) {
        jump64(cpu);
      }
    }
  }

  private static final class IfNotLess extends RelativeJump {
    IfNotLess(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      if (!Conditions.less(cpu)) {
        jump64(cpu);
      }
    }
  }

  private static final class IfLessOrEqual extends RelativeJump {
    IfLessOrEqual(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      if (cpu.zeroSource == 0 || Conditions.less(cpu)) {
        jump64(cpu);
      }
    }
  }

  private static final class IfGreater extends RelativeJump {
    IfGreater(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      if (cpu.zeroSource != 0 && !Conditions.less(cpu)) {
        jump64(cpu);
      }
    }
  }

  private static final class Narrow extends RelativeJump {
    private final int condition;

    Narrow(Instruction i) {
      super(i);
      condition = i.condition();
    }

    @Override
    public void execute(Cpu cpu) {
      if (Conditions.holds(cpu, condition)) {
        jump(cpu);
      }
    }
  }
}
