// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Instruction.Operand;
import dev.malachite.engine.decoder.Opcode;

/** Which instructions are translated; the interpreter executes the others. */
final class Support {
  private static final int CS = 1, FS = 4;

  private Support() {}

  /** True if translated code executes the instruction itself in this mode. */
  static boolean translatable(Instruction i, int mode) {
    if (i.hasMemory() && !addressable(i, mode)) {
      return false;
    }
    boolean wide = (mode & Mode.WIDE) != 0;
    int stack = wide ? 8 : 4;
    return switch (i.opcode) {
      case ADD, OR, ADC, SBB, AND, SUB, XOR, CMP, TEST, MOV -> true;
      case MOVZX, MOVSX -> true;
      case MOVSXD, MOVNTI -> !high(i);
      case XCHG, XADD, CMPXCHG, INC, DEC, NOT, NEG -> !high(i);
      case SHL, SHR, SAR, ROL, ROR, RCL, RCR, SHLD, SHRD -> !high(i) && !byNothing(i);
      case IMUL, MUL -> !high(i);
      case DIV, IDIV -> i.operandSize >= 4 && i.operands[i.operandCount - 1].size >= 4;
      case CBW, CWDE, CDQE, CWD, CDQ, CQO -> true;
      case SETCC -> !high(i);
      case CMOVCC -> true;
      case BT, BTS, BTR, BTC -> !i.hasMemory() || i.addressSize == (wide ? 8 : 4);
      case BSF, BSR, POPCNT, TZCNT, LZCNT, ADCX, ADOX, MOVBE -> true;
      case ANDN, BEXTR, BLSI, BLSMSK, BLSR, BZHI -> true;
      case MULX, PDEP, PEXT, RORX, SARX, SHLX, SHRX -> true;
      case BSWAP -> i.operandSize >= 4;
      case CRC32 -> !high(i);
      case LEA -> i.operandSize >= 4;
      case PUSH -> i.operandSize == stack;
      case POP -> i.operandSize == stack && i.operands[0].kind == Kind.GENERAL;
      case LEAVE -> i.operandSize == stack;
      case CALL, RET -> i.operandSize == stack;
      case JMP -> i.operandSize == stack || i.operands[0].kind == Kind.RELATIVE && wide;
      case JCC -> wide || i.operandSize == 4;
      case JCXZ, LOOP -> (wide || i.operandSize == 4) && i.addressSize >= 4;
      case NOP, ENDBR32, ENDBR64, PREFETCH, PREFETCHW, PAUSE -> true;
      case LFENCE, MFENCE, SFENCE -> true;
      case CLC, STC, CMC, CLD, STD -> true;
      case CLI, STAC, CLAC -> (mode & 3) != Mode.USER;
      case RDTSC, RDTSCP -> true;
      case RDFSBASE, RDGSBASE, WRFSBASE, WRGSBASE -> (mode & Mode.BASES) != 0;
      case STI, SWAPGS -> wide && (mode & 3) != Mode.USER;
      case SYSRET -> wide && (mode & 3) != Mode.USER && i.operandSize == 8;
      case SYSCALL -> wide && (mode & 3) == Mode.USER;
      case POPF -> wide && i.operandSize == 8 && (mode & 3) != Mode.USER;
      case PUSHF -> wide && i.operandSize == 8;
      case LAHF, SAHF -> true;
      case MOV_SEG -> wide && i.operands[1].kind == Kind.SEGMENT && !i.hasMemory();
      case CMPXCHG8B, CMPXCHG16B -> true;
      case STOS, MOVS -> wide && (i.rep || i.repne) && i.segment < FS && i.addressSize == 8;
      default -> vector(i, mode);
    };
  }

  private static boolean vector(Instruction i, int mode) {
    if ((mode & Mode.SSE) == 0) {
      return false;
    }
    if (i.hasMemory() && MemoryUse.bytes(i) == 0) {
      return false;
    }
    if (i.vex) {
      return (mode & Mode.AVX) != 0 && Reencoding.reencodableVex(i) && !clearing(i, mode);
    }
    return Reencoding.reencodable(i) && !high(i);
  }

  // Outside 64-bit code these leave the registers alone that only 64-bit code has.
  private static boolean clearing(Instruction i, int mode) {
    return (mode & Mode.WIDE) == 0
        && (i.opcode == Opcode.VZEROALL || i.opcode == Opcode.VZEROUPPER);
  }

  private static boolean addressable(Instruction i, int mode) {
    if (i.addressSize == 2 || i.vectorIndex) {
      return false;
    }
    if ((mode & Mode.WIDE) != 0) {
      return true;
    }
    return i.segment < FS && i.segment != CS;
  }

  private static boolean high(Instruction i) {
    for (int n = 0; n < i.operandCount; n++) {
      if (i.operands[n].kind == Kind.HIGH_BYTE) {
        return true;
      }
    }
    return false;
  }

  // A shift or rotation by an immediate that is 0 once masked, or one of 8 or 16 bits whose flags
  // depend on a count beyond the operand's size.
  private static boolean byNothing(Instruction i) {
    Operand count = i.operands[i.operandCount - 1];
    if (count.kind != Kind.IMMEDIATE) {
      return false;
    }
    return (count.value & (i.operands[0].size == 8 ? 63 : 31)) == 0;
  }

  /** True for what changes which pages supervisor code may use. */
  static boolean changesMode(Instruction i) {
    return i.opcode == Opcode.STAC || i.opcode == Opcode.CLAC;
  }

  /** The access kind behind SYSCALL, which clears AC where it is translated. */
  static int callAccess(int mode) {
    return (mode & Mode.SMAP) != 0 ? Mode.SUPERVISOR_NO_USER : Mode.SUPERVISOR;
  }

  /** The mode behind an instruction of {@link #changesMode}. */
  static int modeAfter(Instruction i, int mode) {
    if ((mode & Mode.SMAP) == 0) {
      return mode;
    }
    int access = i.opcode == Opcode.STAC ? Mode.SUPERVISOR : Mode.SUPERVISOR_NO_USER;
    return mode & ~3 | access;
  }

  /**
   * Flags the instruction's translation needs as they are before it, whoever reads those after it:
   * unlike {@link Effects#flagsRead} without flags that are merely passed on.
   */
  static int flagsConsumed(Instruction i) {
    return switch (i.opcode) {
      case SHL, SHR, SAR, ROL, ROR, SHLD, SHRD -> 0;
      case RCL, RCR -> Effects.CF;
      default -> Effects.flagsRead(i);
    };
  }

  /** True if flags may pass through the instruction unchanged, although it may also write them. */
  static boolean passesFlags(Instruction i) {
    return switch (i.opcode) {
      case SHL, SHR, SAR, ROL, ROR, RCL, RCR, SHLD, SHRD ->
          i.operands[i.operandCount - 1].kind != Kind.IMMEDIATE;
      default -> false;
    };
  }
}
