// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.state;

import static dev.malachite.engine.processor.interpreter.core.Cpu.RAX;
import static dev.malachite.engine.processor.interpreter.core.Cpu.RCX;
import static dev.malachite.engine.processor.interpreter.core.Cpu.RDX;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * FXSAVE, FXRSTOR, the XSAVE family with components x87 and SSE (SDM volume 1, chapter 13), XCR0
 * and MXCSR.
 */
public final class StateBinder {
  private static final long X87 = 1;
  private static final long SSE = 2;
  private static final long KNOWN = X87 | SSE;
  private static final long COMPACTED = 1L << 63;
  private static final int HEADER = 512;
  private static final int HEADER_SIZE = 64;
  private static final int INITIAL_MXCSR = 0x1F80;

  private StateBinder() {}

  /** What an operation does with its memory operand. */
  private interface Action {
    void run(Cpu cpu, long linear);
  }

  /** An operation on a memory operand whose alignment is checked. */
  private static final class Area extends Operation {
    private final Address area;
    private final boolean write;
    private final int size;
    private final int alignment;
    private final boolean extended;
    private final Action action;

    Area(Address area, boolean write, int size, int alignment, boolean extended, Action action) {
      this.area = area;
      this.write = write;
      this.size = size;
      this.alignment = alignment;
      this.extended = extended;
      this.action = action;
    }

    @Override
    public void execute(Cpu cpu) {
      require(cpu, extended);
      long linear = write ? area.write(cpu, size) : area.read(cpu, size);
      if ((linear & alignment - 1) != 0) {
        throw GuestFault.of(GuestFault.GP);
      }
      // Both ends, so that nothing is half done when the second page faults.
      if (write) {
        cpu.probeWrite(linear, size);
      } else {
        cpu.read8(linear);
        cpu.read8(linear + size - 1);
      }
      action.run(cpu, linear);
    }
  }

  private static void require(Cpu cpu, boolean extended) {
    boolean missing = extended ? (cpu.cr4 & Cpu.CR4_OSXSAVE) == 0 : (cpu.cr0 & Cpu.CR0_EM) != 0;
    if (missing) {
      throw GuestFault.of(GuestFault.UD);
    }
    if ((cpu.cr0 & Cpu.CR0_TS) != 0) {
      throw GuestFault.of(GuestFault.NM);
    }
  }

  /** Binds an instruction, or returns null if it is none of these. */
  public static @Nullable Operation bind(Instruction i, @Nullable Address address) {
    boolean wide = i.operandSize == 8;
    return switch (i.opcode) {
      case FXSAVE -> area(address, true, HEADER, 16, false, (c, at) -> fxsave(c, at, wide));
      case FXRSTOR -> area(address, false, HEADER, 16, false, (c, at) -> fxrstor(c, at, wide));
      case XSAVE, XSAVEOPT ->
          area(address, true, HEADER + HEADER_SIZE, 64, true, (c, at) -> xsave(c, at, wide));
      case XSAVEC ->
          area(address, true, HEADER + HEADER_SIZE, 64, true, (c, at) -> xsavec(c, at, wide));
      case XRSTOR ->
          area(address, false, HEADER + HEADER_SIZE, 64, true, (c, at) -> xrstor(c, at, wide));
      case LDMXCSR -> area(address, false, 4, 1, false, StateBinder::loadMxcsr);
      case STMXCSR -> area(address, true, 4, 1, false, StateBinder::storeMxcsr);
      case XGETBV -> new Xgetbv();
      case XSETBV -> new Xsetbv();
      default -> null;
    };
  }

  private static Operation area(
      @Nullable Address address,
      boolean write,
      int size,
      int alignment,
      boolean extended,
      Action action) {
    if (address == null) {
      throw new IllegalStateException("a register where the decoder promises memory");
    }
    return new Area(address, write, size, alignment, extended, action);
  }

  private static void fxsave(Cpu cpu, long at, boolean wide) {
    LegacyRegion.storeX87(cpu, at, wide);
    cpu.write32(at + LegacyRegion.MXCSR, cpu.mxcsr);
    cpu.write32(at + LegacyRegion.MXCSR + 4, LegacyRegion.MXCSR_MASK);
    LegacyRegion.storeXmm(cpu, at);
  }

  private static void fxrstor(Cpu cpu, long at, boolean wide) {
    int mxcsr = checkedMxcsr(cpu, at + LegacyRegion.MXCSR);
    LegacyRegion.loadX87(cpu, at, wide);
    LegacyRegion.loadXmm(cpu, at);
    cpu.mxcsr = mxcsr;
  }

  private static int checkedMxcsr(Cpu cpu, long at) {
    int mxcsr = cpu.read32(at);
    if ((mxcsr & ~LegacyRegion.MXCSR_MASK) != 0) {
      throw GuestFault.of(GuestFault.GP);
    }
    return mxcsr;
  }

  private static void requireSse(Cpu cpu) {
    if ((cpu.cr4 & Cpu.CR4_OSFXSR) == 0) {
      throw GuestFault.of(GuestFault.UD);
    }
  }

  private static void loadMxcsr(Cpu cpu, long at) {
    requireSse(cpu);
    cpu.mxcsr = checkedMxcsr(cpu, at);
  }

  private static void storeMxcsr(Cpu cpu, long at) {
    requireSse(cpu);
    cpu.write32(at, cpu.mxcsr);
  }

  private static long requested(Cpu cpu) {
    return (cpu.r[RAX] & 0xFFFF_FFFFL | cpu.r[RDX] << 32) & cpu.xcr0;
  }

  // Components count as in use always, which the architecture allows (section 13.6).
  private static void storeComponents(Cpu cpu, long at, long components, boolean wide) {
    if ((components & X87) != 0) {
      LegacyRegion.storeX87(cpu, at, wide);
    }
    if ((components & SSE) != 0) {
      cpu.write32(at + LegacyRegion.MXCSR, cpu.mxcsr);
      cpu.write32(at + LegacyRegion.MXCSR + 4, LegacyRegion.MXCSR_MASK);
      LegacyRegion.storeXmm(cpu, at);
    }
  }

  private static void xsave(Cpu cpu, long at, boolean wide) {
    long components = requested(cpu);
    storeComponents(cpu, at, components, wide);
    cpu.write64(at + HEADER, cpu.read64(at + HEADER) | components);
  }

  private static void xsavec(Cpu cpu, long at, boolean wide) {
    long components = requested(cpu);
    storeComponents(cpu, at, components, wide);
    cpu.write64(at + HEADER, components);
    cpu.write64(at + HEADER + 8, components | COMPACTED);
  }

  private static void xrstor(Cpu cpu, long at, boolean wide) {
    long present = cpu.read64(at + HEADER);
    long format = cpu.read64(at + HEADER + 8);
    boolean compacted = format < 0;
    long reserved = 0;
    for (int i = 16; i < (compacted ? HEADER_SIZE : 24); i += 8) {
      reserved |= cpu.read64(at + HEADER + i);
    }
    boolean bad =
        compacted
            ? (format & ~COMPACTED & ~cpu.xcr0) != 0 || (present & ~format) != 0
            : format != 0 || (present & ~cpu.xcr0) != 0;
    if (bad || present < 0 || reserved != 0) {
      throw GuestFault.of(GuestFault.GP);
    }
    long components = requested(cpu);
    boolean loadsSse = (components & present & SSE) != 0;
    if ((components & SSE) != 0) {
      // The standard form loads MXCSR whether or not the registers are there (section 13.8.1).
      cpu.mxcsr =
          loadsSse || !compacted ? checkedMxcsr(cpu, at + LegacyRegion.MXCSR) : INITIAL_MXCSR;
      if (loadsSse) {
        LegacyRegion.loadXmm(cpu, at);
      } else {
        Arrays.fill(cpu.xmm, 0, cpu.mode64 ? 32 : 16, 0);
      }
    }
    if ((components & X87) != 0) {
      if ((present & X87) != 0) {
        LegacyRegion.loadX87(cpu, at, wide);
      } else {
        cpu.x87.init();
        Arrays.fill(cpu.x87.significand, 0);
        Arrays.fill(cpu.x87.signExponent, 0);
      }
    }
  }

  /** XGETBV. */
  private static final class Xgetbv extends Operation {
    @Override
    public void execute(Cpu cpu) {
      if ((cpu.cr4 & Cpu.CR4_OSXSAVE) == 0) {
        throw GuestFault.of(GuestFault.UD);
      }
      long register = cpu.r[RCX] & 0xFFFF_FFFFL;
      // Register 1 tells which components are in use: all of them, as above.
      if (register > 1) {
        throw GuestFault.of(GuestFault.GP);
      }
      cpu.r[RAX] = cpu.xcr0 & 0xFFFF_FFFFL;
      cpu.r[RDX] = cpu.xcr0 >>> 32;
    }
  }

  /** XSETBV. */
  private static final class Xsetbv extends Operation {
    @Override
    public boolean endsBlock() {
      return true;
    }

    @Override
    public void execute(Cpu cpu) {
      if ((cpu.cr4 & Cpu.CR4_OSXSAVE) == 0) {
        throw GuestFault.of(GuestFault.UD);
      }
      long value = cpu.r[RAX] & 0xFFFF_FFFFL | cpu.r[RDX] << 32;
      if (cpu.cpl != 0
          || (cpu.r[RCX] & 0xFFFF_FFFFL) != 0
          || (value & X87) == 0
          || (value & ~KNOWN) != 0) {
        throw GuestFault.of(GuestFault.GP);
      }
      cpu.xcr0 = value;
    }
  }
}
