// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;

/** FXSAVE, FXRSTOR, LDMXCSR, STMXCSR, XGETBV and XSETBV. */
final class StateOperations {
  private static final int BYTES = 512;

  private StateOperations() {}

  static void checkFxsave(Cpu cpu) {
    if ((cpu.cr0 & (Cpu.CR0_EM | Cpu.CR0_TS)) != 0) {
      throw GuestFault.of(GuestFault.NM);
    }
  }

  static int endOfXmm(Cpu cpu) {
    return cpu.mode64 ? FxsaveImage.END : FxsaveImage.XMM0 + 16;
  }

  /** FXSAVE and FXSAVE64. */
  static final class Save extends Operation {
    private final Address memory;
    private final boolean wide;

    Save(Instruction i, Address memory) {
      this.memory = memory;
      wide = i.operandSize == 8;
    }

    @Override
    public void execute(Cpu cpu) {
      checkFxsave(cpu);
      long at = memory.write(cpu, BYTES);
      if ((at & 15) != 0) {
        throw GuestFault.of(GuestFault.GP);
      }
      cpu.probeWrite(at, BYTES);
      int end = endOfXmm(cpu);
      for (int i = 0; i < end; i++) {
        cpu.write64(cpu.wrap(at + 8L * i), FxsaveImage.word(cpu, i, wide));
      }
    }
  }

  /** FXRSTOR and FXRSTOR64. */
  static final class Restore extends Operation {
    private final Address memory;
    private final boolean wide;

    Restore(Instruction i, Address memory) {
      this.memory = memory;
      wide = i.operandSize == 8;
    }

    @Override
    public void execute(Cpu cpu) {
      checkFxsave(cpu);
      long at = memory.read(cpu, BYTES);
      if ((at & 15) != 0) {
        throw GuestFault.of(GuestFault.GP);
      }
      cpu.read64(cpu.wrap(at + BYTES - 8));
      int mxcsr = (int) cpu.read64(at + 8L * FxsaveImage.MXCSR);
      if ((mxcsr & ~FxsaveImage.MXCSR_MASK) != 0) {
        throw GuestFault.of(GuestFault.GP);
      }
      int end = endOfXmm(cpu);
      for (int i = 0; i < end; i++) {
        FxsaveImage.setWord(cpu, i, cpu.read64(cpu.wrap(at + 8L * i)), wide);
      }
    }
  }

  /** LDMXCSR. */
  static final class LoadControl extends Operation {
    private final Address memory;

    LoadControl(Address memory) {
      this.memory = memory;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      int value = cpu.read32(memory.read(cpu, 4));
      if ((value & ~FxsaveImage.MXCSR_MASK) != 0) {
        throw GuestFault.of(GuestFault.GP);
      }
      cpu.mxcsr = value;
    }
  }

  /** STMXCSR. */
  static final class StoreControl extends Operation {
    private final Address memory;

    StoreControl(Address memory) {
      this.memory = memory;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      cpu.write32(memory.write(cpu, 4), cpu.mxcsr);
    }
  }

  /** XGETBV: XCR0, or which of its components are in use (SDM volume 1, section 13.2). */
  static final class GetExtendedControl extends Operation {
    GetExtendedControl() {}

    @Override
    public void execute(Cpu cpu) {
      Xsave.checkEnabled(cpu);
      int index = (int) cpu.r[Cpu.RCX];
      if (index != 0 && index != 1) {
        throw GuestFault.of(GuestFault.GP);
      }
      long value = index == 0 ? cpu.xcr0 : cpu.xcr0 & Xsave.inUse(cpu);
      cpu.r[Cpu.RAX] = value & 0xFFFF_FFFFL;
      cpu.r[Cpu.RDX] = value >>> 32;
    }
  }

  /** XSETBV. */
  static final class SetExtendedControl extends Operation {
    SetExtendedControl() {}

    @Override
    public void execute(Cpu cpu) {
      Xsave.checkEnabled(cpu);
      long value = cpu.r[Cpu.RAX] & 0xFFFF_FFFFL | cpu.r[Cpu.RDX] << 32;
      if (cpu.cpl != 0
          || (int) cpu.r[Cpu.RCX] != 0
          || (value & Xsave.X87) == 0
          || (value & (Xsave.SSE | Xsave.AVX)) == Xsave.AVX
          || (value & ~3) != 0 && (value & ~(long) Xsave.supported(cpu)) != 0) {
        throw GuestFault.of(GuestFault.GP);
      }
      cpu.xcr0 = value;
    }
  }
}
