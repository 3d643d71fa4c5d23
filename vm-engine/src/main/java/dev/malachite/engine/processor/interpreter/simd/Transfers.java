// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** Single lanes and sign masks between vector registers, general registers and memory. */
final class Transfers {
  private Transfers() {}

  /** PMOVMSKB on an XMM register. */
  static final class ByteMask extends Operation {
    private final int target;
    private final int source;

    ByteMask(Instruction i) {
      target = i.operands[0].register;
      source = 2 * i.operands[1].register;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      cpu.r[target] = Lanes.signMask(x[source]) | (long) Lanes.signMask(x[source + 1]) << 8;
    }
  }

  /** PMOVMSKB on an MMX register. */
  static final class MmxByteMask extends Operation {
    private final int target;
    private final int source;

    MmxByteMask(Instruction i) {
      target = i.operands[0].register;
      source = i.operands[1].register;
    }

    @Override
    public void execute(Cpu cpu) {
      Mmx.check(cpu);
      Mmx.enter(cpu.x87);
      cpu.r[target] = Lanes.signMask(cpu.x87.significand[source]);
    }
  }

  /** MOVMSKPS and MOVMSKPD. */
  static final class SignMask extends Operation {
    private final int target;
    private final int source;
    private final boolean wide;

    SignMask(Instruction i, boolean wide) {
      target = i.operands[0].register;
      source = 2 * i.operands[1].register;
      this.wide = wide;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long a = cpu.xmm[source];
      long b = cpu.xmm[source + 1];
      cpu.r[target] =
          wide
              ? a >>> 63 | b >>> 63 << 1
              : a >>> 31 & 1 | a >>> 63 << 1 | (b >>> 31 & 1) << 2 | b >>> 63 << 3;
    }
  }

  /** PEXTRB, PEXTRW, PEXTRD, PEXTRQ and EXTRACTPS. */
  static final class Extract extends Operation {
    private final int target;
    private final @Nullable Address memory;
    private final boolean mmx;
    private final int source;
    private final int bytes;
    private final int lane;

    Extract(Instruction i, @Nullable Address memory, int bytes) {
      target = i.operands[0].register;
      this.memory = i.operands[0].kind == Kind.MEMORY ? memory : null;
      mmx = i.operands[1].kind == Kind.MMX;
      source = i.operands[1].register;
      this.bytes = bytes;
      lane = (int) i.operands[2].value & (mmx ? 8 : 16) / bytes - 1;
    }

    @Override
    public void execute(Cpu cpu) {
      long half;
      if (mmx) {
        Mmx.check(cpu);
        Mmx.enter(cpu.x87);
        half = cpu.x87.significand[source];
      } else {
        Sse.check(cpu);
        half = cpu.xmm[2 * source + lane * bytes / 8];
      }
      long value = half >>> lane * bytes * 8; // the count is taken modulo 64
      if (memory == null) {
        cpu.r[target] = bytes == 8 ? value : value & (1L << 8 * bytes) - 1;
        return;
      }
      long at = memory.write(cpu, bytes);
      switch (bytes) {
        case 1 -> cpu.write8(at, (int) value);
        case 2 -> cpu.write16(at, (int) value);
        case 4 -> cpu.write32(at, (int) value);
        default -> cpu.write64(at, value);
      }
    }
  }

  /** PINSRB, PINSRW, PINSRD and PINSRQ. */
  static final class Insert extends Operation {
    private final boolean mmx;
    private final int target;
    private final int source;
    private final @Nullable Address memory;
    private final int bytes;
    private final int lane;

    Insert(Instruction i, @Nullable Address memory, int bytes) {
      mmx = i.operands[0].kind == Kind.MMX;
      target = i.operands[0].register;
      source = i.operands[1].register;
      this.memory = i.operands[1].kind == Kind.MEMORY ? memory : null;
      this.bytes = bytes;
      lane = (int) i.operands[2].value & (mmx ? 8 : 16) / bytes - 1;
    }

    @Override
    public void execute(Cpu cpu) {
      if (mmx) {
        Mmx.check(cpu);
      } else {
        Sse.check(cpu);
      }
      long value = value(cpu);
      long mask = (bytes == 8 ? -1L : (1L << 8 * bytes) - 1) << lane * bytes * 8;
      long shifted = value << lane * bytes * 8 & mask;
      if (mmx) {
        Mmx.enter(cpu.x87);
        Mmx.set(cpu.x87, target, cpu.x87.significand[target] & ~mask | shifted);
      } else {
        int half = 2 * target + lane * bytes / 8;
        cpu.xmm[half] = cpu.xmm[half] & ~mask | shifted;
      }
    }

    private long value(Cpu cpu) {
      if (memory == null) {
        return cpu.r[source];
      }
      long at = memory.read(cpu, bytes);
      return switch (bytes) {
        case 1 -> cpu.read8(at);
        case 2 -> cpu.read16(at);
        case 4 -> cpu.read32(at);
        default -> cpu.read64(at);
      };
    }
  }

  /** INSERTPS. */
  static final class InsertSingle extends Operation {
    private final int target;
    private final int source;
    private final @Nullable Address memory;
    private final int control;

    InsertSingle(Instruction i, @Nullable Address memory) {
      target = 2 * i.operands[0].register;
      source = 2 * i.operands[1].register;
      this.memory = i.operands[1].kind == Kind.MEMORY ? memory : null;
      control = (int) i.operands[2].value;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      int value =
          memory != null
              ? cpu.read32(memory.read(cpu, 4))
              : Wide.doubleword(x[source], x[source + 1], control >> 6 & 3);
      int lane = control >> 4 & 3;
      for (int i = 0; i < 4; i++) {
        int at = target + (i >> 1);
        int shift = (i & 1) * 32;
        long mask = 0xFFFF_FFFFL << shift;
        if ((control >> i & 1) != 0) {
          x[at] &= ~mask;
        } else if (i == lane) {
          x[at] = x[at] & ~mask | (value & 0xFFFF_FFFFL) << shift;
        }
      }
    }
  }

  /** MOVDDUP: 64 bits into both halves. */
  static final class DuplicateHalf extends Operation {
    private final int target;
    private final int source;
    private final @Nullable Address memory;

    DuplicateHalf(Instruction i, @Nullable Address memory) {
      target = 2 * i.operands[0].register;
      source = 2 * i.operands[1].register;
      this.memory = i.operands[1].kind == Kind.MEMORY ? memory : null;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long value = memory != null ? cpu.read64(memory.read(cpu, 8)) : cpu.xmm[source];
      cpu.xmm[target] = value;
      cpu.xmm[target + 1] = value;
    }
  }

  /** PTEST. */
  static final class Test extends XmmOperation {
    Test(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      long b0;
      long b1;
      Address m = memory;
      if (m == null) {
        b0 = x[source];
        b1 = x[source + 1];
      } else {
        long at = Sse.alignedRead(cpu, m);
        b0 = cpu.read64(at);
        b1 = cpu.read64(at + 8);
      }
      boolean zero = (x[target] & b0 | x[target + 1] & b1) == 0;
      boolean carry = (~x[target] & b0 | ~x[target + 1] & b1) == 0;
      cpu.arithmeticFlags((zero ? Cpu.ZF : 0) | (carry ? Cpu.CF : 0));
    }

    @Override
    void compute(long[] x, long a0, long a1, long b0, long b1) {
      throw new IllegalStateException("PTEST has no result");
    }
  }

  /** MASKMOVQ and MASKMOVDQU: the bytes whose mask is set, to memory at rDI. */
  static final class MaskedStore extends Operation {
    private final boolean mmx;
    private final int source;
    private final int mask;
    private final int segment;
    private final long addressMask;

    MaskedStore(Instruction i) {
      mmx = i.operands[0].kind == Kind.MMX;
      source = i.operands[0].register;
      mask = i.operands[1].register;
      segment = i.segment;
      addressMask = i.addressSize == 8 ? -1L : i.addressSize == 4 ? 0xFFFF_FFFFL : 0xFFFFL;
    }

    @Override
    public void execute(Cpu cpu) {
      if (mmx) {
        Mmx.check(cpu);
      } else {
        Sse.check(cpu);
      }
      int size = mmx ? 8 : 16;
      long at = cpu.linearForWrite(segment, cpu.r[Cpu.RDI] & addressMask, size);
      int chosen = 0;
      for (int half = 0; half < size / 8; half++) {
        chosen |= Lanes.signMask(half(cpu, mask, half)) << 8 * half;
      }
      if (chosen != 0) {
        int first = Integer.numberOfTrailingZeros(chosen);
        int end = 32 - Integer.numberOfLeadingZeros(chosen);
        cpu.probeWrite(cpu.wrap(at + first), end - first);
      }
      for (int i = 0; i < size; i++) {
        if ((chosen >> i & 1) != 0) {
          long value = half(cpu, source, i >> 3) >>> (i & 7) * 8;
          cpu.write8(cpu.wrap(at + i), (int) value);
        }
      }
      if (mmx) {
        Mmx.enter(cpu.x87);
      }
    }

    private long half(Cpu cpu, int register, int half) {
      return mmx ? cpu.x87.significand[register] : cpu.xmm[2 * register + half];
    }
  }
}
