// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;

/** What an instruction does with each of its operands: read it, write it, both or neither. */
final class Roles {
  /** Neither, as with the operand of NOP. */
  static final int NONE = 0;

  /** Its value counts. */
  static final int READ = 1;

  /** It gets a value. */
  static final int WRITE = 2;

  /** Both, or it may be left as it was. */
  static final int READ_WRITE = READ | WRITE;

  private Roles() {}

  /**
   * What happens to an operand.
   *
   * @param number its position among {@link Instruction#operands}
   */
  static int of(Instruction i, int number) {
    if (number == 0) {
      return first(i);
    }
    return switch (i.opcode) {
      case XCHG, XADD -> READ_WRITE;
      case MULX -> number == 1 ? WRITE : READ;
      case LEA, NOP -> NONE;
      case VMASKMOVPD, VMASKMOVPS, VPMASKMOVD, VPMASKMOVQ -> READ;
      case VGATHERDPD, VGATHERDPS, VGATHERQPD, VGATHERQPS -> number == 2 ? READ_WRITE : READ;
      case VPGATHERDD, VPGATHERDQ, VPGATHERQD, VPGATHERQQ -> number == 2 ? READ_WRITE : READ;
      default -> READ;
    };
  }

  private static int first(Instruction i) {
    return switch (i.opcode.group()) {
      case INTEGER -> integer(i);
      case SYSTEM -> system(i);
      case X87 -> x87(i);
      case SIMD, CRYPTO, AVX -> vector(i);
    };
  }

  private static int integer(Instruction i) {
    return switch (i.opcode) {
      case NOP, PREFETCH, PREFETCHW -> NONE;
      case BOUND, BT, CALL, CLFLUSH, CLFLUSHOPT, CMP, DIV, IDIV, JMP, MUL, PUSH, SCAS, TEST -> READ;
      case ANDN, BEXTR, BLSI, BLSMSK, BLSR, BZHI, LEA, LZCNT, MOV, MOVBE, MOVNTI, MOVS -> WRITE;
      case MOVSX, MOVSXD, MOVZX, MULX, PDEP, PEXT, POP, POPCNT, RORX, SARX, SETCC, SHLX -> WRITE;
      case SHRX, STOS, TZCNT -> WRITE;
      case LODS -> i.rep || i.repne ? READ_WRITE : WRITE;
      case IMUL ->
          switch (i.operandCount) {
            case 1 -> READ;
            case 2 -> READ_WRITE;
            default -> WRITE;
          };
      default -> READ_WRITE;
    };
  }

  private static int system(Instruction i) {
    return switch (i.opcode) {
      case INVLPG -> NONE;
      case CALL_FAR, INVPCID, JMP_FAR, LGDT, LIDT, LLDT, LMSW, LTR, OUT, OUTS, VERR, VERW -> READ;
      case WRFSBASE, WRGSBASE -> READ;
      case IN, INS, LDS, LES, LFS, LGS, LSS, MOV_CR, MOV_DR, MOV_SEG, RDFSBASE, RDGSBASE -> WRITE;
      case SGDT, SIDT, SLDT, SMSW, STR -> WRITE;
      default -> READ_WRITE;
    };
  }

  private static int x87(Instruction i) {
    if (i.operandCount > 0 && i.operands[0].kind == Kind.X87) {
      return READ_WRITE;
    }
    return switch (i.opcode) {
      case FBSTP, FIST, FISTP, FISTTP, FNSAVE, FNSTCW, FNSTENV, FNSTSW, FST, FSTP -> WRITE;
      default -> READ;
    };
  }

  // Of vector registers it only says that they are involved.
  private static int vector(Instruction i) {
    return switch (i.opcode) {
      case FXRSTOR, LDMXCSR, VLDMXCSR, XRSTOR -> READ;
      case XSAVE, XSAVEC, XSAVEOPT -> READ_WRITE;
      default ->
          switch (i.operands[0].kind) {
            case GENERAL, MEMORY -> WRITE;
            default -> READ_WRITE;
          };
    };
  }
}
