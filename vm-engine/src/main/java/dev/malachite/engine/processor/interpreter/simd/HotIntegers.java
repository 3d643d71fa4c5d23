// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import org.jspecify.annotations.Nullable;

/**
 * The integer operations on XMM registers that programs run most, one class each, so that each is
 * compiled by itself.
 */
final class HotIntegers {
  private HotIntegers() {}

  /** bitwise exclusive or. */
  static final class Xor extends XmmOperation {
    Xor(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      Address m = memory;
      if (m == null) {
        compute(x, x[target], x[target + 1], x[source], x[source + 1]);
      } else {
        long at = Sse.alignedRead(cpu, m);
        compute(x, x[target], x[target + 1], cpu.read64(at), cpu.read64(at + 8));
      }
    }

    @Override
    void compute(long[] x, long a0, long a1, long b0, long b1) {
      x[target] = a0 ^ b0;
      x[target + 1] = a1 ^ b1;
    }
  }

  /** bitwise or. */
  static final class Or extends XmmOperation {
    Or(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      Address m = memory;
      if (m == null) {
        compute(x, x[target], x[target + 1], x[source], x[source + 1]);
      } else {
        long at = Sse.alignedRead(cpu, m);
        compute(x, x[target], x[target + 1], cpu.read64(at), cpu.read64(at + 8));
      }
    }

    @Override
    void compute(long[] x, long a0, long a1, long b0, long b1) {
      x[target] = a0 | b0;
      x[target + 1] = a1 | b1;
    }
  }

  /** bitwise and. */
  static final class And extends XmmOperation {
    And(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      Address m = memory;
      if (m == null) {
        compute(x, x[target], x[target + 1], x[source], x[source + 1]);
      } else {
        long at = Sse.alignedRead(cpu, m);
        compute(x, x[target], x[target + 1], cpu.read64(at), cpu.read64(at + 8));
      }
    }

    @Override
    void compute(long[] x, long a0, long a1, long b0, long b1) {
      x[target] = a0 & b0;
      x[target + 1] = a1 & b1;
    }
  }

  /** bitwise and with the destination inverted. */
  static final class AndNot extends XmmOperation {
    AndNot(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      Address m = memory;
      if (m == null) {
        compute(x, x[target], x[target + 1], x[source], x[source + 1]);
      } else {
        long at = Sse.alignedRead(cpu, m);
        compute(x, x[target], x[target + 1], cpu.read64(at), cpu.read64(at + 8));
      }
    }

    @Override
    void compute(long[] x, long a0, long a1, long b0, long b1) {
      x[target] = ~a0 & b0;
      x[target + 1] = ~a1 & b1;
    }
  }

  /** PADDB. */
  static final class AddBytes extends XmmOperation {
    AddBytes(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      Address m = memory;
      if (m == null) {
        compute(x, x[target], x[target + 1], x[source], x[source + 1]);
      } else {
        long at = Sse.alignedRead(cpu, m);
        compute(x, x[target], x[target + 1], cpu.read64(at), cpu.read64(at + 8));
      }
    }

    @Override
    void compute(long[] x, long a0, long a1, long b0, long b1) {
      x[target] = Lanes.add(a0, b0, Lanes.B);
      x[target + 1] = Lanes.add(a1, b1, Lanes.B);
    }
  }

  /** PADDW. */
  static final class AddWords extends XmmOperation {
    AddWords(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      Address m = memory;
      if (m == null) {
        compute(x, x[target], x[target + 1], x[source], x[source + 1]);
      } else {
        long at = Sse.alignedRead(cpu, m);
        compute(x, x[target], x[target + 1], cpu.read64(at), cpu.read64(at + 8));
      }
    }

    @Override
    void compute(long[] x, long a0, long a1, long b0, long b1) {
      x[target] = Lanes.add(a0, b0, Lanes.W);
      x[target + 1] = Lanes.add(a1, b1, Lanes.W);
    }
  }

  /** PADDD. */
  static final class AddDoublewords extends XmmOperation {
    AddDoublewords(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      Address m = memory;
      if (m == null) {
        compute(x, x[target], x[target + 1], x[source], x[source + 1]);
      } else {
        long at = Sse.alignedRead(cpu, m);
        compute(x, x[target], x[target + 1], cpu.read64(at), cpu.read64(at + 8));
      }
    }

    @Override
    void compute(long[] x, long a0, long a1, long b0, long b1) {
      x[target] = Lanes.add(a0, b0, Lanes.D);
      x[target + 1] = Lanes.add(a1, b1, Lanes.D);
    }
  }

  /** PADDQ. */
  static final class AddQuadwords extends XmmOperation {
    AddQuadwords(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      Address m = memory;
      if (m == null) {
        compute(x, x[target], x[target + 1], x[source], x[source + 1]);
      } else {
        long at = Sse.alignedRead(cpu, m);
        compute(x, x[target], x[target + 1], cpu.read64(at), cpu.read64(at + 8));
      }
    }

    @Override
    void compute(long[] x, long a0, long a1, long b0, long b1) {
      x[target] = a0 + b0;
      x[target + 1] = a1 + b1;
    }
  }

  /** PSUBB. */
  static final class SubtractBytes extends XmmOperation {
    SubtractBytes(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      Address m = memory;
      if (m == null) {
        compute(x, x[target], x[target + 1], x[source], x[source + 1]);
      } else {
        long at = Sse.alignedRead(cpu, m);
        compute(x, x[target], x[target + 1], cpu.read64(at), cpu.read64(at + 8));
      }
    }

    @Override
    void compute(long[] x, long a0, long a1, long b0, long b1) {
      x[target] = Lanes.subtract(a0, b0, Lanes.B);
      x[target + 1] = Lanes.subtract(a1, b1, Lanes.B);
    }
  }

  /** PSUBD. */
  static final class SubtractDoublewords extends XmmOperation {
    SubtractDoublewords(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      Address m = memory;
      if (m == null) {
        compute(x, x[target], x[target + 1], x[source], x[source + 1]);
      } else {
        long at = Sse.alignedRead(cpu, m);
        compute(x, x[target], x[target + 1], cpu.read64(at), cpu.read64(at + 8));
      }
    }

    @Override
    void compute(long[] x, long a0, long a1, long b0, long b1) {
      x[target] = Lanes.subtract(a0, b0, Lanes.D);
      x[target + 1] = Lanes.subtract(a1, b1, Lanes.D);
    }
  }

  /** PSUBQ. */
  static final class SubtractQuadwords extends XmmOperation {
    SubtractQuadwords(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      Address m = memory;
      if (m == null) {
        compute(x, x[target], x[target + 1], x[source], x[source + 1]);
      } else {
        long at = Sse.alignedRead(cpu, m);
        compute(x, x[target], x[target + 1], cpu.read64(at), cpu.read64(at + 8));
      }
    }

    @Override
    void compute(long[] x, long a0, long a1, long b0, long b1) {
      x[target] = a0 - b0;
      x[target + 1] = a1 - b1;
    }
  }

  /** PCMPEQB. */
  static final class EqualBytes extends XmmOperation {
    EqualBytes(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      Address m = memory;
      if (m == null) {
        compute(x, x[target], x[target + 1], x[source], x[source + 1]);
      } else {
        long at = Sse.alignedRead(cpu, m);
        compute(x, x[target], x[target + 1], cpu.read64(at), cpu.read64(at + 8));
      }
    }

    @Override
    void compute(long[] x, long a0, long a1, long b0, long b1) {
      x[target] = Lanes.equal(a0, b0, Lanes.B, 8);
      x[target + 1] = Lanes.equal(a1, b1, Lanes.B, 8);
    }
  }

  /** PCMPEQD. */
  static final class EqualDoublewords extends XmmOperation {
    EqualDoublewords(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      Address m = memory;
      if (m == null) {
        compute(x, x[target], x[target + 1], x[source], x[source + 1]);
      } else {
        long at = Sse.alignedRead(cpu, m);
        compute(x, x[target], x[target + 1], cpu.read64(at), cpu.read64(at + 8));
      }
    }

    @Override
    void compute(long[] x, long a0, long a1, long b0, long b1) {
      x[target] = Lanes.equal(a0, b0, Lanes.D, 32);
      x[target + 1] = Lanes.equal(a1, b1, Lanes.D, 32);
    }
  }

  /** PMINUB. */
  static final class MinimumUnsignedBytes extends XmmOperation {
    MinimumUnsignedBytes(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      Address m = memory;
      if (m == null) {
        compute(x, x[target], x[target + 1], x[source], x[source + 1]);
      } else {
        long at = Sse.alignedRead(cpu, m);
        compute(x, x[target], x[target + 1], cpu.read64(at), cpu.read64(at + 8));
      }
    }

    @Override
    void compute(long[] x, long a0, long a1, long b0, long b1) {
      x[target] = Lanes.minimumUnsigned(a0, b0, Lanes.B, 8);
      x[target + 1] = Lanes.minimumUnsigned(a1, b1, Lanes.B, 8);
    }
  }

  /** PUNPCKLBW. */
  static final class UnpackLowBytes extends XmmOperation {
    UnpackLowBytes(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      Address m = memory;
      if (m == null) {
        compute(x, x[target], x[target + 1], x[source], x[source + 1]);
      } else {
        long at = Sse.alignedRead(cpu, m);
        compute(x, x[target], x[target + 1], cpu.read64(at), cpu.read64(at + 8));
      }
    }

    @Override
    void compute(long[] x, long a0, long a1, long b0, long b1) {
      x[target] = Lanes.interleaveBytes(a0, b0);
      x[target + 1] = Lanes.interleaveBytes(a0 >>> 32, b0 >>> 32);
    }
  }

  /** PUNPCKLWD. */
  static final class UnpackLowWords extends XmmOperation {
    UnpackLowWords(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      Address m = memory;
      if (m == null) {
        compute(x, x[target], x[target + 1], x[source], x[source + 1]);
      } else {
        long at = Sse.alignedRead(cpu, m);
        compute(x, x[target], x[target + 1], cpu.read64(at), cpu.read64(at + 8));
      }
    }

    @Override
    void compute(long[] x, long a0, long a1, long b0, long b1) {
      x[target] = Lanes.interleaveWords(a0, b0);
      x[target + 1] = Lanes.interleaveWords(a0 >>> 32, b0 >>> 32);
    }
  }

  /** PUNPCKLDQ. */
  static final class UnpackLowDoublewords extends XmmOperation {
    UnpackLowDoublewords(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      Address m = memory;
      if (m == null) {
        compute(x, x[target], x[target + 1], x[source], x[source + 1]);
      } else {
        long at = Sse.alignedRead(cpu, m);
        compute(x, x[target], x[target + 1], cpu.read64(at), cpu.read64(at + 8));
      }
    }

    @Override
    void compute(long[] x, long a0, long a1, long b0, long b1) {
      x[target] = Lanes.interleaveDoublewords(a0, b0);
      x[target + 1] = a0 >>> 32 | b0 & 0xFFFF_FFFF_0000_0000L;
    }
  }

  /** PUNPCKLQDQ. */
  static final class UnpackLowQuadwords extends XmmOperation {
    UnpackLowQuadwords(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      Address m = memory;
      if (m == null) {
        compute(x, x[target], x[target + 1], x[source], x[source + 1]);
      } else {
        long at = Sse.alignedRead(cpu, m);
        compute(x, x[target], x[target + 1], cpu.read64(at), cpu.read64(at + 8));
      }
    }

    @Override
    void compute(long[] x, long a0, long a1, long b0, long b1) {
      x[target] = a0;
      x[target + 1] = b0;
    }
  }

  /** PUNPCKHQDQ. */
  static final class UnpackHighQuadwords extends XmmOperation {
    UnpackHighQuadwords(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      Address m = memory;
      if (m == null) {
        compute(x, x[target], x[target + 1], x[source], x[source + 1]);
      } else {
        long at = Sse.alignedRead(cpu, m);
        compute(x, x[target], x[target + 1], cpu.read64(at), cpu.read64(at + 8));
      }
    }

    @Override
    void compute(long[] x, long a0, long a1, long b0, long b1) {
      x[target] = a1;
      x[target + 1] = b1;
    }
  }

  /** PMULUDQ. */
  static final class MultiplyUnsigned extends XmmOperation {
    MultiplyUnsigned(Instruction i, @Nullable Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      Address m = memory;
      if (m == null) {
        compute(x, x[target], x[target + 1], x[source], x[source + 1]);
      } else {
        long at = Sse.alignedRead(cpu, m);
        compute(x, x[target], x[target + 1], cpu.read64(at), cpu.read64(at + 8));
      }
    }

    @Override
    void compute(long[] x, long a0, long a1, long b0, long b1) {
      x[target] = Lanes.multiplyUnsigned(a0, b0);
      x[target + 1] = Lanes.multiplyUnsigned(a1, b1);
    }
  }
}
