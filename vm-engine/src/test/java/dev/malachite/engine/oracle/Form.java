// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One encoding of an instruction, as one line of a table tells it, with what the generator must
 * respect and the comparison must forgive.
 *
 * <p>A line is the mnemonic, the opcode's bytes (a mandatory prefix first), then words:
 *
 * <pre>
 * +r                   a register in the opcode's low bits
 * /r /0../7 [.m .r]    ModRM with any or this reg field; .m memory only, .r register only
 * m0 m1 .. m512        bytes of the memory operand; mv operand size; mw 4 or 8 by REX.W;
 *                      mq 8, or 2 with 66
 * aN                   the memory operand's alignment
 * v                    operand size 2, 4 or 8 by prefixes; w 4 or 8; q 8 or 2; absent: fixed
 * ib iw iz iv          immediates; i0..iN: one byte from 0 to N
 * rel8 relz            a jump's displacement
 * lock rep             the prefix is allowed
 * u:oszapc             flags the manual leaves undefined
 * x:0123               x87 condition codes the manual leaves undefined
 * ulp:N                ST(0) and ST(1) may differ by N units in the last place
 * f32 f64 f80          what the operands hold: floating-point numbers
 * hook:name            see CaseGenerator
 * vex                  a VEX encoding; with it:
 * h                    VEX.vvvv names a register
 * l0 l1 w0 w1          VEX.L and VEX.W; absent: any
 * mx mx2 mx4 mx8       bytes of the memory operand: the vector's, half of them, …
 * ax                   the memory operand is aligned to the vector's length
 * is4                  a register in the immediate byte
 * </pre>
 *
 * @param group integer, x87, mmx, sse, …
 * @param prefix mandatory prefix or 0
 * @param digit ModRM reg field: 0 to 7, -1 any, -2 no ModRM
 * @param memory bytes of the memory operand; -1 mv, -2 mw, -3 mq
 * @param sizes v, w, q or a space
 * @param vex null for legacy encodings
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Form(
    String group,
    String name,
    int prefix,
    int[] opcode,
    boolean registerInOpcode,
    int digit,
    boolean memoryAllowed,
    boolean registerAllowed,
    int memory,
    int alignment,
    char sizes,
    String immediate,
    boolean lock,
    boolean rep,
    int undefinedFlags,
    int undefinedConditions,
    int ulps,
    String data,
    String hook,
    @Nullable Vex vex) {

  /**
   * What VEX encodings add.
   *
   * @param vvvv true if VEX.vvvv names a register
   * @param l VEX.L, or -1 for any
   * @param w VEX.W, or -1 for any
   */
  record Vex(boolean vvvv, int l, int w) {}

  /** {@link #memory} of operands whose size is that of the vector, and of parts of it. */
  static final int VECTOR = -4, HALF = -5, QUARTER = -6, EIGHTH = -7;

  /** {@link #alignment} to the length of the vector. */
  static final int BY_VECTOR = -1;

  static List<Form> parse(String group, String table) {
    List<Form> forms = new ArrayList<>();
    for (String line : table.lines().toList()) {
      if (!line.isBlank()) {
        forms.add(parseLine(group, line.strip()));
      }
    }
    return Collections.unmodifiableList(forms);
  }

  private static Form parseLine(String group, String line) {
    String[] words = line.split("\\s+", -1);
    int at = 1;
    List<Integer> bytes = new ArrayList<>();
    while (at < words.length && words[at].matches("[0-9A-F]{2}")) {
      bytes.add(Integer.parseInt(words[at++], 16));
    }
    int prefix = 0;
    if (bytes.size() > 1
        && (bytes.get(0) == 0x66 || bytes.get(0) == 0xF2 || bytes.get(0) == 0xF3)) {
      prefix = bytes.removeFirst();
    }
    Words w = new Words();
    for (; at < words.length; at++) {
      w.word(words[at], line);
    }
    return new Form(
        group,
        words[0],
        prefix,
        bytes.stream().mapToInt(b -> b).toArray(),
        w.plus,
        w.digit,
        w.digit != -2 && w.memoryAllowed,
        w.digit != -2 && w.registerAllowed,
        w.memory,
        w.alignment,
        w.sizes,
        w.immediate,
        w.lock,
        w.rep,
        w.undefined,
        w.conditions,
        w.ulps,
        w.data,
        w.hook,
        w.vex ? new Vex(w.vvvv, w.l, w.w) : null);
  }

  boolean hasModrm() {
    return digit != -2;
  }

  boolean hook(String name) {
    return hook.equals(name);
  }

  @Override
  public String toString() {
    StringBuilder s = new StringBuilder(group).append(' ').append(name);
    if (vex != null) {
      s.append(" vex");
    }
    if (prefix != 0) {
      s.append(String.format(Locale.ROOT, " %02X", prefix));
    }
    for (int b : opcode) {
      s.append(String.format(Locale.ROOT, " %02X", b));
    }
    return digit >= 0 ? s.append(" /").append(digit).toString() : s.toString();
  }

  /** What the words of a line say. */
  private static final class Words {
    boolean plus;
    int digit = -2;
    boolean memoryAllowed = true;
    boolean registerAllowed = true;
    int memory;
    int alignment = 1;
    char sizes = ' ';
    String immediate = "";
    boolean lock;
    boolean rep;
    int undefined;
    int conditions;
    int ulps;
    String data = "";
    String hook = "";
    boolean vex;
    boolean vvvv;
    int l = -1;
    int w = -1;

    void word(String word, String line) {
      if (word.startsWith("/")) {
        digit = word.charAt(1) == 'r' ? -1 : word.charAt(1) - '0';
        registerAllowed = !word.endsWith(".m");
        memoryAllowed = !word.endsWith(".r");
      } else if (word.startsWith("u:")) {
        undefined = flags(word.substring(2));
      } else if (word.startsWith("x:")) {
        for (int i = 2; i < word.length(); i++) {
          char c = word.charAt(i);
          conditions |= c == '3' ? 0x4000 : 0x100 << c - '0';
        }
      } else if (word.startsWith("ulp:")) {
        ulps = Integer.parseInt(word.substring(4));
      } else if (word.startsWith("hook:")) {
        hook = word.substring(5);
      } else if (word.matches("m\\d+")) {
        memory = Integer.parseInt(word.substring(1));
      } else if (word.matches("a\\d+")) {
        alignment = Integer.parseInt(word.substring(1));
      } else if (word.matches("ib|iw|iz|iv|is4|i\\d+|rel8|relz|moffs|enter")) {
        immediate = word;
      } else {
        switch (word) {
          case "+r" -> plus = true;
          case "mv" -> memory = -1;
          case "mw" -> memory = -2;
          case "mq" -> memory = -3;
          case "v", "w", "q" -> sizes = word.charAt(0);
          case "vex" -> vex = true;
          case "h" -> vvvv = true;
          case "l0", "l1" -> l = word.charAt(1) - '0';
          case "w0", "w1" -> w = word.charAt(1) - '0';
          case "mx" -> memory = VECTOR;
          case "mx2" -> memory = HALF;
          case "mx4" -> memory = QUARTER;
          case "mx8" -> memory = EIGHTH;
          case "ax" -> alignment = BY_VECTOR;
          case "lock" -> lock = true;
          case "rep" -> rep = true;
          case "f32", "f64", "f80" -> data = word;
          default -> throw new IllegalArgumentException(word + " in: " + line);
        }
      }
    }

    private static int flags(String letters) {
      int mask = 0;
      for (int i = 0; i < letters.length(); i++) {
        char c = letters.charAt(i);
        mask |=
            switch (c) {
              case 'o' -> 0x800;
              case 's' -> 0x80;
              case 'z' -> 0x40;
              case 'a' -> 0x10;
              case 'p' -> 4;
              case 'c' -> 1;
              default -> throw new IllegalArgumentException("flag " + c);
            };
      }
      return mask;
    }
  }
}
