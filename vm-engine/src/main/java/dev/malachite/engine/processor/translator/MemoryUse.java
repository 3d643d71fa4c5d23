// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;

/**
 * What an instruction does with its operand of kind {@link Kind#MEMORY}; the stack, string elements
 * and other addresses without a ModRM byte of their own are not looked at. All methods may be
 * called from any thread.
 */
public final class MemoryUse {
  private MemoryUse() {}

  /**
   * Bytes accessed from the effective address on: 1 to 64, all of them always. 0 if there are none,
   * or it isn't that simple: a state image, a bit offset from a register, masked or gathered
   * elements.
   */
  public static int bytes(Instruction i) {
    int operand = operand(i);
    if (operand < 0 || Roles.of(i, operand) == Roles.NONE) {
      return 0;
    }
    return switch (i.opcode) {
      case BT, BTC, BTR, BTS -> i.operands[1].kind == Kind.IMMEDIATE ? i.operands[0].size : 0;
      case VMASKMOVPD, VMASKMOVPS, VPMASKMOVD, VPMASKMOVQ -> 0;
      case VGATHERDPD, VGATHERDPS, VGATHERQPD, VGATHERQPS -> 0;
      case VPGATHERDD, VPGATHERDQ, VPGATHERQD, VPGATHERQQ -> 0;
      default -> i.operands[operand].size;
    };
  }

  /** True if the operand's value counts, or it is checked as if it did. */
  public static boolean reads(Instruction i) {
    int operand = operand(i);
    return operand >= 0 && (Roles.of(i, operand) & Roles.READ) != 0;
  }

  /**
   * True if the operand may be written, or is checked as if it were: a compare and exchange that
   * fails, a shift by 0.
   */
  public static boolean writes(Instruction i) {
    int operand = operand(i);
    return operand >= 0 && (Roles.of(i, operand) & Roles.WRITE) != 0;
  }

  /**
   * What the operand's linear address must be a multiple of, lest the instruction raise #GP(0): 1
   * if any will do. Alignment checking (#AC) is apart.
   */
  public static int alignment(Instruction i) {
    int operand = operand(i);
    if (operand < 0) {
      return 1;
    }
    return switch (i.opcode) {
      case CMPXCHG16B, FXSAVE, FXRSTOR -> 16;
      case XRSTOR, XSAVE, XSAVEC, XSAVEOPT -> 64;
      case MOVUPS, MOVUPD, MOVDQU, LDDQU -> 1;
      case PCMPESTRI, PCMPESTRM, PCMPISTRI, PCMPISTRM -> 1;
      case VMOVAPD, VMOVAPS, VMOVDQA -> i.operands[operand].size;
      case VMOVNTDQ, VMOVNTDQA, VMOVNTPD, VMOVNTPS -> i.operands[operand].size;
      default ->
          switch (i.opcode.group()) {
            case SIMD, CRYPTO -> i.operands[operand].size == 16 ? 16 : 1;
            default -> 1;
          };
    };
  }

  private static int operand(Instruction i) {
    for (int n = 0; n < i.operandCount; n++) {
      if (i.operands[n].kind == Kind.MEMORY) {
        return n;
      }
    }
    return -1;
  }
}
