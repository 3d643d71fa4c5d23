// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.decoder;

/**
 * How an operand is encoded and how large it is: the notation of SDM volume 2, section A.2, packed
 * into 16 bits. The low byte says where the operand is, the high byte its size.
 */
final class OperandSpec {
  /** Where an operand is encoded: the letters of SDM volume 2, section A.2.1. */
  static final int NONE = 0,
      RM_GENERAL = 1, // E
      REG_GENERAL = 2, // G
      RM_MEMORY = 3, // M
      RM_REGISTER = 4, // R
      OPCODE_GENERAL = 5, // Z in tables A-2 and A-3's explicit register names
      FIXED_AX = 6,
      FIXED_CX = 7,
      FIXED_DX = 8,
      IMMEDIATE = 9, // I, zero-extended
      IMMEDIATE_SIGNED = 10, // I, sign-extended
      ONE = 11,
      RELATIVE = 12, // J
      OFFSET = 13, // O
      STRING_SOURCE = 14, // X
      STRING_DESTINATION = 15, // Y
      FAR = 16, // A
      REG_SEGMENT = 17, // S
      FIXED_SEGMENT = 18, // register number in the size
      REG_CONTROL = 19, // C
      REG_DEBUG = 20, // D
      REG_MMX = 21, // P
      RM_MMX = 22, // Q
      RM_MMX_REGISTER = 23, // N
      REG_XMM = 24, // V
      RM_XMM = 25, // W
      RM_XMM_REGISTER = 26, // U
      ST0 = 27,
      STI = 28,
      VVVV_GENERAL = 29, // B
      VVVV_XMM = 30, // H
      IMMEDIATE_XMM = 31; // L

  /** Sizes that depend on something; smaller values are bytes. */
  static final int SIZE_V = 0x40, // the operand size
      SIZE_Z = 0x41, // the operand size, at most 4
      SIZE_Y = 0x42, // the operand size, at least 4
      SIZE_MODE = 0x43, // 8 in 64-bit mode, else 4
      SIZE_FAR = 0x44, // the operand size and a selector
      SIZE_BOUNDS = 0x45, // twice the operand size
      SIZE_TABLE = 0x46, // a descriptor table register: 10 in 64-bit mode, else 6
      SIZE_V_OR_2 = 0x47, // a register of operand size, or a word in memory
      SIZE_4_OR_1 = 0x48, // a 32-bit register, or a byte in memory
      SIZE_4_OR_2 = 0x49, // a 32-bit register, or a word in memory
      SIZE_X = 0x4A, // the vector length
      SIZE_X_2 = 0x4B, // half of it
      SIZE_X_4 = 0x4C, // a quarter
      SIZE_X_8 = 0x4D; // an eighth

  private OperandSpec() {}

  /** Packs comma-separated operands, the first in the lowest 16 bits. */
  static long parse(String operands) {
    long packed = 0;
    String[] list = operands.split(",", -1);
    for (int i = 0; i < list.length; i++) {
      packed |= (long) one(list[i]) << 16 * i;
    }
    return packed;
  }

  private static int one(String spec) {
    return switch (spec) {
      case "AL" -> FIXED_AX | 1 << 8;
      case "AX" -> FIXED_AX | 2 << 8;
      case "rAX" -> FIXED_AX | SIZE_V << 8;
      case "rAXz" -> FIXED_AX | SIZE_Z << 8;
      case "CL" -> FIXED_CX | 1 << 8;
      case "DX" -> FIXED_DX | 2 << 8;
      case "1" -> ONE | 1 << 8;
      case "Ibs" -> IMMEDIATE_SIGNED | 1 << 8;
      case "Iz" -> IMMEDIATE_SIGNED | SIZE_Z << 8;
      case "Iv" -> IMMEDIATE_SIGNED | SIZE_V << 8;
      case "ES", "CS", "SS", "DS", "FS", "GS" ->
          FIXED_SEGMENT | "ES CS SS DS FS GS".indexOf(spec) / 3 << 8;
      case "ST0" -> ST0 | 10 << 8;
      case "STi" -> STI | 10 << 8;
      default -> place(spec.charAt(0)) | size(spec.substring(1)) << 8;
    };
  }

  private static int place(char letter) {
    return switch (letter) {
      case 'A' -> FAR;
      case 'B' -> VVVV_GENERAL;
      case 'C' -> REG_CONTROL;
      case 'D' -> REG_DEBUG;
      case 'E' -> RM_GENERAL;
      case 'G' -> REG_GENERAL;
      case 'H' -> VVVV_XMM;
      case 'I' -> IMMEDIATE;
      case 'J' -> RELATIVE;
      case 'L' -> IMMEDIATE_XMM;
      case 'M' -> RM_MEMORY;
      case 'N' -> RM_MMX_REGISTER;
      case 'O' -> OFFSET;
      case 'P' -> REG_MMX;
      case 'Q' -> RM_MMX;
      case 'R' -> RM_REGISTER;
      case 'S' -> REG_SEGMENT;
      case 'U' -> RM_XMM_REGISTER;
      case 'V' -> REG_XMM;
      case 'W' -> RM_XMM;
      case 'X' -> STRING_SOURCE;
      case 'Y' -> STRING_DESTINATION;
      case 'Z' -> OPCODE_GENERAL;
      default -> throw new IllegalArgumentException("operand letter " + letter);
    };
  }

  private static int size(String letters) {
    return switch (letters) {
      case "" -> 0;
      case "b" -> 1;
      case "w" -> 2;
      case "d", "ss" -> 4;
      case "q", "sd" -> 8;
      case "t" -> 10;
      case "dq", "ps", "pd" -> 16;
      case "qq" -> 32;
      case "x" -> SIZE_X;
      case "x2" -> SIZE_X_2;
      case "x4" -> SIZE_X_4;
      case "x8" -> SIZE_X_8;
      case "v" -> SIZE_V;
      case "z" -> SIZE_Z;
      case "y" -> SIZE_Y;
      case "m" -> SIZE_MODE;
      case "p" -> SIZE_FAR;
      case "a" -> SIZE_BOUNDS;
      case "s" -> SIZE_TABLE;
      case "vw" -> SIZE_V_OR_2;
      case "db" -> SIZE_4_OR_1;
      case "dw" -> SIZE_4_OR_2;
      default -> throw new IllegalArgumentException("operand size " + letters);
    };
  }

  /** True if one of the packed operands is encoded in a ModRM byte. */
  static boolean needModrm(long packed) {
    for (long rest = packed; rest != 0; rest >>>= 16) {
      switch ((int) rest & 0xFF) {
        case RM_GENERAL,
            REG_GENERAL,
            RM_MEMORY,
            RM_REGISTER,
            REG_SEGMENT,
            REG_CONTROL,
            REG_DEBUG,
            REG_MMX,
            RM_MMX,
            RM_MMX_REGISTER,
            REG_XMM,
            RM_XMM,
            RM_XMM_REGISTER,
            STI -> {
          return true;
        }
        default -> {}
      }
    }
    return false;
  }

  /** True if one of the packed operands is the register that VEX.vvvv names. */
  static boolean useVvvv(long packed) {
    for (long rest = packed; rest != 0; rest >>>= 16) {
      int place = (int) rest & 0xFF;
      if (place == VVVV_GENERAL || place == VVVV_XMM) {
        return true;
      }
    }
    return false;
  }

  /** 0 if ModRM must select memory, 1 if it must select a register, -1 if either will do. */
  static int requiredMod(long packed) {
    for (long rest = packed; rest != 0; rest >>>= 16) {
      switch ((int) rest & 0xFF) {
        case RM_MEMORY -> {
          return 0;
        }
        case RM_REGISTER, RM_MMX_REGISTER, RM_XMM_REGISTER -> {
          return 1;
        }
        default -> {}
      }
    }
    return -1;
  }
}
