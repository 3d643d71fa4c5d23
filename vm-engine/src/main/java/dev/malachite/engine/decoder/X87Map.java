// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.decoder;

/** The escape opcodes D8 to DF (SDM volume 2, section A.5.2), in {@link OpcodeTables}' notation. */
final class X87Map {
  static final String TABLE =
      """
      D8 /0 m: FADD Md | FMUL Md | FCOM Md | FCOMP Md | FSUB Md | FSUBR Md | FDIV Md | FDIVR Md
      D8 /0 r: FADD ST0,STi | FMUL ST0,STi | FCOM ST0,STi | FCOMP ST0,STi
      D8 /4 r: FSUB ST0,STi | FSUBR ST0,STi | FDIV ST0,STi | FDIVR ST0,STi
      D9 /0 m: FLD Md | - | FST Md | FSTP Md | FLDENV M | FLDCW Mw | FNSTENV M | FNSTCW Mw
      D9 =D0: FNOP
      D9 =E0: FCHS | FABS | - | - | FTST | FXAM
      D9 =E8: FLD1 | FLDL2T | FLDL2E | FLDPI | FLDLG2 | FLDLN2 | FLDZ
      D9 =F0: F2XM1 | FYL2X | FPTAN | FPATAN | FXTRACT | FPREM1 | FDECSTP | FINCSTP
      D9 =F8: FPREM | FYL2XP1 | FSQRT | FSINCOS | FRNDINT | FSCALE | FSIN | FCOS
      D9 /0 r: FLD STi | FXCH ST0,STi | - | FSTP STi
      DA /0 m: FIADD Md | FIMUL Md | FICOM Md | FICOMP Md | FISUB Md | FISUBR Md | FIDIV Md
      DA /7 m: FIDIVR Md
      DA =E9: FUCOMPP
      DA /0 r: FCMOVB ST0,STi | FCMOVE ST0,STi | FCMOVBE ST0,STi | FCMOVU ST0,STi
      DB /0 m: FILD Md | FISTTP Md | FIST Md | FISTP Md | - | FLD Mt | - | FSTP Mt
      DB =E0: FNOP | FNOP | FNCLEX | FNINIT | FNOP
      DB /0 r: FCMOVNB ST0,STi | FCMOVNE ST0,STi | FCMOVNBE ST0,STi | FCMOVNU ST0,STi
      DB /5 r: FUCOMI ST0,STi | FCOMI ST0,STi
      DC /0 m: FADD Mq | FMUL Mq | FCOM Mq | FCOMP Mq | FSUB Mq | FSUBR Mq | FDIV Mq | FDIVR Mq
      DC /0 r: FADD STi,ST0 | FMUL STi,ST0 | FCOM ST0,STi | FCOMP ST0,STi
      DC /4 r: FSUBR STi,ST0 | FSUB STi,ST0 | FDIVR STi,ST0 | FDIV STi,ST0
      DD /0 m: FLD Mq | FISTTP Mq | FST Mq | FSTP Mq | FRSTOR M | - | FNSAVE M | FNSTSW Mw
      DD /0 r: FFREE STi | FXCH ST0,STi | FST STi | FSTP STi | FUCOM ST0,STi | FUCOMP ST0,STi
      DE /0 m: FIADD Mw | FIMUL Mw | FICOM Mw | FICOMP Mw | FISUB Mw | FISUBR Mw | FIDIV Mw
      DE /7 m: FIDIVR Mw
      DE =D9: FCOMPP
      DE /0 r: FADDP STi,ST0 | FMULP STi,ST0 | FCOMP ST0,STi
      DE /4 r: FSUBRP STi,ST0 | FSUBP STi,ST0 | FDIVRP STi,ST0 | FDIVP STi,ST0
      DF /0 m: FILD Mw | FISTTP Mw | FIST Mw | FISTP Mw | FBLD Mt | FILD Mq | FBSTP Mt | FISTP Mq
      DF =E0: FNSTSW AX
      DF /0 r: FFREEP STi | FXCH ST0,STi | FSTP STi | FSTP STi | - | FUCOMIP ST0,STi
      DF /6 r: FCOMIP ST0,STi
      """;

  private X87Map() {}
}
