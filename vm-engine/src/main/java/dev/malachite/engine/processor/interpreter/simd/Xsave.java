// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.CpuFeature;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.core.X87State;

/**
 * XSAVE, XSAVEOPT, XSAVEC and XRSTOR of x87, SSE and AVX state (SDM volume 1, chapter 13).
 *
 * <p>XSAVEOPT does not track modifications: it uses the init optimization only.
 */
final class Xsave {
  /** State components, as bits of XCR0. */
  static final int X87 = 1, SSE = 2, AVX = 4;

  private static final int HEADER = 512;

  /** Where AVX state lies, in both forms, as it is the only component behind the header. */
  private static final int AREA = 576;

  private static final int AVX_SIZE = 256;
  private static final int INITIAL_MXCSR = 0x1F80;
  private static final long COMPACTED = 1L << 63;

  private Xsave() {}

  /** #UD unless the operating system has enabled XSAVE. */
  static void checkEnabled(Cpu cpu) {
    if ((cpu.cr4 & Cpu.CR4_OSXSAVE) == 0) {
      throw GuestFault.of(GuestFault.UD);
    }
  }

  private static long area(long linear) {
    if ((linear & 63) != 0) {
      throw GuestFault.of(GuestFault.GP);
    }
    return linear;
  }

  private static void check(Cpu cpu) {
    checkEnabled(cpu);
    if ((cpu.cr0 & Cpu.CR0_TS) != 0) {
      throw GuestFault.of(GuestFault.NM);
    }
  }

  private static int requested(Cpu cpu) {
    return (int) (cpu.r[Cpu.RAX] & cpu.xcr0);
  }

  /** The components that a processor can have enabled: AVX only where CPUID shows it. */
  static int supported(Cpu cpu) {
    cpu.exits.cpuid(cpu.processor(), 1, 0, cpu.cpuidResult);
    return (cpu.cpuidResult[2] & CpuFeature.AVX.mask()) != 0 ? X87 | SSE | AVX : X87 | SSE;
  }

  private static int size(int components) {
    return (components & AVX) != 0 ? AREA + AVX_SIZE : AREA;
  }

  /** The components that are not in their initial configuration; MXCSR doesn't count. */
  static int inUse(Cpu cpu) {
    int components = 0;
    X87State x = cpu.x87;
    long bits =
        (x.control ^ 0x37F)
            | x.status
            | x.top
            | x.occupied
            | x.opcode
            | x.instructionPointer
            | x.dataPointer;
    for (int i = 0; i < 8; i++) {
      bits |= x.significand[i] | x.signExponent[i];
    }
    components |= bits != 0 ? X87 : 0;
    bits = 0;
    for (int i = 0; i < 32; i++) {
      bits |= cpu.xmm[i];
    }
    components |= bits != 0 ? SSE : 0;
    bits = 0;
    for (int i = 0; i < 32; i++) {
      bits |= cpu.ymmHigh[i];
    }
    return bits != 0 ? components | AVX : components;
  }

  // How many of the 64-bit words of Cpu.xmm or Cpu.ymmHigh the mode has.
  private static int vectorWords(Cpu cpu) {
    return StateOperations.endOfXmm(cpu) - FxsaveImage.XMM0;
  }

  private static void store(Cpu cpu, long at, int first, int end, boolean wide) {
    for (int i = first; i < end; i++) {
      cpu.write64(cpu.wrap(at + 8L * i), FxsaveImage.word(cpu, i, wide));
    }
  }

  private static void load(Cpu cpu, long at, int first, int end, boolean wide) {
    for (int i = first; i < end; i++) {
      FxsaveImage.setWord(cpu, i, cpu.read64(cpu.wrap(at + 8L * i)), wide);
    }
  }

  private static void storeComponents(Cpu cpu, long at, int components, boolean wide) {
    if ((components & X87) != 0) {
      store(cpu, at, FxsaveImage.CONTROL, FxsaveImage.MXCSR, wide);
      store(cpu, at, FxsaveImage.ST0, FxsaveImage.XMM0, wide);
    }
    if ((components & SSE) != 0) {
      store(cpu, at, FxsaveImage.XMM0, StateOperations.endOfXmm(cpu), wide);
    }
    if ((components & AVX) != 0) {
      for (int i = 0; i < vectorWords(cpu); i++) {
        cpu.write64(cpu.wrap(at + AREA + 8L * i), cpu.ymmHigh[i]);
      }
    }
  }

  /** XSAVE and XSAVEOPT: the standard form. */
  static final class Save extends Operation {
    private final Address memory;
    private final boolean wide;
    private final boolean optimized;

    Save(Instruction i, Address memory, boolean optimized) {
      this.memory = memory;
      wide = i.operandSize == 8;
      this.optimized = optimized;
    }

    @Override
    public void execute(Cpu cpu) {
      check(cpu);
      int requested = requested(cpu);
      long at = area(memory.write(cpu, size(requested)));
      cpu.probeWrite(at, size(requested));
      int used = inUse(cpu) & requested;
      long header = cpu.wrap(at + HEADER);
      long present = cpu.read64(header);
      storeComponents(cpu, at, optimized ? used : requested, wide);
      if ((requested & (SSE | AVX)) != 0) {
        store(cpu, at, FxsaveImage.MXCSR, FxsaveImage.MXCSR + 1, wide);
      }
      cpu.write64(header, present & ~requested | used);
    }
  }

  /** XSAVEC: the compacted form, which has the same places for what there is. */
  static final class SaveCompacted extends Operation {
    private final Address memory;
    private final boolean wide;

    SaveCompacted(Instruction i, Address memory) {
      this.memory = memory;
      wide = i.operandSize == 8;
    }

    @Override
    public void execute(Cpu cpu) {
      check(cpu);
      int requested = requested(cpu);
      long at = area(memory.write(cpu, size(requested)));
      cpu.probeWrite(at, size(requested));
      int used = inUse(cpu) & requested;
      if ((requested & SSE) != 0 && cpu.mxcsr != INITIAL_MXCSR) {
        used |= SSE;
      }
      storeComponents(cpu, at, used, wide);
      if ((used & SSE) != 0) {
        store(cpu, at, FxsaveImage.MXCSR, FxsaveImage.MXCSR + 1, wide);
      }
      cpu.write64(cpu.wrap(at + HEADER), used);
      cpu.write64(cpu.wrap(at + HEADER + 8), requested | COMPACTED);
    }
  }

  /** XRSTOR, of both forms. */
  static final class Restore extends Operation {
    private final Address memory;
    private final boolean wide;

    Restore(Instruction i, Address memory) {
      this.memory = memory;
      wide = i.operandSize == 8;
    }

    @Override
    public void execute(Cpu cpu) {
      check(cpu);
      long at = area(memory.read(cpu, AREA));
      cpu.read64(at);
      long header = cpu.wrap(at + HEADER);
      long present = cpu.read64(header);
      long compaction = cpu.read64(header + 8);
      boolean compacted = compaction < 0;
      if (compacted) {
        long components = compaction & ~COMPACTED;
        require((components & ~cpu.xcr0) == 0 && (present & ~components) == 0);
        for (int i = 16; i < 64; i += 8) {
          require(cpu.read64(header + i) == 0);
        }
      } else {
        require((present & ~cpu.xcr0) == 0 && compaction == 0 && cpu.read64(header + 16) == 0);
      }
      int requested = requested(cpu);
      int loaded = requested & (int) present;
      int mxcsr = cpu.mxcsr;
      if ((requested & (compacted ? SSE : SSE | AVX)) != 0) {
        boolean fromMemory = !compacted || (loaded & SSE) != 0;
        mxcsr = fromMemory ? cpu.read32(at + 8 * FxsaveImage.MXCSR) : INITIAL_MXCSR;
        require((mxcsr & ~FxsaveImage.MXCSR_MASK) == 0);
      }
      if ((loaded & AVX) != 0) {
        memory.read(cpu, AREA + AVX_SIZE);
        cpu.read64(cpu.wrap(at + AREA));
        cpu.read64(cpu.wrap(at + AREA + 8L * vectorWords(cpu) - 8));
      }
      restore(cpu, at, requested, loaded);
      cpu.mxcsr = mxcsr;
    }

    private void restore(Cpu cpu, long at, int requested, int loaded) {
      if ((loaded & X87) != 0) {
        load(cpu, at, FxsaveImage.CONTROL, FxsaveImage.MXCSR, wide);
        load(cpu, at, FxsaveImage.ST0, FxsaveImage.XMM0, wide);
      } else if ((requested & X87) != 0) {
        cpu.x87.init();
        java.util.Arrays.fill(cpu.x87.significand, 0);
        java.util.Arrays.fill(cpu.x87.signExponent, 0);
      }
      int end = StateOperations.endOfXmm(cpu);
      if ((loaded & SSE) != 0) {
        load(cpu, at, FxsaveImage.XMM0, end, wide);
      } else if ((requested & SSE) != 0) {
        java.util.Arrays.fill(cpu.xmm, 0, end - FxsaveImage.XMM0, 0);
      }
      if ((loaded & AVX) != 0) {
        for (int i = 0; i < vectorWords(cpu); i++) {
          cpu.ymmHigh[i] = cpu.read64(cpu.wrap(at + AREA + 8L * i));
        }
      } else if ((requested & AVX) != 0) {
        java.util.Arrays.fill(cpu.ymmHigh, 0, vectorWords(cpu), 0);
      }
    }

    private static void require(boolean valid) {
      if (!valid) {
        throw GuestFault.of(GuestFault.GP);
      }
    }
  }
}
