// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.core;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The model-specific registers of the processor itself (SDM volume 4); all others are the machine's
 * to answer.
 *
 * <p>A general protection fault is reported by a return value of false, so that neither reading nor
 * writing allocates.
 */
public final class Msrs {
  private static final int TSC = 0x10;
  private static final int APIC_BASE = 0x1B;
  private static final int PLATFORM_ID = 0x17;
  private static final int FEATURE_CONTROL = 0x3A;
  private static final int TSC_ADJUST = 0x3B;
  private static final int SPEC_CTRL = 0x48;
  private static final int PRED_CMD = 0x49;
  private static final int MICROCODE = 0x8B;
  private static final int MTRR_CAPABILITY = 0xFE;
  private static final int ARCH_CAPABILITIES = 0x10A;
  private static final int SYSENTER_CS = 0x174;
  private static final int SYSENTER_ESP = 0x175;
  private static final int SYSENTER_EIP = 0x176;
  private static final int MISC_ENABLE = 0x1A0;
  private static final int DEBUG_CONTROL = 0x1D9;
  private static final int MTRR_VARIABLE = 0x200;
  private static final int MTRR_FIXED_64K = 0x250;
  private static final int MTRR_FIXED_16K = 0x258;
  private static final int MTRR_FIXED_4K = 0x268;
  private static final int PAT = 0x277;
  private static final int MTRR_DEFAULT = 0x2FF;
  private static final int TSC_DEADLINE = 0x6E0;
  private static final int EFER = 0xC000_0080;
  private static final int STAR = 0xC000_0081;
  private static final int LSTAR = 0xC000_0082;
  private static final int CSTAR = 0xC000_0083;
  private static final int FMASK = 0xC000_0084;
  private static final int FS_BASE = 0xC000_0100;
  private static final int GS_BASE = 0xC000_0101;
  private static final int KERNEL_GS_BASE = 0xC000_0102;
  private static final int TSC_AUX = 0xC000_0103;

  private static final long EFER_KNOWN = Cpu.EFER_SCE | Cpu.EFER_LME | Cpu.EFER_LMA | Cpu.EFER_NXE;
  private static final int VARIABLE_RANGES = 8;

  /** Code segment of SYSENTER. */
  public long sysenterCs;

  /** Stack pointer of SYSENTER. */
  public long sysenterSp;

  /** Entry point of SYSENTER. */
  public long sysenterIp;

  /** Segments of SYSCALL. */
  public long star;

  /** Entry point of SYSCALL in 64-bit mode. */
  public long lstar;

  private long cstar;

  /** Flags that SYSCALL clears. */
  public long fmask;

  /** What SWAPGS exchanges GS.base with. */
  public long kernelGsBase;

  /** What RDTSCP reads into ECX. */
  public long tscAux;

  private long tscAdjust;
  private long specControl;
  private long pat = 0x0007_0406_0007_0406L;
  private long miscEnable = 1;
  private long debugControl;
  private long mtrrDefault = 0xC06;
  private final long[] mtrrVariable = new long[2 * VARIABLE_RANGES];
  private final long[] mtrrFixed = new long[11];
  private final long archCapabilities;

  /**
   * Registers at power-on.
   *
   * @param archCapabilities IA32_ARCH_CAPABILITIES as CPUID's model wants it
   */
  public Msrs(long archCapabilities) {
    this.archCapabilities = archCapabilities;
  }

  private static final int[] SINGLE = {
    TSC_ADJUST,
    SPEC_CTRL,
    SYSENTER_CS,
    SYSENTER_ESP,
    SYSENTER_EIP,
    MISC_ENABLE,
    DEBUG_CONTROL,
    MTRR_DEFAULT,
    PAT,
    STAR,
    LSTAR,
    CSTAR,
    FMASK,
    KERNEL_GS_BASE,
    TSC_AUX
  };

  private static final int[] SAVED =
      Stream.of(
              IntStream.of(SINGLE),
              IntStream.range(MTRR_VARIABLE, MTRR_VARIABLE + 2 * VARIABLE_RANGES),
              IntStream.of(MTRR_FIXED_64K, MTRR_FIXED_16K, MTRR_FIXED_16K + 1),
              IntStream.range(MTRR_FIXED_4K, MTRR_FIXED_4K + 8))
          .flatMapToInt(numbers -> numbers)
          .sorted()
          .toArray();

  /** The numbers of all registers that hold state, in ascending order, for saving. */
  public static int[] saved() {
    return SAVED.clone();
  }

  /** Reads a register; false for a general protection fault. */
  public boolean read(Cpu cpu, int msr, long[] result) {
    if (msr == TSC_DEADLINE || msr >= 0x800 && msr <= 0x8FF) {
      return cpu.apic.readMsr(msr, result);
    }
    if (isMtrrRange(msr)) {
      result[0] = mtrr(msr);
      return true;
    }
    switch (msr) {
      case TSC -> result[0] = cpu.tsc();
      case APIC_BASE -> result[0] = cpu.apic.base();
      case PLATFORM_ID -> result[0] = 0;
      case FEATURE_CONTROL -> result[0] = 1;
      case TSC_ADJUST -> result[0] = tscAdjust;
      case SPEC_CTRL -> result[0] = specControl;
      case MICROCODE -> result[0] = 1L << 32;
      case MTRR_CAPABILITY -> result[0] = 0x500 | VARIABLE_RANGES;
      case ARCH_CAPABILITIES -> result[0] = archCapabilities;
      case SYSENTER_CS -> result[0] = sysenterCs;
      case SYSENTER_ESP -> result[0] = sysenterSp;
      case SYSENTER_EIP -> result[0] = sysenterIp;
      case MISC_ENABLE -> result[0] = miscEnable;
      case DEBUG_CONTROL -> result[0] = debugControl;
      case PAT -> result[0] = pat;
      case MTRR_DEFAULT -> result[0] = mtrrDefault;
      case EFER -> result[0] = cpu.efer;
      case STAR -> result[0] = star;
      case LSTAR -> result[0] = lstar;
      case CSTAR -> result[0] = cstar;
      case FMASK -> result[0] = fmask;
      case FS_BASE -> result[0] = cpu.segments[Cpu.FS].base;
      case GS_BASE -> result[0] = cpu.segments[Cpu.GS].base;
      case KERNEL_GS_BASE -> result[0] = kernelGsBase;
      case TSC_AUX -> result[0] = tscAux;
      default -> {
        return cpu.exits.readMsr(cpu.processor(), msr, result);
      }
    }
    return true;
  }

  /** Writes a register; false for a general protection fault. */
  public boolean write(Cpu cpu, int msr, long value) {
    if (msr == TSC_DEADLINE || msr >= 0x800 && msr <= 0x8FF) {
      return cpu.apic.writeMsr(msr, value);
    }
    if (isMtrrRange(msr)) {
      return mtrr(msr, value);
    }
    switch (msr) {
      case TSC -> {
        long offset = value - cpu.clock.tsc();
        tscAdjust += offset - cpu.tscOffset();
        cpu.tscOffset(offset);
      }
      case APIC_BASE -> {
        return cpu.apic.base(value);
      }
      case TSC_ADJUST -> {
        cpu.tscOffset(cpu.tscOffset() + value - tscAdjust);
        tscAdjust = value;
      }
      case SPEC_CTRL -> {
        if ((value & ~7L) != 0) {
          return false;
        }
        specControl = value;
      }
      case PRED_CMD -> {
        return (value & ~1L) == 0;
      }
      case MICROCODE -> {
        // There is no microcode, and Linux writes 0 before it asks for the revision.
      }
      case SYSENTER_CS -> sysenterCs = value & 0xFFFF;
      case SYSENTER_ESP -> {
        if (!canonical(value)) {
          return false;
        }
        sysenterSp = value;
      }
      case SYSENTER_EIP -> {
        if (!canonical(value)) {
          return false;
        }
        sysenterIp = value;
      }
      case MISC_ENABLE -> miscEnable = value;
      case DEBUG_CONTROL -> debugControl = value & 3;
      case PAT -> {
        return pat(value);
      }
      case MTRR_DEFAULT -> {
        if ((value & ~0xCFFL) != 0 || !memoryType((int) value & 0xFF)) {
          return false;
        }
        mtrrDefault = value;
      }
      case EFER -> {
        return writeEfer(cpu, value);
      }
      case STAR -> star = value;
      case LSTAR -> {
        if (!canonical(value)) {
          return false;
        }
        lstar = value;
      }
      case CSTAR -> {
        if (!canonical(value)) {
          return false;
        }
        cstar = value;
      }
      case FMASK -> fmask = value & 0xFFFF_FFFFL;
      case FS_BASE -> {
        if (!canonical(value)) {
          return false;
        }
        cpu.segments[Cpu.FS].base = value;
      }
      case GS_BASE -> {
        if (!canonical(value)) {
          return false;
        }
        cpu.segments[Cpu.GS].base = value;
      }
      case KERNEL_GS_BASE -> {
        if (!canonical(value)) {
          return false;
        }
        kernelGsBase = value;
      }
      case TSC_AUX -> tscAux = value & 0xFFFF_FFFFL;
      default -> {
        return cpu.exits.writeMsr(cpu.processor(), msr, value);
      }
    }
    return true;
  }

  /** Writes IA32_EFER; false if the value must be refused. */
  private static boolean writeEfer(Cpu cpu, long value) {
    boolean paging = (cpu.cr0 & Cpu.CR0_PG) != 0;
    if ((value & ~EFER_KNOWN) != 0 || paging && ((cpu.efer ^ value) & Cpu.EFER_LME) != 0) {
      return false;
    }
    cpu.efer = value & ~Cpu.EFER_LMA | cpu.efer & Cpu.EFER_LMA;
    cpu.mmu.flushAll();
    cpu.modeChanged();
    return true;
  }

  private boolean pat(long value) {
    for (int shift = 0; shift < 64; shift += 8) {
      int type = (int) (value >>> shift) & 0xFF;
      if (type != 7 && !memoryType(type)) {
        return false;
      }
    }
    pat = value;
    return true;
  }

  private static boolean memoryType(int type) {
    return type == 0 || type == 1 || type >= 4 && type <= 6;
  }

  private static boolean canonical(long value) {
    return value << 16 >> 16 == value;
  }

  private static boolean isMtrrRange(int msr) {
    return msr >= MTRR_VARIABLE && msr < MTRR_VARIABLE + 2 * VARIABLE_RANGES
        || fixedIndex(msr) >= 0;
  }

  private static int fixedIndex(int msr) {
    if (msr == MTRR_FIXED_64K) {
      return 0;
    }
    if (msr == MTRR_FIXED_16K || msr == MTRR_FIXED_16K + 1) {
      return 1 + msr - MTRR_FIXED_16K;
    }
    return msr >= MTRR_FIXED_4K && msr < MTRR_FIXED_4K + 8 ? 3 + msr - MTRR_FIXED_4K : -1;
  }

  private long mtrr(int msr) {
    int fixed = fixedIndex(msr);
    return fixed >= 0 ? mtrrFixed[fixed] : mtrrVariable[msr - MTRR_VARIABLE];
  }

  private boolean mtrr(int msr, long value) {
    int fixed = fixedIndex(msr);
    if (fixed >= 0) {
      for (int shift = 0; shift < 64; shift += 8) {
        if (!memoryType((int) (value >>> shift) & 0xFF)) {
          return false;
        }
      }
      mtrrFixed[fixed] = value;
      return true;
    }
    boolean mask = (msr & 1) != 0;
    long known = mask ? 0xFF_FFFF_F800L : 0xFF_FFFF_F0FFL;
    if ((value & ~known) != 0 || !mask && !memoryType((int) value & 0xFF)) {
      return false;
    }
    mtrrVariable[msr - MTRR_VARIABLE] = value;
    return true;
  }

  /** SWAPGS. */
  public void swapGs(Cpu cpu) {
    Segment gs = cpu.segments[Cpu.GS];
    long base = gs.base;
    gs.base = kernelGsBase;
    kernelGsBase = base;
  }

  /** INIT leaves most registers alone; a power-on sets all. */
  public void reset() {
    sysenterCs = 0;
    sysenterSp = 0;
    sysenterIp = 0;
    star = 0;
    lstar = 0;
    cstar = 0;
    fmask = 0;
    kernelGsBase = 0;
    tscAux = 0;
    tscAdjust = 0;
    specControl = 0;
    pat = 0x0007_0406_0007_0406L;
    miscEnable = 1;
    debugControl = 0;
    mtrrDefault = 0xC06;
    Arrays.fill(mtrrVariable, 0);
    Arrays.fill(mtrrFixed, 0);
  }
}
