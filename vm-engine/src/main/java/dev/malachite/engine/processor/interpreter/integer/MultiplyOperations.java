// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** MUL and IMUL. CF and OF tell whether the upper half counts; the other flags are undefined. */
final class MultiplyOperations {
  private MultiplyOperations() {}

  /** The operation. */
  static Operation bind(Instruction i, @Nullable Address address) {
    if (i.operandCount > 1) {
      Operation hot = bindHot(i, address);
      return hot != null ? hot : new Truncated(i, address);
    }
    return new Wide(i, address);
  }

  private static @Nullable Operation bindHot(Instruction i, @Nullable Address address) {
    boolean wide = i.operandSize == 8;
    if (i.operandSize == 2) {
      return null;
    }
    if (i.operandCount == 2) {
      if (address == null) {
        return wide ? new RegReg64(i) : new RegReg32(i);
      }
      return wide ? new RegMem64(i, address) : new RegMem32(i, address);
    }
    if (address == null) {
      return wide ? new RegRegImm64(i) : new RegRegImm32(i);
    }
    return null;
  }

  private static long product64(Cpu cpu, long a, long b) {
    long product = a * b;
    cpu.carries = Math.multiplyHigh(a, b) != product >> 63 ? Long.MIN_VALUE : 0;
    cpu.setResult(product);
    return product;
  }

  private static long product32(Cpu cpu, int a, int b) {
    long product = (long) a * b;
    int kept = (int) product;
    cpu.carries = kept != product ? Long.MIN_VALUE : 0;
    cpu.setResult(kept);
    return product & 0xFFFF_FFFFL;
  }

  private static final class RegReg64 extends Forms.RegReg {
    RegReg64(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      r[target] = product64(cpu, r[target], r[source]);
    }
  }

  private static final class RegReg32 extends Forms.RegReg {
    RegReg32(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      r[target] = product32(cpu, (int) r[target], (int) r[source]);
    }
  }

  private static final class RegMem64 extends Forms.RegMem {
    RegMem64(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      r[target] = product64(cpu, r[target], cpu.read64(memory.read(cpu, 8)));
    }
  }

  private static final class RegMem32 extends Forms.RegMem {
    RegMem32(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      r[target] = product32(cpu, (int) r[target], cpu.read32(memory.read(cpu, 4)));
    }
  }

  private static final class RegRegImm64 extends Forms.RegReg {
    private final long value;

    RegRegImm64(Instruction i) {
      super(i);
      value = i.operands[2].value;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      r[target] = product64(cpu, r[source], value);
    }
  }

  private static final class RegRegImm32 extends Forms.RegReg {
    private final int value;

    RegRegImm32(Instruction i) {
      super(i);
      value = (int) i.operands[2].value;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      r[target] = product32(cpu, (int) r[source], value);
    }
  }

  /** IMUL with two or three operands in the forms that are not hot. */
  private static final class Truncated extends Operation {
    private final Place target;
    private final Place first;
    private final Place second;

    Truncated(Instruction i, @Nullable Address address) {
      target = new Place(i, 0, null);
      first = new Place(i, i.operandCount - 2, address);
      second = new Place(i, i.operandCount - 1, address);
    }

    @Override
    public void execute(Cpu cpu) {
      long a = first.read(cpu);
      long b = second.read(cpu);
      long product = a * b;
      int unused = 64 - 8 * target.size;
      long kept = product << unused >> unused;
      boolean lost = target.size == 8 ? Math.multiplyHigh(a, b) != product >> 63 : kept != product;
      target.store(cpu, 0, kept);
      cpu.setCarryAndOverflow(lost, lost);
      cpu.setResult(kept);
    }
  }

  /** MUL and IMUL with one operand and a product of twice the size in the accumulator and RDX. */
  private static final class Wide extends Operation {
    private final boolean signed;
    private final Place source;
    private final int size;

    Wide(Instruction i, @Nullable Address address) {
      signed = i.opcode == Opcode.IMUL;
      source = new Place(i, 0, address);
      size = source.size;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      long b = source.read(cpu);
      long a = r[Cpu.RAX];
      if (size == 8) {
        long low = a * b;
        long high = signed ? Math.multiplyHigh(a, b) : Math.unsignedMultiplyHigh(a, b);
        r[Cpu.RAX] = low;
        r[Cpu.RDX] = high;
        finish(cpu, high != (signed ? low >> 63 : 0), low);
        return;
      }
      int unused = 64 - 8 * size;
      long mask = Place.mask(size);
      long product = signed ? (a << unused >> unused) * b : (a & mask) * (b & mask);
      long low = product << unused >> unused;
      if (size == 1) {
        Place.put(r, Cpu.RAX, 0, 2, product);
      } else {
        Place.put(r, Cpu.RAX, 0, size, product);
        Place.put(r, Cpu.RDX, 0, size, product >>> 8 * size);
      }
      finish(cpu, signed ? low != product : (product & ~mask) != 0, low);
    }

    private static void finish(Cpu cpu, boolean lost, long low) {
      cpu.setCarryAndOverflow(lost, lost);
      cpu.setResult(low);
    }
  }
}
