// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import java.util.List;
import java.util.Locale;

/** Instructions of the floating-point unit; undefined condition codes as SDM volume 2 has them. */
final class X87Forms {
  private static final String[] ARITHMETIC = {
    "FADD", "FMUL", "FCOM", "FCOMP", "FSUB", "FSUBR", "FDIV", "FDIVR"
  };

  private static final String REST =
      """
      FLD D9 /0.m m4 x:023 f32
      FST D9 /2.m m4 x:023 f80
      FSTP D9 /3.m m4 x:023 f80
      FLDENV D9 /4.m m28 hook:fldenv f80
      FLDCW D9 /5.m m2 x:0123 hook:fldcw f80
      FNSTENV D9 /6.m m28 x:0123 hook:fstenv f80
      FLDENV 66 D9 /4.m m14 hook:fldenv16 f80
      FNSTENV 66 D9 /6.m m14 x:0123 hook:fstenv16 f80
      FRSTOR 66 DD /4.m m94 hook:fldenv16 f80
      FNSAVE 66 DD /6.m m94 hook:fstenv16 f80
      FNSTCW D9 /7.m m2 x:0123 f80
      FILD DB /0.m m4 x:023 f80
      FISTTP DB /1.m m4 x:023 f80
      FIST DB /2.m m4 x:023 f80
      FISTP DB /3.m m4 x:023 f80
      FLD DB /5.m m10 x:023 f80
      FSTP DB /7.m m10 x:023 f80
      FLD DD /0.m m8 x:023 f64
      FISTTP DD /1.m m8 x:023 f80
      FST DD /2.m m8 x:023 f80
      FSTP DD /3.m m8 x:023 f80
      FRSTOR DD /4.m m108 hook:frstor f80
      FNSAVE DD /6.m m108 hook:fsave f80
      FNSTSW DD /7.m m2 x:0123 f80
      FILD DF /0.m m2 x:023 f80
      FISTTP DF /1.m m2 x:023 f80
      FIST DF /2.m m2 x:023 f80
      FISTP DF /3.m m2 x:023 f80
      FBLD DF /4.m m10 x:023 hook:bcd f80
      FILD DF /5.m m8 x:023 f80
      FBSTP DF /6.m m10 x:023 f80
      FISTP DF /7.m m8 x:023 f80
      FLD D9 C0 +r x:023 f80
      FXCH D9 C8 +r x:023 f80
      FNOP D9 D0 x:0123 f80
      FCHS D9 E0 x:023 f80
      FABS D9 E1 x:023 f80
      FTST D9 E4 f80
      FXAM D9 E5 f80
      FLD1 D9 E8 x:023 f80
      FLDL2T D9 E9 x:023 f80
      FLDL2E D9 EA x:023 f80
      FLDPI D9 EB x:023 f80
      FLDLG2 D9 EC x:023 f80
      FLDLN2 D9 ED x:023 f80
      FLDZ D9 EE x:023 f80
      F2XM1 D9 F0 x:0123 ulp:2 hook:f2xm1 f80
      FYL2X D9 F1 x:0123 ulp:2 f80
      FPTAN D9 F2 x:013 ulp:2 hook:trig f80
      FPATAN D9 F3 x:0123 ulp:2 f80
      FXTRACT D9 F4 x:023 f80
      FPREM1 D9 F5 f80
      FDECSTP D9 F6 x:023 f80
      FINCSTP D9 F7 x:023 f80
      FPREM D9 F8 f80
      FYL2XP1 D9 F9 x:0123 ulp:2 hook:fyl2xp1 f80
      FSQRT D9 FA x:023 f80
      FSINCOS D9 FB x:013 ulp:2 hook:trig f80
      FRNDINT D9 FC x:023 f80
      FSCALE D9 FD x:023 f80
      FSIN D9 FE x:013 ulp:2 hook:trig f80
      FCOS D9 FF x:013 ulp:2 hook:trig f80
      FCMOVB DA C0 +r x:023 f80
      FCMOVE DA C8 +r x:023 f80
      FCMOVBE DA D0 +r x:023 f80
      FCMOVU DA D8 +r x:023 f80
      FUCOMPP DA E9 f80
      FCMOVNB DB C0 +r x:023 f80
      FCMOVNE DB C8 +r x:023 f80
      FCMOVNBE DB D0 +r x:023 f80
      FCMOVNU DB D8 +r x:023 f80
      FNCLEX DB E2 x:0123 f80
      FNINIT DB E3 f80
      FUCOMI DB E8 +r f80
      FCOMI DB F0 +r f80
      FFREE DD C0 +r x:0123 f80
      FFREEP DF C0 +r x:0123 f80
      FST DD D0 +r x:023 f80
      FSTP DD D8 +r x:023 f80
      FUCOM DD E0 +r f80
      FUCOMP DD E8 +r f80
      FCOMPP DE D9 f80
      FNSTSW DF E0 x:0123 f80
      FUCOMIP DF E8 +r f80
      FCOMIP DF F0 +r f80
      FWAIT 9B x:0123 f80
      """;

  private X87Forms() {}

  static List<Form> all() {
    StringBuilder table = new StringBuilder(REST);
    for (int n = 0; n < 8; n++) {
      String name = ARITHMETIC[n];
      String x = n == 2 || n == 3 ? "" : "x:023";
      add(table, "%s D8 /%d.m m4 %s f32", name, n, x);
      add(table, "%s DC /%d.m m8 %s f64", name, n, x);
      add(table, "FI%s DA /%d.m m4 %s f80", name.substring(1), n, x);
      add(table, "FI%s DE /%d.m m2 %s f80", name.substring(1), n, x);
      add(table, "%s D8 %02X +r %s f80", name, 0xC0 + 8 * n, x);
      if (n < 2) {
        add(table, "%s DC %02X +r %s f80", name, 0xC0 + 8 * n, x);
        add(table, "%sP DE %02X +r %s f80", name, 0xC0 + 8 * n, x);
      } else if (n >= 4) {
        // The DC and DE forms have the reversed ones in the other's place.
        add(table, "%s DC %02X +r %s f80", ARITHMETIC[n ^ 1], 0xC0 + 8 * n, x);
        add(table, "%sP DE %02X +r %s f80", ARITHMETIC[n ^ 1], 0xC0 + 8 * n, x);
      }
    }
    return Form.parse("x87", table.toString());
  }

  @SuppressWarnings("AnnotateFormatMethod") // its callers are all here
  private static void add(StringBuilder table, String pattern, Object... values) {
    table.append(String.format(Locale.ROOT, pattern, values)).append('\n');
  }
}
