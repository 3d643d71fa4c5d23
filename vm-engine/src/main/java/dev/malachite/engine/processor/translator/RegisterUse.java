// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Operand;
import dev.malachite.engine.decoder.Opcode;

/**
 * Which general registers an instruction reads and writes, named or not: bit n stands for register
 * n.
 *
 * <p>A register of which a part is kept, or that may be left as it was, is read as well as written;
 * so one that is written and not read is overwritten whatever happens. All facts are those of an
 * execution that completes. All methods may be called from any thread.
 */
public final class RegisterUse {
  private static final int RAX = 1;
  private static final int RCX = 1 << 1;
  private static final int RDX = 1 << 2;
  private static final int RBX = 1 << 3;
  private static final int RSP = 1 << 4;
  private static final int RBP = 1 << 5;
  private static final int RDI = 1 << 7;
  private static final int R11 = 1 << 11;
  private static final int OLD_EIGHT = 0xFF;
  private static final int ALL = 0xFFFF;

  private RegisterUse() {}

  /** Registers whose values count, those of the address included. */
  public static int registersRead(Instruction i) {
    int read = implicitlyRead(i);
    for (int n = 0; n < i.operandCount; n++) {
      Operand o = i.operands[n];
      switch (o.kind) {
        case GENERAL -> {
          int role = Roles.of(i, n);
          if ((role & Roles.READ) != 0 || role == Roles.WRITE && o.size < 4) {
            read |= 1 << o.register;
          }
        }
        case HIGH_BYTE -> {
          if (Roles.of(i, n) != Roles.NONE) {
            read |= 1 << o.register;
          }
        }
        case STRING -> read |= 1 << o.register;
        case MEMORY -> read |= i.opcode == Opcode.NOP ? 0 : address(i);
        default -> {}
      }
    }
    return read;
  }

  /** Registers that may be different afterwards. */
  public static int registersWritten(Instruction i) {
    int written = implicitlyWritten(i);
    for (int n = 0; n < i.operandCount; n++) {
      Operand o = i.operands[n];
      boolean writes =
          switch (o.kind) {
            case GENERAL, HIGH_BYTE -> (Roles.of(i, n) & Roles.WRITE) != 0;
            case STRING -> true;
            default -> false;
          };
      if (writes) {
        written |= 1 << o.register;
      }
    }
    return written;
  }

  private static int address(Instruction i) {
    int registers = i.base == Instruction.NO_REGISTER ? 0 : 1 << i.base;
    return i.index == Instruction.NO_REGISTER || i.vectorIndex
        ? registers
        : registers | 1 << i.index;
  }

  private static int implicitlyRead(Instruction i) {
    return switch (i.opcode) {
      case MUL -> RAX | wordHigh(i);
      case IMUL -> i.operandCount == 1 ? RAX | wordHigh(i) : 0;
      case DIV, IDIV -> i.operands[0].size == 1 ? RAX : RAX | RDX;
      case AAA, AAD, AAM, AAS, CBW, CDQ, CDQE, CMPXCHG, CQO, CWDE, DAA, DAS, LAHF, SAHF -> RAX;
      case SALC -> RAX;
      case CWD -> RAX | RDX;
      case CMPXCHG8B, CMPXCHG16B -> RAX | RBX | RCX | RDX;
      case JCXZ, LOOP, LOOPE, LOOPNE, RDMSR, RDPMC, XGETBV -> RCX;
      case CMPS, INS, LODS, MOVS, OUTS, SCAS, STOS -> i.rep || i.repne ? RCX : 0;
      case XLAT -> RAX | RBX;
      case MULX -> RDX;
      case PUSHA -> OLD_EIGHT;
      case POPA -> i.operandSize == 2 ? OLD_EIGHT : RSP;
      case CALL, POP, POPF, POP_SEG, PUSH, PUSHF, PUSH_SEG, RET -> RSP;
      case ENTER, LEAVE -> RSP | RBP;
      case CPUID -> RAX | RCX;
      case MONITOR, WRMSR, XSETBV -> RAX | RCX | RDX;
      case MWAIT -> RAX | RCX;
      case SYSEXIT -> RCX | RDX;
      case SYSRET -> RCX | R11;
      case XRSTOR, XSAVE, XSAVEC, XSAVEOPT -> RAX | RDX;
      case PCMPESTRI, PCMPESTRM, VPCMPESTRI, VPCMPESTRM -> RAX | RDX;
      case MASKMOVDQU, MASKMOVQ, VMASKMOVDQU -> RDI;
      default -> unknown(i) ? ALL : 0;
    };
  }

  private static int implicitlyWritten(Instruction i) {
    return switch (i.opcode) {
      case MUL, DIV, IDIV -> i.operands[0].size == 1 ? RAX : RAX | RDX;
      case IMUL -> i.operandCount > 1 ? 0 : i.operands[0].size == 1 ? RAX : RAX | RDX;
      case AAA, AAD, AAM, AAS, CBW, CDQE, CMPXCHG, CWDE, DAA, DAS, LAHF, SALC, XLAT -> RAX;
      case CDQ, CQO, CWD -> RDX;
      case CMPXCHG8B, CMPXCHG16B, RDMSR, RDPMC, RDTSC, XGETBV -> RAX | RDX;
      case RDTSCP -> RAX | RCX | RDX;
      case CPUID -> RAX | RBX | RCX | RDX;
      case LOOP, LOOPE, LOOPNE -> RCX;
      case CMPS, INS, LODS, MOVS, OUTS, SCAS, STOS -> i.rep || i.repne ? RCX : 0;
      case POPA -> OLD_EIGHT;
      case CALL, POP, POPF, POP_SEG, PUSH, PUSHA, PUSHF, PUSH_SEG, RET -> RSP;
      case SYSENTER, SYSEXIT -> RSP;
      case ENTER, LEAVE -> RSP | RBP;
      case SYSCALL -> RCX | R11;
      case PCMPESTRI, PCMPISTRI, VPCMPESTRI, VPCMPISTRI -> RCX;
      default -> unknown(i) ? ALL : 0;
    };
  }

  // A product of words leaves the rest of RDX, one of bytes does not touch it.
  private static int wordHigh(Instruction i) {
    return i.operands[0].size == 2 ? RDX : 0;
  }

  // Those that may do anything: switch tasks, call the hypervisor, end in an exception.
  private static boolean unknown(Instruction i) {
    return switch (i.opcode) {
      case CALL_FAR, ICEBP, INT, INT3, INTO, INVALID, IRET, JMP_FAR, RET_FAR, RSM, UD0 -> true;
      case UD1, UD2, VMCALL, VMMCALL -> true;
      default -> false;
    };
  }
}
