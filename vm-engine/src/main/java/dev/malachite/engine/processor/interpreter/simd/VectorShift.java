// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.core.X87State;
import org.jspecify.annotations.Nullable;

/** Shifts of all lanes by one count: PSLLW, PSRLD, PSRAW and their kin. */
public final class VectorShift {
  /** Shifts a 64-bit word's lanes by 0 to 255. */
  @FunctionalInterface
  public interface Function {
    /** The shifted lanes. */
    long shift(long lanes, int count);
  }

  private VectorShift() {}

  static Operation of(Instruction i, @Nullable Address memory, Function function) {
    boolean immediate = i.operands[1].kind == Kind.IMMEDIATE;
    if (i.operands[0].kind == Kind.MMX) {
      return immediate
          ? new MmxByImmediate(i, function)
          : new LaneOperation.OnMmx(i, memory, (a, b) -> function.shift(a, count(b)));
    }
    if (!immediate) {
      return new WideOperation(
          i,
          memory,
          (x, t, a0, a1, b0, b1, imm) -> {
            x[t] = function.shift(a0, count(b0));
            x[t + 1] = function.shift(a1, count(b0));
          });
    }
    return switch (i.opcode) {
      case PSLLQ -> new LeftQuadwords(i);
      case PSRLQ -> new RightQuadwords(i);
      case PSLLD -> new LeftDoublewords(i);
      case PSRLD -> new RightDoublewords(i);
      default -> new XmmByImmediate(i, function);
    };
  }

  /** The count that a 64-bit operand means. */
  public static int count(long operand) {
    return operand >>> 8 != 0 ? 255 : (int) operand;
  }

  private static final class MmxByImmediate extends Operation {
    private final int register;
    private final int count;
    private final Function function;

    MmxByImmediate(Instruction i, Function function) {
      register = i.operands[0].register;
      count = (int) i.operands[1].value & 0xFF;
      this.function = function;
    }

    @Override
    public void execute(Cpu cpu) {
      Mmx.check(cpu);
      X87State x = cpu.x87;
      Mmx.enter(x);
      Mmx.set(x, register, function.shift(x.significand[register], count));
    }
  }

  /** A shift of an XMM register by an immediate count. */
  abstract static class ByImmediate extends Operation {
    final int target;
    final int count;

    ByImmediate(Instruction i) {
      target = 2 * i.operands[0].register;
      count = (int) i.operands[1].value & 0xFF;
    }
  }

  private static final class XmmByImmediate extends ByImmediate {
    private final Function function;

    XmmByImmediate(Instruction i, Function function) {
      super(i);
      this.function = function;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      x[target] = function.shift(x[target], count);
      x[target + 1] = function.shift(x[target + 1], count);
    }
  }

  private static final class LeftQuadwords extends ByImmediate {
    LeftQuadwords(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      x[target] = Lanes.shiftLeftQuadword(x[target], count);
      x[target + 1] = Lanes.shiftLeftQuadword(x[target + 1], count);
    }
  }

  private static final class RightQuadwords extends ByImmediate {
    RightQuadwords(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      x[target] = Lanes.shiftRightQuadword(x[target], count);
      x[target + 1] = Lanes.shiftRightQuadword(x[target + 1], count);
    }
  }

  private static final class LeftDoublewords extends ByImmediate {
    LeftDoublewords(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      x[target] = Lanes.shiftLeftDoublewords(x[target], count);
      x[target + 1] = Lanes.shiftLeftDoublewords(x[target + 1], count);
    }
  }

  private static final class RightDoublewords extends ByImmediate {
    RightDoublewords(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      x[target] = Lanes.shiftRightDoublewords(x[target], count);
      x[target + 1] = Lanes.shiftRightDoublewords(x[target + 1], count);
    }
  }

  /** PSLLDQ (left) and PSRLDQ: the whole register by bytes. */
  static final class WholeRegister extends ByImmediate {
    private final boolean left;

    WholeRegister(Instruction i, boolean left) {
      super(i);
      this.left = left;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      int bits = Math.min(count, 16) * 8;
      if (left) {
        x[target + 1] = high(x[target], x[target + 1], bits);
        x[target] = Lanes.shiftLeftQuadword(x[target], bits);
      } else {
        x[target] = low(x[target], x[target + 1], bits);
        x[target + 1] = Lanes.shiftRightQuadword(x[target + 1], bits);
      }
    }
  }

  /** The low 64 bits of high:low shifted right by 0 to 128. */
  public static long low(long low, long high, int bits) {
    if (bits >= 64) {
      return Lanes.shiftRightQuadword(high, bits - 64);
    }
    return bits == 0 ? low : low >>> bits | high << 64 - bits;
  }

  /** The high 64 bits of high:low shifted left by 0 to 128. */
  public static long high(long low, long high, int bits) {
    if (bits >= 64) {
      return Lanes.shiftLeftQuadword(low, bits - 64);
    }
    return bits == 0 ? high : high << bits | low >>> 64 - bits;
  }
}
