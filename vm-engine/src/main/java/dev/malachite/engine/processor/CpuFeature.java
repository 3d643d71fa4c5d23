// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor;

/**
 * A processor feature that CPUID shows as one bit (SDM volume 2, CPUID).
 *
 * <p>The table is all there is: leaf, subleaf, register and bit of each.
 */
public enum CpuFeature {
  /** SSE3. */
  SSE3(1, 0, Register.ECX, 0),
  /** Carry-less multiplication. */
  PCLMULQDQ(1, 0, Register.ECX, 1),
  /** SSSE3. */
  SSSE3(1, 0, Register.ECX, 9),
  /** Fused multiplication and addition. */
  FMA(1, 0, Register.ECX, 12),
  /** CMPXCHG16B. */
  CX16(1, 0, Register.ECX, 13),
  /** SSE4.1. */
  SSE41(1, 0, Register.ECX, 19),
  /** SSE4.2. */
  SSE42(1, 0, Register.ECX, 20),
  /** x2APIC mode of the local APIC. */
  X2APIC(1, 0, Register.ECX, 21),
  /** MOVBE. */
  MOVBE(1, 0, Register.ECX, 22),
  /** POPCNT. */
  POPCNT(1, 0, Register.ECX, 23),
  /** TSC-deadline mode of the local APIC's timer. */
  TSC_DEADLINE(1, 0, Register.ECX, 24),
  /** AES instructions. */
  AES(1, 0, Register.ECX, 25),
  /** XSAVE, XRSTOR, XGETBV, XSETBV. */
  XSAVE(1, 0, Register.ECX, 26),
  /** 256-bit vectors: VEX encodings and the state component for them. */
  AVX(1, 0, Register.ECX, 28),
  /** Conversions of half-precision numbers. */
  F16C(1, 0, Register.ECX, 29),
  /** RDRAND. */
  RDRAND(1, 0, Register.ECX, 30),
  /** A hypervisor is present: leaf 0x40000000 says which. */
  HYPERVISOR(1, 0, Register.ECX, 31),

  /** The x87 unit. */
  FPU(1, 0, Register.EDX, 0),
  /** Virtual-8086 mode extensions. */
  VME(1, 0, Register.EDX, 1),
  /** Debugging extensions: I/O breakpoints. */
  DE(1, 0, Register.EDX, 2),
  /** 4 MiB pages. */
  PSE(1, 0, Register.EDX, 3),
  /** RDTSC. */
  TSC(1, 0, Register.EDX, 4),
  /** RDMSR and WRMSR. */
  MSR(1, 0, Register.EDX, 5),
  /** Physical address extension. */
  PAE(1, 0, Register.EDX, 6),
  /** Machine check exception. */
  MCE(1, 0, Register.EDX, 7),
  /** CMPXCHG8B. */
  CX8(1, 0, Register.EDX, 8),
  /** A local APIC. */
  APIC(1, 0, Register.EDX, 9),
  /** SYSENTER and SYSEXIT. */
  SEP(1, 0, Register.EDX, 11),
  /** Memory type range registers. */
  MTRR(1, 0, Register.EDX, 12),
  /** Global pages. */
  PGE(1, 0, Register.EDX, 13),
  /** Machine check architecture. */
  MCA(1, 0, Register.EDX, 14),
  /** Conditional moves. */
  CMOV(1, 0, Register.EDX, 15),
  /** Page attribute table. */
  PAT(1, 0, Register.EDX, 16),
  /** Physical addresses above 4 GiB in 4 MiB pages. */
  PSE36(1, 0, Register.EDX, 17),
  /** CLFLUSH. */
  CLFLUSH(1, 0, Register.EDX, 19),
  /** MMX. */
  MMX(1, 0, Register.EDX, 23),
  /** FXSAVE and FXRSTOR. */
  FXSR(1, 0, Register.EDX, 24),
  /** SSE. */
  SSE(1, 0, Register.EDX, 25),
  /** SSE2. */
  SSE2(1, 0, Register.EDX, 26),

  /** The local APIC's timer runs in every power state. */
  ARAT(6, 0, Register.EAX, 2),

  /** RDFSBASE and its like. */
  FSGSBASE(7, 0, Register.EBX, 0),
  /** ANDN, BEXTR, BLSI, BLSMSK, BLSR, TZCNT. */
  BMI1(7, 0, Register.EBX, 3),
  /** Integer operations on 256-bit vectors. */
  AVX2(7, 0, Register.EBX, 5),
  /** Supervisor mode execution prevention. */
  SMEP(7, 0, Register.EBX, 7),
  /** BZHI, MULX, PDEP, PEXT, RORX, SARX, SHLX, SHRX. */
  BMI2(7, 0, Register.EBX, 8),
  /** REP MOVSB and REP STOSB are the fastest copy. */
  ERMS(7, 0, Register.EBX, 9),
  /** INVPCID. */
  INVPCID(7, 0, Register.EBX, 10),
  /** The x87 unit keeps no segments of instructions and data. */
  FCS_FDS_DEPRECATED(7, 0, Register.EBX, 13),
  /** RDSEED. */
  RDSEED(7, 0, Register.EBX, 18),
  /** ADCX and ADOX. */
  ADX(7, 0, Register.EBX, 19),
  /** Supervisor mode access prevention. */
  SMAP(7, 0, Register.EBX, 20),
  /** CLFLUSHOPT. */
  CLFLUSHOPT(7, 0, Register.EBX, 23),
  /** SHA-1 and SHA-256 instructions. */
  SHA(7, 0, Register.EBX, 29),
  /** User mode instruction prevention. */
  UMIP(7, 0, Register.ECX, 2),
  /** REP MOVSB is fast for a few bytes too. */
  FSRM(7, 0, Register.EDX, 4),
  /** MSR SPEC_CTRL with IBRS, and PRED_CMD with IBPB. */
  SPEC_CTRL(7, 0, Register.EDX, 26),
  /** STIBP in MSR SPEC_CTRL. */
  STIBP(7, 0, Register.EDX, 27),
  /** MSR ARCH_CAPABILITIES. */
  ARCH_CAPABILITIES(7, 0, Register.EDX, 29),
  /** SSBD in MSR SPEC_CTRL. */
  SSBD(7, 0, Register.EDX, 31),

  /** XSAVEOPT. */
  XSAVEOPT(0xD, 1, Register.EAX, 0),
  /** XSAVEC and the compacted form of XRSTOR. */
  XSAVEC(0xD, 1, Register.EAX, 1),
  /** XGETBV with ECX = 1. */
  XGETBV1(0xD, 1, Register.EAX, 2),

  /** LAHF and SAHF in 64-bit mode. */
  LAHF(0x8000_0001, 0, Register.ECX, 0),
  /** LZCNT. */
  LZCNT(0x8000_0001, 0, Register.ECX, 5),
  /** PREFETCHW. */
  PREFETCHW(0x8000_0001, 0, Register.ECX, 8),
  /** SYSCALL and SYSRET. */
  SYSCALL(0x8000_0001, 0, Register.EDX, 11),
  /** No-execute pages. */
  NX(0x8000_0001, 0, Register.EDX, 20),
  /** 1 GiB pages. */
  PDPE1GB(0x8000_0001, 0, Register.EDX, 26),
  /** RDTSCP and MSR TSC_AUX. */
  RDTSCP(0x8000_0001, 0, Register.EDX, 27),
  /** Long mode. */
  LM(0x8000_0001, 0, Register.EDX, 29),

  /** The time stamp counter runs at one speed in every power state. */
  INVARIANT_TSC(0x8000_0007, 0, Register.EDX, 8);

  /** A register that CPUID answers in, in the order of a result's elements. */
  public enum Register {
    /** EAX. */
    EAX(0),
    /** EBX. */
    EBX(1),
    /** ECX. */
    ECX(2),
    /** EDX. */
    EDX(3);

    private final int position;

    Register(int position) {
      this.position = position;
    }

    /** Its place in a result: 0 to 3. */
    public int position() {
      return position;
    }
  }

  private final int leaf;
  private final int subleaf;
  private final Register register;
  private final int bit;

  CpuFeature(int leaf, int subleaf, Register register, int bit) {
    this.leaf = leaf;
    this.subleaf = subleaf;
    this.register = register;
    this.bit = bit;
  }

  /** The CPUID leaf. */
  public int leaf() {
    return leaf;
  }

  /** The CPUID subleaf. */
  public int subleaf() {
    return subleaf;
  }

  /** The register of the answer. */
  public Register register() {
    return register;
  }

  /** The bit in the register, as a mask. */
  public int mask() {
    return 1 << bit;
  }
}
