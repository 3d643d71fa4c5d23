// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/**
 * DIV and IDIV. A divisor of zero and a quotient too large for its register raise #DE; all flags
 * are undefined, and left alone.
 */
final class DivideOperations {
  private DivideOperations() {}

  /** The operation. */
  static Operation bind(Instruction i, @Nullable Address address) {
    Place divisor = new Place(i, 0, address);
    boolean signed = i.opcode == Opcode.IDIV;
    return switch (divisor.size) {
      case 1 -> new Divide8(divisor, signed);
      case 2, 4 -> new Divide32(divisor, signed);
      default -> signed ? new DivideSigned64(divisor) : new DivideUnsigned64(divisor);
    };
  }

  private static long nonZero(long divisor) {
    if (divisor == 0) {
      throw GuestFault.of(GuestFault.DE);
    }
    return divisor;
  }

  /** AX by a byte: quotient to AL, remainder to AH. */
  private static final class Divide8 extends Operation {
    private final Place divisor;
    private final boolean signed;

    Divide8(Place divisor, boolean signed) {
      this.divisor = divisor;
      this.signed = signed;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      int d = (int) nonZero(divisor.read(cpu));
      int a = (int) r[Cpu.RAX];
      int quotient;
      int remainder;
      if (signed) {
        quotient = (short) a / d;
        remainder = (short) a % d;
        if (quotient != (byte) quotient) {
          throw GuestFault.of(GuestFault.DE);
        }
      } else {
        quotient = (a & 0xFFFF) / (d & 0xFF);
        remainder = (a & 0xFFFF) % (d & 0xFF);
        if (quotient > 0xFF) {
          throw GuestFault.of(GuestFault.DE);
        }
      }
      Place.put(r, Cpu.RAX, 0, 2, quotient & 0xFF | (long) (remainder & 0xFF) << 8);
    }
  }

  /** DX:AX or EDX:EAX by 16 or 32 bits. */
  private static final class Divide32 extends Operation {
    private final Place divisor;
    private final boolean signed;
    private final int size;

    Divide32(Place divisor, boolean signed) {
      this.divisor = divisor;
      this.signed = signed;
      size = divisor.size;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      long d = nonZero(divisor.read(cpu));
      long mask = Place.mask(size);
      int unused = 64 - 8 * size;
      long a = (r[Cpu.RDX] & mask) << 8 * size | r[Cpu.RAX] & mask;
      long quotient;
      long remainder;
      if (signed) {
        if (size == 2) {
          a = a << 32 >> 32;
        }
        if (a == Long.MIN_VALUE && d == -1) {
          throw GuestFault.of(GuestFault.DE);
        }
        quotient = a / d;
        remainder = a % d;
        if (quotient << unused >> unused != quotient) {
          throw GuestFault.of(GuestFault.DE);
        }
      } else {
        quotient = Long.divideUnsigned(a, d & mask);
        remainder = a - quotient * (d & mask);
        if ((quotient & ~mask) != 0) {
          throw GuestFault.of(GuestFault.DE);
        }
      }
      Place.put(r, Cpu.RAX, 0, size, quotient);
      Place.put(r, Cpu.RDX, 0, size, remainder);
    }
  }

  /** RDX:RAX by 64 bits, unsigned. */
  private static final class DivideUnsigned64 extends Operation {
    private final Place divisor;

    DivideUnsigned64(Place divisor) {
      this.divisor = divisor;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      long d = nonZero(divisor.read(cpu));
      long high = r[Cpu.RDX];
      long low = r[Cpu.RAX];
      if (Long.compareUnsigned(high, d) >= 0) {
        throw GuestFault.of(GuestFault.DE);
      }
      long quotient = WideDivision.quotient(high, low, d);
      r[Cpu.RAX] = quotient;
      r[Cpu.RDX] = low - quotient * d;
    }
  }

  /** RDX:RAX by 64 bits, signed. */
  private static final class DivideSigned64 extends Operation {
    private final Place divisor;

    DivideSigned64(Place divisor) {
      this.divisor = divisor;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      long d = nonZero(divisor.read(cpu));
      long high = r[Cpu.RDX];
      long low = r[Cpu.RAX];
      if (high == low >> 63 && !(low == Long.MIN_VALUE && d == -1)) {
        r[Cpu.RAX] = low / d;
        r[Cpu.RDX] = low % d;
        return;
      }
      boolean negative = (high ^ d) < 0;
      long magnitudeHigh = high < 0 ? ~high + (low == 0 ? 1 : 0) : high;
      long magnitudeLow = high < 0 ? -low : low;
      long magnitude = Math.abs(d);
      if (Long.compareUnsigned(magnitudeHigh, magnitude) >= 0) {
        throw GuestFault.of(GuestFault.DE);
      }
      long quotient = WideDivision.quotient(magnitudeHigh, magnitudeLow, magnitude);
      if (negative ? Long.compareUnsigned(quotient, Long.MIN_VALUE) > 0 : quotient < 0) {
        throw GuestFault.of(GuestFault.DE);
      }
      quotient = negative ? -quotient : quotient;
      r[Cpu.RAX] = quotient;
      r[Cpu.RDX] = low - quotient * d;
    }
  }
}
