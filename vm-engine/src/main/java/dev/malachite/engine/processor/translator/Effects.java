// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;

/**
 * Which arithmetic flags an instruction reads, writes and certainly overwrites (SDM volume 2,
 * "Flags Affected" of each).
 *
 * <p>A flag that is left as it was for some values of the operands (a shift by CL, which may be 0)
 * is read as well as written, and not killed. A flag the manual calls undefined is killed if it
 * changes on real processors, and not even written if they all leave it alone. All facts are those
 * of an execution that completes; the direction flag is nobody's here. All methods may be called
 * from any thread.
 */
public final class Effects {
  /** Carry. */
  public static final int CF = 1;

  /** Parity. */
  public static final int PF = 4;

  /** Auxiliary carry. */
  public static final int AF = 0x10;

  /** Zero. */
  public static final int ZF = 0x40;

  /** Sign. */
  public static final int SF = 0x80;

  /** Overflow. */
  public static final int OF = 0x800;

  /** All six. */
  public static final int ALL = CF | PF | AF | ZF | SF | OF;

  private static final int LOW = ALL & ~OF;

  private Effects() {}

  /** Flags the result may depend on, and those that may be left although they may be written. */
  public static int flagsRead(Instruction i) {
    return switch (i.opcode) {
      case JCC, SETCC, CMOVCC -> condition(i.condition());
      case ADC, SBB, CMC, SALC, ADCX, FCMOVB, FCMOVNB -> CF;
      case ADOX -> OF;
      case AAA, AAS -> AF;
      case DAA, DAS -> AF | CF;
      case LOOPE, LOOPNE, FCMOVE, FCMOVNE -> ZF;
      case FCMOVBE, FCMOVNBE -> CF | ZF;
      case FCMOVU, FCMOVNU -> PF;
      case RCL, RCR -> hasCount(i) ? CF : CF | OF;
      case ROL, ROR -> hasCount(i) ? 0 : CF | OF;
      case SHL, SHR, SAR, SHLD, SHRD -> hasCount(i) ? 0 : ALL;
      case CMPS, SCAS -> i.rep || i.repne ? ALL : 0;
      case LAHF -> LOW;
      case PUSHF, SYSCALL -> ALL;
      default -> writes(i) == UNKNOWN ? ALL : 0;
    };
  }

  /**
   * Flags that may be different afterwards, be it only because the manual leaves them undefined.
   */
  public static int flagsWritten(Instruction i) {
    int written = writes(i);
    return written == UNKNOWN ? ALL : written;
  }

  /** Flags that do not depend on what they were before: a subset of {@link #flagsWritten}. */
  public static int flagsKilled(Instruction i) {
    return switch (i.opcode) {
      case SHL, SHR, SAR, SHLD, SHRD, ROL, ROR, RCL, RCR -> hasCount(i) ? writes(i) : 0;
      case CMPS, SCAS -> i.rep || i.repne ? 0 : ALL;
      case SYSCALL -> 0;
      default -> {
        int written = writes(i);
        yield written == UNKNOWN ? 0 : written;
      }
    };
  }

  /**
   * Flags a condition looks at.
   *
   * @param condition 0 to 15, as {@link Instruction#condition()}
   */
  public static int condition(int condition) {
    return switch (condition >> 1) {
      case 0 -> OF;
      case 1 -> CF;
      case 2 -> ZF;
      case 3 -> CF | ZF;
      case 4 -> SF;
      case 5 -> PF;
      case 6 -> SF | OF;
      default -> SF | OF | ZF;
    };
  }

  // True if the count of a shift or rotation is known not to be 0.
  private static boolean hasCount(Instruction i) {
    Instruction.Operand count = i.operands[i.operandCount - 1];
    return count.kind == Kind.IMMEDIATE && (count.value & (i.operands[0].size == 8 ? 63 : 31)) != 0;
  }

  private static final int UNKNOWN = -1;

  private static int writes(Instruction i) {
    return switch (i.opcode) {
      case ADC, ADD, AND, CMP, CMPXCHG, NEG, OR, SBB, SUB, TEST, XADD, XOR -> ALL;
      case MUL, IMUL, DIV, IDIV -> ALL;
      case AAA, AAD, AAM, AAS, DAA, DAS -> ALL;
      case BSF, BSR, LZCNT, TZCNT, POPCNT -> ALL;
      case ANDN, BEXTR, BLSI, BLSMSK, BLSR, BZHI -> ALL;
      case SHL, SHR, SAR, SHLD, SHRD -> ALL;
      case CMPS, SCAS -> ALL;
      case POPF, IRET, RSM, SYSCALL, SYSRET -> ALL;
      case RDRAND, RDSEED -> ALL;
      case COMISD, COMISS, UCOMISD, UCOMISS, PTEST -> ALL;
      case PCMPESTRI, PCMPESTRM, PCMPISTRI, PCMPISTRM -> ALL;
      case VCOMISD, VCOMISS, VUCOMISD, VUCOMISS, VPTEST, VTESTPD, VTESTPS -> ALL;
      case VPCMPESTRI, VPCMPESTRM, VPCMPISTRI, VPCMPISTRM -> ALL;
      case FCOMI, FCOMIP, FUCOMI, FUCOMIP -> ALL;
      case INC, DEC -> ALL & ~CF;
      case SAHF -> LOW;
      case ROL, ROR, RCL, RCR -> CF | OF;
      case ADCX, CLC, CMC, STC -> CF;
      case ADOX -> OF;
      case BT, BTC, BTR, BTS -> CF;
      case CMPXCHG16B, CMPXCHG8B -> ZF;
      case ARPL, LAR, LSL, VERR, VERW -> ZF;
      case BOUND, BSWAP, CALL, CBW, CDQ, CDQE, CLD, CLFLUSH, CLFLUSHOPT, CMOVCC, CQO, CRC32 -> 0;
      case CWD, CWDE, ENDBR32, ENDBR64, ENTER, JCC, JCXZ, JMP, LAHF, LEA, LEAVE, LFENCE, LODS -> 0;
      case LOOP, LOOPE, LOOPNE, MFENCE, MOV, MOVBE, MOVNTI, MOVS, MOVSX, MOVSXD, MOVZX, MULX -> 0;
      case NOP, NOT, PAUSE, PDEP, PEXT, POP, POPA, PREFETCH, PREFETCHW, PUSH, PUSHA, RET -> 0;
      case RORX, SALC, SARX, SETCC, SFENCE, SHLX, SHRX, STD, STOS, XCHG, XLAT -> 0;
      case CLAC, CLI, CLTS, CPUID, HLT, IN, INS, INVD, INVLPG, INVPCID, LDS, LES, LFS, LGDT -> 0;
      case LGS, LIDT, LLDT, LMSW, LSS, LTR, MONITOR, MOV_CR, MOV_DR, MOV_SEG, MWAIT, OUT -> 0;
      case OUTS, POP_SEG, PUSHF, PUSH_SEG, RDFSBASE, RDGSBASE, RDMSR, RDPMC, RDTSC, RDTSCP -> 0;
      case SGDT, SIDT, SLDT, SMSW, STAC, STI, STR, SWAPGS, WBINVD, WRFSBASE, WRGSBASE, WRMSR -> 0;
      default ->
          switch (i.opcode.group()) {
            case X87, SIMD, CRYPTO, AVX -> 0;
            case INTEGER, SYSTEM -> UNKNOWN;
          };
    };
  }
}
