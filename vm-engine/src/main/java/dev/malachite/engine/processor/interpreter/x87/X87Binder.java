// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.x87;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** Binds the instructions of the floating-point unit (opcodes D8 to DF, and 9B). */
public final class X87Binder {
  private X87Binder() {}

  /**
   * The operation of an instruction.
   *
   * @param address its memory operand, or null if it has none
   * @return null if the instruction isn't of this group
   */
  public static @Nullable Operation bind(Instruction i, @Nullable Address address) {
    int code = (i.opcodeByte & 7) << 8 | i.modrm;
    return switch (i.opcode) {
      case FADD,
          FADDP,
          FIADD,
          FMUL,
          FMULP,
          FIMUL,
          FSUB,
          FSUBP,
          FISUB,
          FSUBR,
          FSUBRP,
          FISUBR,
          FDIV,
          FDIVP,
          FIDIV,
          FDIVR,
          FDIVRP,
          FIDIVR ->
          ArithmeticOperations.bind(i, address, code);
      case FLD, FILD, FBLD, FLD1, FLDL2T, FLDL2E, FLDPI, FLDLG2, FLDLN2, FLDZ ->
          LoadOperations.bind(i, address, code);
      case FST, FSTP, FIST, FISTP, FISTTP, FBSTP -> StoreOperations.bind(i, address, code);
      case FCOM,
          FCOMP,
          FCOMPP,
          FICOM,
          FICOMP,
          FUCOM,
          FUCOMP,
          FUCOMPP,
          FCOMI,
          FCOMIP,
          FUCOMI,
          FUCOMIP,
          FTST,
          FXAM ->
          CompareOperations.bind(i, address, code);
      case FXCH,
          FCMOVB,
          FCMOVE,
          FCMOVBE,
          FCMOVU,
          FCMOVNB,
          FCMOVNE,
          FCMOVNBE,
          FCMOVNU,
          FFREE,
          FFREEP,
          FINCSTP,
          FDECSTP,
          FCHS,
          FABS,
          FNOP ->
          RegisterOperations.bind(i, code);
      case FSQRT,
          FRNDINT,
          F2XM1,
          FSIN,
          FCOS,
          FSCALE,
          FPREM,
          FPREM1,
          FYL2X,
          FYL2XP1,
          FPATAN,
          FXTRACT,
          FPTAN,
          FSINCOS ->
          FunctionOperations.bind(i, code);
      case FNINIT, FNCLEX, FLDCW, FNSTCW, FNSTSW, FWAIT -> X87Control.bind(i, address, code);
      case FNSTENV, FLDENV, FNSAVE, FRSTOR ->
          EnvironmentOperations.bind(i, required(address), code);
      default -> null;
    };
  }

  static Address required(@Nullable Address address) {
    if (address == null) {
      throw new IllegalArgumentException("an instruction without its memory operand");
    }
    return address;
  }
}
