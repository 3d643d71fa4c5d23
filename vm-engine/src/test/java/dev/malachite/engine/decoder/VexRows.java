// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.decoder;

import java.util.ArrayList;
import java.util.List;

/** The decoder's tables of VEX encodings, which its own tests hold against objdump, as a list. */
public final class VexRows {
  /**
   * One encoding.
   *
   * @param name the mnemonic
   * @param map 0F, 0F 38 or 0F 3A
   * @param prefix 66, F2, F3 or empty
   * @param opcode the opcode byte
   * @param digit ModRM.reg, or -1
   * @param qualifiers those of the row: l0, w1, m, …
   * @param operands as in the SDM's appendix A
   */
  public record Row(
      String name,
      String map,
      String prefix,
      int opcode,
      int digit,
      List<String> qualifiers,
      List<String> operands) {}

  private VexRows() {}

  /** All of them. */
  public static List<Row> all() {
    List<Row> rows = new ArrayList<>();
    parse("0F", VexMaps.TABLE_0F, rows);
    parse("0F 38", VexMaps.TABLE_38 + VexMaps.fusedMultiplyAdd(), rows);
    parse("0F 3A", VexMaps.TABLE_3A, rows);
    return rows;
  }

  private static void parse(String map, String table, List<Row> rows) {
    for (String line : table.lines().toList()) {
      int colon = line.indexOf(':');
      List<String> head = List.of(line.substring(0, colon).trim().split(" ", -1));
      int opcode = Integer.parseInt(head.getFirst(), 16);
      String prefix =
          head.get(1).equals("np") ? "" : head.get(1).toUpperCase(java.util.Locale.ROOT);
      int digit = -1;
      for (String word : head) {
        digit = word.startsWith("/") ? Integer.parseInt(word.substring(1)) : digit;
      }
      String[] cells = line.substring(colon + 1).split("\\|", -1);
      for (int i = 0; i < cells.length; i++) {
        String[] words = cells[i].trim().split(" ", -1);
        if (!words[0].equals("-")) {
          rows.add(
              new Row(
                  words[0],
                  map,
                  prefix,
                  digit < 0 ? opcode + i : opcode,
                  digit < 0 ? -1 : digit + i,
                  head.subList(2, head.size()),
                  words.length > 1 ? List.of(words[1].split(",", -1)) : List.of()));
        }
      }
    }
  }
}
