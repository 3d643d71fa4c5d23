// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;

/**
 * Which vector instructions of the guest the host's processor can execute as they are, and what of
 * their encoding has to be kept. All methods may be called from any thread.
 */
public final class Reencoding {
  private Reencoding() {}

  /**
   * True if the host does exactly what the guest's processor would: with the guest's values in the
   * registers named and implied, its control bits in MXCSR with all exceptions masked, and a plain
   * base register for the address of the memory operand. Such an instruction touches general and
   * XMM registers, arithmetic flags, the memory operand and status bits of MXCSR only. Whether the
   * host has the extension it belongs to is another question.
   *
   * <p>For encodings without VEX; see {@link #reencodableVex}.
   */
  public static boolean reencodable(Instruction i) {
    return switch (i.opcode) {
      case EMMS, FXRSTOR, FXSAVE, LDMXCSR, MASKMOVDQU, MASKMOVQ, STMXCSR, XGETBV, XRSTOR -> false;
      case XSAVE, XSAVEC, XSAVEOPT, XSETBV, RDRAND, RDSEED, CVTPI2PD, CVTPI2PS -> false;
      default ->
          switch (i.opcode.group()) {
            case SIMD, CRYPTO -> !hasMmx(i);
            default -> false;
          };
    };
  }

  /** As {@link #reencodable}, for VEX encodings, with YMM registers in place of XMM. */
  public static boolean reencodableVex(Instruction i) {
    return switch (i.opcode) {
      case VLDMXCSR, VSTMXCSR, VMASKMOVDQU, VMASKMOVPD, VMASKMOVPS, VPMASKMOVD, VPMASKMOVQ -> false;
      case VGATHERDPD, VGATHERDPS, VGATHERQPD, VGATHERQPS, VPGATHERDD, VPGATHERDQ -> false;
      case VPGATHERQD, VPGATHERQQ -> false;
      default ->
          switch (i.opcode.group()) {
            case AVX -> true;
            default -> false;
          };
    };
  }

  /**
   * The prefix without which the opcode means something else: 0, 0x66, 0xF2 or 0xF3; for VEX
   * encodings the one that VEX.pp stands for. A prefix 66 that selects the operand size isn't one.
   */
  public static int mandatoryPrefix(Instruction i) {
    if (i.vex) {
      return i.prefix;
    }
    return switch (i.opcode) {
      case ENDBR32, ENDBR64, PAUSE, POPCNT, TZCNT, LZCNT, ADOX -> 0xF3;
      case RDFSBASE, RDGSBASE, WRFSBASE, WRGSBASE -> 0xF3;
      case CRC32 -> 0xF2;
      case ADCX, CLFLUSHOPT, INVPCID -> 0x66;
      case RDRAND, RDSEED -> 0;
      default ->
          switch (i.opcode.group()) {
            case SIMD, CRYPTO -> i.prefix;
            default -> 0;
          };
    };
  }

  /**
   * Which operand ModRM.rm (with SIB and displacement) encodes: its position, -1 if none. Not
   * known, and -1, for x87 and system instructions.
   */
  public static int rmOperand(Instruction i) {
    int opcode = i.opcodeByte;
    return switch (i.opcode.group()) {
      case SYSTEM, X87 -> -1;
      case INTEGER ->
          switch (i.map) {
            case 0 -> rmOfOneByte(opcode);
            case 1 -> rmOfTwoBytes(i);
            case 2 ->
                switch (i.opcode) {
                  case ANDN, MULX, PDEP, PEXT -> 2;
                  case MOVBE -> opcode & 1 ^ 1;
                  default -> 1;
                };
            default -> 1;
          };
      case SIMD, CRYPTO, AVX -> rmOfVector(i);
    };
  }

  /**
   * Which operand ModRM.reg encodes: its position, -1 if none, as where those bits are part of the
   * opcode. Not known, and -1, for x87 and system instructions.
   */
  public static int regOperand(Instruction i) {
    int rm = rmOperand(i);
    if (rm < 0) {
      return -1;
    }
    switch (i.opcode) {
      case RCL, RCR, ROL, ROR, SAR, SHL, SHR, BLSI, BLSMSK, BLSR -> {
        return -1;
      }
      default -> {}
    }
    if (i.map == 1 && i.opcodeByte >= 0x71 && i.opcodeByte <= 0x73) {
      return -1;
    }
    int reg = rm != 0 ? 0 : i.vex && i.operandCount == 3 && isRegister(i, 2) ? 2 : 1;
    return reg < i.operandCount && isRegister(i, reg) ? reg : -1;
  }

  /** Which operand VEX.vvvv encodes: its position, -1 if none. */
  public static int vvvvOperand(Instruction i) {
    if (!i.vex) {
      return -1;
    }
    int rm = rmOperand(i);
    int reg = regOperand(i);
    // The operand behind those three, if it is a register, is in an immediate byte.
    for (int n = 0; n < Math.min(i.operandCount, 3); n++) {
      if (n != rm && n != reg && isRegister(i, n)) {
        return n;
      }
    }
    return -1;
  }

  private static int rmOfOneByte(int opcode) {
    if (opcode < 0x40) {
      return (opcode & 7) < 4 ? opcode >> 1 & 1 : -1;
    }
    return switch (opcode) {
      case 0x62, 0x63, 0x69, 0x6B, 0x8A, 0x8B, 0x8D -> 1;
      case 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8F -> 0;
      case 0xC0, 0xC1, 0xC6, 0xC7, 0xD0, 0xD1, 0xD2, 0xD3, 0xF6, 0xF7, 0xFE, 0xFF -> 0;
      default -> -1;
    };
  }

  private static int rmOfTwoBytes(Instruction i) {
    return switch (i.opcode) {
      case NOP, PREFETCH, PREFETCHW, CLFLUSH, CLFLUSHOPT, SETCC, MOVNTI -> 0;
      case BT, BTC, BTR, BTS, SHLD, SHRD, CMPXCHG, CMPXCHG8B, CMPXCHG16B, XADD -> 0;
      case CMOVCC, IMUL, MOVZX, MOVSX, BSF, BSR, TZCNT, LZCNT, POPCNT -> 1;
      default -> -1;
    };
  }

  private static int rmOfVector(Instruction i) {
    switch (i.opcode) {
      case EMMS, XGETBV, XSETBV, VZEROALL, VZEROUPPER -> {
        return -1;
      }
      default -> {}
    }
    for (int n = 0; n < i.operandCount; n++) {
      if (i.operands[n].kind == Kind.MEMORY) {
        return n;
      }
    }
    int last = i.operandCount - 1;
    if (i.operands[last].kind == Kind.IMMEDIATE) {
      last--;
    }
    int opcode = i.opcodeByte;
    boolean stores =
        switch (i.map) {
          case 1 ->
              opcode == 0x11
                  || opcode == 0x29
                  || opcode == 0x7E && i.prefix != 0xF3
                  || opcode == 0x7F
                  || opcode == 0xD6 && i.prefix == 0x66;
          case 3 ->
              opcode >= 0x14 && opcode <= 0x17
                  || opcode == 0x19
                  || opcode == 0x1D
                  || opcode == 0x39;
          default -> false;
        };
    if (stores) {
      return 0;
    }
    boolean registerInImmediate = i.vex && i.map == 3 && opcode >= 0x4A && opcode <= 0x4C;
    return registerInImmediate ? last - 1 : last;
  }

  private static boolean isRegister(Instruction i, int operand) {
    return switch (i.operands[operand].kind) {
      case GENERAL, HIGH_BYTE, MMX, XMM, YMM -> true;
      default -> false;
    };
  }

  private static boolean hasMmx(Instruction i) {
    for (int n = 0; n < i.operandCount; n++) {
      if (i.operands[n].kind == Kind.MMX) {
        return true;
      }
    }
    return false;
  }
}
