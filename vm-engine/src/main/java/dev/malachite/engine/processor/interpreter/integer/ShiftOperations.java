// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** Shifts and rotations, simple and double. */
final class ShiftOperations {
  private ShiftOperations() {}

  /** SHL, SHR, SAR, ROL, ROR, RCL or RCR. */
  static Operation bind(Instruction i, @Nullable Address address) {
    boolean wide = i.operands[0].size == 8;
    boolean register = i.operands[0].kind == Kind.GENERAL && (wide || i.operands[0].size == 4);
    if (register && i.operands[1].kind == Kind.IMMEDIATE) {
      int target = i.operands[0].register;
      int count = (int) i.operands[1].value & (wide ? 63 : 31);
      if (count != 0) {
        switch (i.opcode) {
          case SHL -> {
            return wide ? new Shl64(target, count) : new Shl32(target, count);
          }
          case SHR -> {
            return wide ? new Shr64(target, count) : new Shr32(target, count);
          }
          case SAR -> {
            return wide ? new Sar64(target, count) : new Sar32(target, count);
          }
          case ROL -> {
            return wide ? new Rol64(target, count) : new Rol32(target, count);
          }
          case ROR -> {
            return wide ? new Rol64(target, 64 - count, true) : new Rol32(target, 32 - count, true);
          }
          default -> {}
        }
      }
    }
    if (register && i.operands[1].kind == Kind.GENERAL) {
      int target = i.operands[0].register;
      switch (i.opcode) {
        case SHL -> {
          return wide ? new ShlByCl64(target) : new ShlByCl32(target);
        }
        case SHR -> {
          return wide ? new ShrByCl64(target) : new ShrByCl32(target);
        }
        case SAR -> {
          return wide ? new SarByCl64(target) : new SarByCl32(target);
        }
        default -> {}
      }
    }
    return new Generic(i, address);
  }

  /** SHLD or SHRD. */
  static Operation bindDouble(Instruction i, @Nullable Address address) {
    return new DoubleShift(i, address);
  }

  private abstract static class Fixed extends Operation {
    final int target;
    final int count;

    Fixed(int target, int count) {
      this.target = target;
      this.count = count;
    }
  }

  private static final class Shl64 extends Fixed {
    Shl64(int target, int count) {
      super(target, count);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      r[target] = Shifts.shiftLeft(cpu, r[target], count, 0);
    }
  }

  private static final class Shl32 extends Fixed {
    Shl32(int target, int count) {
      super(target, count);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      r[target] = Shifts.shiftLeft(cpu, r[target], count, 32) & 0xFFFF_FFFFL;
    }
  }

  private static final class Shr64 extends Fixed {
    Shr64(int target, int count) {
      super(target, count);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      r[target] = Shifts.shiftRight(cpu, r[target], count, 0);
    }
  }

  private static final class Shr32 extends Fixed {
    Shr32(int target, int count) {
      super(target, count);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      r[target] = Shifts.shiftRight(cpu, r[target] & 0xFFFF_FFFFL, count, 32) & 0xFFFF_FFFFL;
    }
  }

  private static final class Sar64 extends Fixed {
    Sar64(int target, int count) {
      super(target, count);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      r[target] = Shifts.shiftArithmetic(cpu, r[target], count);
    }
  }

  private static final class Sar32 extends Fixed {
    Sar32(int target, int count) {
      super(target, count);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      int a = (int) r[target];
      r[target] = Shifts.shiftArithmetic(cpu, a, count) & 0xFFFF_FFFFL;
    }
  }

  private static final class Rol64 extends Fixed {
    private final boolean right;

    Rol64(int target, int count) {
      this(target, count, false);
    }

    Rol64(int target, int count, boolean right) {
      super(target, count);
      this.right = right;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      long result = Long.rotateLeft(r[target], count);
      r[target] = result;
      cpu.carries = Shifts.rotated(result, right);
    }
  }

  private static final class Rol32 extends Fixed {
    private final boolean right;

    Rol32(int target, int count) {
      this(target, count, false);
    }

    Rol32(int target, int count, boolean right) {
      super(target, count);
      this.right = right;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      int result = Integer.rotateLeft((int) r[target], count);
      r[target] = result & 0xFFFF_FFFFL;
      // Twice, so that both ends are where those of 64 bits are.
      cpu.carries = Shifts.rotated((long) result << 32 | result & 0xFFFF_FFFFL, right);
    }
  }

  private abstract static class ByCl extends Operation {
    final int target;

    ByCl(int target) {
      this.target = target;
    }
  }

  private static final class ShlByCl64 extends ByCl {
    ShlByCl64(int target) {
      super(target);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      int count = (int) r[Cpu.RCX] & 63;
      long a = r[target];
      r[target] = (count == 0 ? a : Shifts.shiftLeft(cpu, a, count, 0));
    }
  }

  private static final class ShlByCl32 extends ByCl {
    ShlByCl32(int target) {
      super(target);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      int count = (int) r[Cpu.RCX] & 31;
      long a = r[target] & 0xFFFF_FFFFL;
      r[target] = (count == 0 ? a : Shifts.shiftLeft(cpu, a, count, 32)) & 0xFFFF_FFFFL;
    }
  }

  private static final class ShrByCl64 extends ByCl {
    ShrByCl64(int target) {
      super(target);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      int count = (int) r[Cpu.RCX] & 63;
      long a = r[target];
      r[target] = (count == 0 ? a : Shifts.shiftRight(cpu, a, count, 0));
    }
  }

  private static final class ShrByCl32 extends ByCl {
    ShrByCl32(int target) {
      super(target);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      int count = (int) r[Cpu.RCX] & 31;
      long a = r[target] & 0xFFFF_FFFFL;
      r[target] = (count == 0 ? a : Shifts.shiftRight(cpu, a, count, 32)) & 0xFFFF_FFFFL;
    }
  }

  private static final class SarByCl64 extends ByCl {
    SarByCl64(int target) {
      super(target);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      int count = (int) r[Cpu.RCX] & 63;
      long a = r[target];
      r[target] = (count == 0 ? a : Shifts.shiftArithmetic(cpu, a, count));
    }
  }

  private static final class SarByCl32 extends ByCl {
    SarByCl32(int target) {
      super(target);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      int count = (int) r[Cpu.RCX] & 31;
      long a = (int) r[target];
      r[target] = (count == 0 ? a : Shifts.shiftArithmetic(cpu, a, count)) & 0xFFFF_FFFFL;
    }
  }

  private static final class Generic extends Operation {
    private final Opcode opcode;
    private final Place target;
    private final Place count;
    private final int countMask;

    Generic(Instruction i, @Nullable Address address) {
      opcode = i.opcode;
      target = new Place(i, 0, address);
      count = new Place(i, 1, null);
      countMask = target.size == 8 ? 63 : 31;
    }

    @Override
    public void execute(Cpu cpu) {
      int n = (int) count.load(cpu, 0) & countMask;
      long at = target.toUpdate(cpu);
      long a = target.load(cpu, at);
      // A count of 0 changes no flags, but a 32-bit register is still written.
      target.store(cpu, at, n == 0 ? a : Shifts.apply(cpu, opcode, a, n, target.size));
    }
  }

  private static final class DoubleShift extends Operation {
    private final boolean left;
    private final Place target;
    private final Place source;
    private final Place count;
    private final int countMask;

    DoubleShift(Instruction i, @Nullable Address address) {
      left = i.opcode == Opcode.SHLD;
      target = new Place(i, 0, address);
      source = new Place(i, 1, null);
      count = new Place(i, 2, null);
      countMask = target.size == 8 ? 63 : 31;
    }

    @Override
    public void execute(Cpu cpu) {
      int n = (int) count.load(cpu, 0) & countMask;
      long at = target.toUpdate(cpu);
      long a = target.load(cpu, at);
      long result = a;
      if (n != 0) {
        long b = source.load(cpu, 0);
        result =
            left
                ? Shifts.doubleLeft(cpu, a, b, n, target.size)
                : Shifts.doubleRight(cpu, a, b, n, target.size);
      }
      target.store(cpu, at, result);
    }
  }
}
