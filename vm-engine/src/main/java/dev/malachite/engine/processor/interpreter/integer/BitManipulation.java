// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/**
 * What x86-64-v3 adds to general registers: BMI1, BMI2, LZCNT, MOVBE, and the additions of ADX (SDM
 * volume 2).
 */
final class BitManipulation {
  private BitManipulation() {}

  static @Nullable Operation bind(Instruction i, @Nullable Address address) {
    int bits = 8 * i.operands[0].size;
    return switch (i.opcode) {
      case ANDN -> new Binary(i, address, 1, 2, (a, b) -> ~a & b, Flags.LOGIC);
      case BEXTR -> new Binary(i, address, 2, 1, (a, b) -> extract(b, a, bits), Flags.LOGIC);
      case BZHI -> new Binary(i, address, 2, 1, (a, b) -> zeroHigh(b, a, bits), Flags.INDEX);
      case BLSI -> new Binary(i, address, 1, 1, (a, b) -> b & -b, Flags.NOT_ZERO);
      case BLSMSK -> new Binary(i, address, 1, 1, (a, b) -> b ^ b - 1, Flags.ZERO);
      case BLSR -> new Binary(i, address, 1, 1, (a, b) -> b & b - 1, Flags.ZERO);
      case PDEP -> new Binary(i, address, 1, 2, Long::expand, Flags.NONE);
      case PEXT -> new Binary(i, address, 1, 2, Long::compress, Flags.NONE);
      case SHLX -> new Binary(i, address, 2, 1, (a, b) -> b << count(a, bits), Flags.NONE);
      case SHRX -> new Binary(i, address, 2, 1, (a, b) -> b >>> count(a, bits), Flags.NONE);
      case SARX ->
          new Binary(
              i,
              address,
              2,
              1,
              (a, b) -> bits == 64 ? b >> (a & 63) : (int) b >> (a & 31),
              Flags.NONE);
      case RORX ->
          new Binary(
              i,
              address,
              2,
              1,
              (a, b) ->
                  bits == 64 ? Long.rotateRight(b, (int) a) : Integer.rotateRight((int) b, (int) a),
              Flags.NONE);
      case TZCNT ->
          new Binary(
              i,
              address,
              1,
              1,
              (a, b) -> Math.min(Long.numberOfTrailingZeros(b), bits),
              Flags.COUNT);
      case LZCNT ->
          new Binary(
              i, address, 1, 1, (a, b) -> Long.numberOfLeadingZeros(b) - (64 - bits), Flags.COUNT);
      case MULX -> new Multiply(i, address);
      case ADCX -> new AddWithFlag(i, address, false);
      case ADOX -> new AddWithFlag(i, address, true);
      case MOVBE -> new Swap(i, address);
      default -> null;
    };
  }

  private static int count(long a, int bits) {
    return (int) a & bits - 1;
  }

  private static long extract(long source, long control, int bits) {
    int start = (int) control & 0xFF;
    int length = (int) (control >>> 8) & 0xFF;
    long shifted = start >= bits ? 0 : source >>> start;
    return length >= 64 ? shifted : shifted & (1L << length) - 1;
  }

  private static long zeroHigh(long source, long index, int bits) {
    int n = (int) index & 0xFF;
    return n >= bits ? source : source & (1L << n) - 1;
  }

  /** VEX encodings are none in real and virtual-8086 mode. */
  private static void checkMode(Cpu cpu) {
    if (cpu.realMode() || cpu.virtual8086()) {
      throw GuestFault.of(GuestFault.UD);
    }
  }

  /** How flags follow from source and result; of those that are undefined some are set too. */
  private enum Flags {
    /** They stay. */
    NONE,
    /** SF and ZF tell of the result, CF and OF are clear. */
    LOGIC,
    /** As LOGIC, but CF is set if the index is beyond the operand. */
    INDEX,
    /** As LOGIC, but CF is set if the source is zero. */
    ZERO,
    /** As LOGIC, but CF is set if the source isn't zero. */
    NOT_ZERO,
    /** ZF tells of the result, CF is set if the source is zero. */
    COUNT
  }

  @FunctionalInterface
  private interface Function {
    /** Both zero-extended from the operand size; so is the result, once cut. */
    long of(long a, long b);
  }

  private static final class Binary extends Operation {
    private final boolean vex;
    private final int target;
    private final int size;
    private final Place a;
    private final Place b;
    private final Function function;
    private final Flags flags;

    /** The function's operands a and b by number; b is the source whose being zero counts. */
    Binary(Instruction i, @Nullable Address address, int a, int b, Function function, Flags flags) {
      vex = i.vex;
      target = i.operands[0].register;
      size = i.operands[0].size;
      this.b = new Place(i, b, address);
      this.a = a == b ? this.b : new Place(i, a, address);
      this.function = function;
      this.flags = flags;
    }

    @Override
    public void execute(Cpu cpu) {
      if (vex) {
        checkMode(cpu);
      }
      long mask = Place.mask(size);
      long y = b.read(cpu) & mask;
      long x = a == b ? y : a.read(cpu) & mask;
      long result = function.of(x, y) & mask;
      if (flags != Flags.NONE) {
        boolean carry =
            switch (flags) {
              case INDEX -> (x & 0xFF) >= 8L * size;
              case ZERO, COUNT -> y == 0;
              case NOT_ZERO -> y != 0;
              default -> false;
            };
        int sign = (int) (result >>> 8 * size - 1) << 7;
        cpu.arithmeticFlags(
            (carry ? Cpu.CF : 0) | (result == 0 ? Cpu.ZF : 0) | (flags == Flags.COUNT ? 0 : sign));
      }
      Place.put(cpu.r, target, 0, size, result);
    }
  }

  /** MULX: rDX times the source, high half to the first operand, low half to the second. */
  private static final class Multiply extends Operation {
    private final int high;
    private final int low;
    private final boolean wide;
    private final Place source;

    Multiply(Instruction i, @Nullable Address address) {
      high = i.operands[0].register;
      low = i.operands[1].register;
      wide = i.operands[0].size == 8;
      source = new Place(i, 2, address);
    }

    @Override
    public void execute(Cpu cpu) {
      checkMode(cpu);
      long b = source.read(cpu);
      long a = cpu.r[Cpu.RDX];
      if (wide) {
        cpu.r[low] = a * b;
        cpu.r[high] = Math.unsignedMultiplyHigh(a, b);
      } else {
        long product = (a & 0xFFFF_FFFFL) * (b & 0xFFFF_FFFFL);
        cpu.r[low] = product & 0xFFFF_FFFFL;
        cpu.r[high] = product >>> 32;
      }
    }
  }

  /** ADCX and ADOX: carry goes in by CF or OF and out by the same. */
  private static final class AddWithFlag extends Operation {
    private final boolean overflow;
    private final int target;
    private final boolean wide;
    private final Place source;

    AddWithFlag(Instruction i, @Nullable Address address, boolean overflow) {
      this.overflow = overflow;
      target = i.operands[0].register;
      wide = i.operands[0].size == 8;
      source = new Place(i, 1, address);
    }

    @Override
    public void execute(Cpu cpu) {
      long b = source.read(cpu);
      long a = cpu.r[target];
      boolean cf = cpu.carry();
      boolean of = cpu.overflow();
      long in = (overflow ? of : cf) ? 1 : 0;
      boolean out;
      if (wide) {
        long sum = a + b + in;
        out = ((a & b | (a | b) & ~sum) >>> 63) != 0;
        cpu.r[target] = sum;
      } else {
        long sum = (a & 0xFFFF_FFFFL) + (b & 0xFFFF_FFFFL) + in;
        out = sum >>> 32 != 0;
        cpu.r[target] = sum & 0xFFFF_FFFFL;
      }
      cpu.setCarryAndOverflow(overflow ? cf : out, overflow ? out : of);
    }
  }

  /** MOVBE: between a register and memory, with the bytes reversed. */
  private static final class Swap extends Operation {
    private final Place to;
    private final Place from;

    Swap(Instruction i, @Nullable Address address) {
      to = new Place(i, 0, address);
      from = new Place(i, 1, address);
    }

    @Override
    public void execute(Cpu cpu) {
      long value = Long.reverseBytes(from.read(cpu)) >>> 64 - 8 * to.size;
      to.store(cpu, to.toWrite(cpu), value);
    }
  }
}
