// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import dev.malachite.engine.decoder.VexRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * All VEX encodings that the decoder knows, as forms of the groups avx and bmi. What isn't in the
 * decoder's table is added by name: undefined flags (SDM volume 2), alignment, kinds of data.
 */
final class VexForms {
  private VexForms() {}

  static List<Form> all() {
    List<Form> forms = new ArrayList<>();
    for (VexRows.Row row : VexRows.all()) {
      boolean vector = row.name().startsWith("V");
      forms.addAll(Form.parse(vector ? "avx" : "bmi", line(row)));
    }
    return forms;
  }

  private static String line(VexRows.Row row) {
    StringBuilder line = new StringBuilder(row.name());
    line.append(' ').append(row.prefix()).append(' ').append(row.map());
    line.append(String.format(Locale.ROOT, " %02X vex", row.opcode()));
    String places = places(row.operands());
    if (!row.operands().isEmpty()) {
      boolean memory = row.qualifiers().contains("m") || places.contains("M");
      boolean register = row.qualifiers().contains("r") || places.contains("U");
      line.append(row.digit() < 0 ? " /r" : " /" + row.digit());
      line.append(memory ? ".m" : register ? ".r" : "");
    }
    for (String q : row.qualifiers()) {
      line.append(q.matches("[lw][01]") ? ' ' + q : q.equals("os64") ? " w1" : "");
    }
    if (row.name().matches("VMOVD|VPEXTRD|VPINSRD")) {
      line.append(" w0");
    }
    for (String operand : row.operands()) {
      line.append(operand(row, operand));
    }
    if (row.name().matches("VPS(LL|RL|RA)[WDQ]") && row.digit() < 0) {
      line.append(" hook:vshift");
    }
    return line.append(properties(row.name())).toString();
  }

  private static String places(List<String> operands) {
    StringBuilder letters = new StringBuilder();
    operands.forEach(o -> letters.append(o.charAt(0)));
    return letters.toString();
  }

  private static String operand(VexRows.Row row, String operand) {
    return switch (operand.charAt(0)) {
      case 'H', 'B' -> " h";
      case 'L' -> " is4";
      case 'I' -> immediate(row.name());
      case 'E', 'M', 'W' ->
          switch (operand.substring(1)) {
            case "x", "x2", "x4", "x8" -> " m" + operand.substring(1);
            case "b", "db" -> " m1";
            case "w", "dw" -> " m2";
            case "d", "ss" -> " m4";
            case "q", "sd" -> " m8";
            case "dq" -> " m16";
            case "qq" -> " m32";
            case "y" -> " mw w";
            default -> throw new IllegalArgumentException(operand);
          };
      default -> "";
    };
  }

  private static String immediate(String name) {
    if (name.startsWith("VPCMP")) {
      return " i127";
    }
    return name.startsWith("VROUND") ? " i15" : " ib";
  }

  private static String properties(String name) {
    String data = "";
    if (name.matches(".*[PS]S|VCVTT?[PS]S2.*")) {
      data = " f32";
    }
    if (name.matches(".*[PS]D|VCVTT?[PS]D2.*") && !name.startsWith("VCVTT?[PS]S2.*")) {
      data = " f64";
    }
    if (name.matches("VCVT(DQ|SI|PH)2.*|VMOV.*|VPH?SUBD|VPMAXSD|VPMINSD|V.*SUBSD|VPABSD")) {
      data = name.matches("VSUBSD") ? " f64" : "";
    }
    return data
        + switch (name) {
          case "ANDN", "BLSI", "BLSMSK", "BLSR", "BZHI" -> " u:ap";
          case "BEXTR" -> " u:sap";
          case "VMOVAPS", "VMOVAPD", "VMOVDQA", "VMOVNTPS", "VMOVNTPD", "VMOVNTDQ", "VMOVNTDQA" ->
              " ax";
          case "VRCPPS", "VRCPSS", "VRSQRTPS", "VRSQRTSS" -> " hook:estimate";
          case "VLDMXCSR" -> " hook:ldmxcsr";
          case "VMASKMOVDQU" -> " hook:maskmov";
          case "VPTEST", "VTESTPS", "VTESTPD" -> " hook:ptest";
          case "VPCMPESTRM", "VPCMPESTRI", "VPCMPISTRM", "VPCMPISTRI" -> " hook:pcmpstr";
          default -> name.matches("VP?GATHER.*") ? " hook:gather" : "";
        };
  }
}
