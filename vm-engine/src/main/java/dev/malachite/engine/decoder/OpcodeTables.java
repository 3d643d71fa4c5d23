// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.decoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The opcode maps, parsed once from their textual form into flat arrays that the {@link Decoder}
 * looks instructions up in.
 *
 * <p>A map is written as the SDM prints it, a row to the line: {@code START QUALIFIERS: CELL | CELL
 * | …}. START is an opcode byte; the cells are those of the bytes that follow one another, or with
 * the qualifier {@code /N} the values of ModRM.reg from N on, or with {@code =XX} the ModRM bytes
 * from XX on. {@code START-END} gives the same cell to a range of opcodes. A cell is a mnemonic,
 * operands in the notation of SDM volume 2, section A.2 (extended where it leaves sizes open), and
 * properties; {@code -} stands for an unassigned one. Where several cells apply, the first wins.
 *
 * <p>Further qualifiers, which hold for the whole row: {@code np 66 f3 f2} the mandatory prefix (a
 * row without one takes any prefix), {@code m} and {@code r} the memory and the register form,
 * {@code os16 os32 os64} the effective operand size, {@code only64} and {@code no64} the mode,
 * {@code w0 w1 l0 l1} VEX.W and VEX.L. Properties of a cell: the same modes, {@code lock} if a LOCK
 * prefix is allowed, {@code d64} and {@code f64} for a default or forced operand size of 64 bits in
 * 64-bit mode, {@code mod3} if ModRM.mod is not looked at, {@code v3} if processors of the
 * x86-64-v2 level have it not, {@code vsib} if the index of the memory operand is a vector.
 *
 * <p>Maps 0 to 3 are those of legacy encodings, 5 to 7 those of VEX, as VEX.mmmmm counts them from
 * 1.
 */
final class OpcodeTables {
  /** Properties of an entry: bits of {@link #flags}. */
  static final int LOCKABLE = 1,
      DEFAULT_64 = 2,
      FORCED_64 = 4,
      MOD_IGNORED = 8,
      LEVEL_3 = 16,
      VECTOR_INDEX = 32,
      USES_VVVV = 64;

  /** What selects among the cells of an opcode: bits of {@link #shape}. */
  static final int BY_PREFIX = 1, BY_MODE = 2, BY_SIZE = 4, BY_MOD = 8, BY_REG = 16, BY_RM = 32;

  /** A ModRM byte follows the opcode: bit of {@link #shape}. */
  static final int HAS_MODRM = 64;

  /** More of what selects: VEX.W and VEX.L. */
  static final int BY_W = 128, BY_L = 256;

  /** How many maps there are, and which is the one before the first of VEX. */
  static final int MAPS = 8, VEX_MAP = 4;

  /** Prefixes as {@link #BY_PREFIX} counts them. */
  static final int PREFIX_NONE = 0, PREFIX_66 = 1, PREFIX_F3 = 2, PREFIX_F2 = 3;

  /** By map * 256 + opcode byte: what the position in {@link #cells} is made of. */
  static final short[] shape = new short[MAPS * 256];

  /** By map * 256 + opcode byte: the first of the opcode's cells. */
  static final int[] start = new int[MAPS * 256];

  /** Entry numbers; 0 is the invalid opcode. */
  static final short[] cells;

  /** By entry number. */
  static final Opcode[] opcodes;

  /** By entry number: properties. */
  static final byte[] flags;

  /** By entry number: four operands of 16 bits, the first lowest, as {@link OperandSpec} packs. */
  static final long[] operands;

  private record Entry(
      Opcode opcode,
      long operands,
      int flags,
      int prefix,
      int mode,
      int size,
      int mod,
      int reg,
      int rm,
      int w,
      int l) {
    boolean matches(
        int byPrefix, int byMode, int bySize, int byMod, int byReg, int byRm, int byW, int byL) {
      return (prefix < 0 || prefix == byPrefix)
          && (mode < 0 || mode == byMode)
          && (size < 0 || size == bySize)
          && (mod < 0 || mod == byMod)
          && (reg < 0 || reg == byReg)
          && (rm < 0 || rm == byRm)
          && (w < 0 || w == byW)
          && (l < 0 || l == byL);
    }

    int shape() {
      return (prefix < 0 ? 0 : BY_PREFIX)
          | (mode < 0 ? 0 : BY_MODE)
          | (size < 0 ? 0 : BY_SIZE)
          | (mod < 0 ? 0 : BY_MOD | HAS_MODRM)
          | (reg < 0 ? 0 : BY_REG | HAS_MODRM)
          | (rm < 0 ? 0 : BY_RM | HAS_MODRM)
          | (w < 0 ? 0 : BY_W)
          | (l < 0 ? 0 : BY_L)
          | ((flags & MOD_IGNORED) != 0 || OperandSpec.needModrm(operands) ? HAS_MODRM : 0);
    }
  }

  private static final Entry INVALID =
      new Entry(Opcode.INVALID, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1);

  static {
    List<List<Entry>> byOpcode = new ArrayList<>();
    for (int i = 0; i < MAPS * 256; i++) {
      byOpcode.add(new ArrayList<>());
    }
    parse(0, OneByteMap.TABLE, byOpcode);
    parse(0, X87Map.TABLE, byOpcode);
    parse(1, TwoByteMap.TABLE, byOpcode);
    parse(2, ThreeByteMaps.TABLE_38, byOpcode);
    parse(3, ThreeByteMaps.TABLE_3A, byOpcode);
    parse(VEX_MAP + 1, VexMaps.TABLE_0F, byOpcode);
    parse(VEX_MAP + 2, VexMaps.TABLE_38, byOpcode);
    parse(VEX_MAP + 2, VexMaps.fusedMultiplyAdd(), byOpcode);
    parse(VEX_MAP + 3, VexMaps.TABLE_3A, byOpcode);

    List<Entry> all = new ArrayList<>();
    Map<Entry, Integer> numbers = new HashMap<>();
    number(INVALID, numbers, all);
    short[] laidOut = new short[1];
    int used = 1;
    for (int i = 0; i < MAPS * 256; i++) {
      List<Entry> entries = byOpcode.get(i);
      int s = 0;
      for (Entry e : entries) {
        s |= e.shape();
      }
      shape[i] = (short) s;
      if (entries.isEmpty()) {
        continue;
      }
      start[i] = used;
      int count = cellCount(s);
      laidOut = Arrays.copyOf(laidOut, used + count);
      for (int cell = 0; cell < count; cell++) {
        laidOut[used + cell] = (short) number(match(entries, s, cell), numbers, all);
      }
      used += count;
    }
    cells = laidOut;
    opcodes = new Opcode[all.size()];
    flags = new byte[all.size()];
    operands = new long[all.size()];
    for (int i = 0; i < all.size(); i++) {
      opcodes[i] = all.get(i).opcode;
      flags[i] = (byte) all.get(i).flags;
      operands[i] = all.get(i).operands;
    }
  }

  private OpcodeTables() {}

  private static int cellCount(int s) {
    return ((s & BY_PREFIX) != 0 ? 4 : 1)
        * ((s & BY_MODE) != 0 ? 2 : 1)
        * ((s & BY_SIZE) != 0 ? 4 : 1)
        * ((s & BY_MOD) != 0 ? 2 : 1)
        * ((s & BY_REG) != 0 ? 8 : 1)
        * ((s & BY_RM) != 0 ? 8 : 1)
        * ((s & BY_W) != 0 ? 2 : 1)
        * ((s & BY_L) != 0 ? 2 : 1);
  }

  /**
   * The position of an instruction among its opcode's cells.
   *
   * @param mode64 0 or 1
   * @param size operand size: 0, 1, 2 for 16, 32, 64 bits
   * @param vex VEX.W in bit 1, VEX.L in bit 0
   */
  static int cell(int shape, int prefix, int mode64, int size, int modrm, int vex) {
    int cell = 0;
    if ((shape & BY_PREFIX) != 0) {
      cell = prefix;
    }
    if ((shape & BY_MODE) != 0) {
      cell = cell << 1 | mode64;
    }
    if ((shape & BY_SIZE) != 0) {
      cell = cell << 2 | size;
    }
    if ((shape & BY_MOD) != 0) {
      cell = cell << 1 | (modrm >= 0xC0 ? 1 : 0);
    }
    if ((shape & BY_REG) != 0) {
      cell = cell << 3 | modrm >> 3 & 7;
    }
    if ((shape & BY_RM) != 0) {
      cell = cell << 3 | modrm & 7;
    }
    if ((shape & BY_W) != 0) {
      cell = cell << 1 | vex >> 1;
    }
    if ((shape & BY_L) != 0) {
      cell = cell << 1 | vex & 1;
    }
    return cell;
  }

  // The reverse of cell(): which entry the cell at a position belongs to.
  private static Entry match(List<Entry> entries, int s, int cell) {
    int rest = cell;
    int l = rest & 1;
    rest = (s & BY_L) != 0 ? rest >> 1 : rest;
    int w = rest & 1;
    rest = (s & BY_W) != 0 ? rest >> 1 : rest;
    int rm = rest & 7;
    rest = (s & BY_RM) != 0 ? rest >> 3 : rest;
    int reg = rest & 7;
    rest = (s & BY_REG) != 0 ? rest >> 3 : rest;
    int mod = rest & 1;
    rest = (s & BY_MOD) != 0 ? rest >> 1 : rest;
    int size = rest & 3;
    rest = (s & BY_SIZE) != 0 ? rest >> 2 : rest;
    int mode = rest & 1;
    rest = (s & BY_MODE) != 0 ? rest >> 1 : rest;
    int prefix = rest & 3;
    for (Entry e : entries) {
      if (e.matches(prefix, mode, size, mod, reg, rm, w, l)) {
        return e;
      }
    }
    return INVALID;
  }

  private static int number(Entry entry, Map<Entry, Integer> numbers, List<Entry> all) {
    Integer known = numbers.get(entry);
    if (known == null) {
      known = all.size();
      numbers.put(entry, known);
      all.add(entry);
    }
    return known;
  }

  // ---- parsing -------------------------------------------------------------------------------

  private static void parse(int map, String table, List<List<Entry>> byOpcode) {
    for (String line : table.lines().toList()) {
      int colon = line.indexOf(':');
      String[] head = line.substring(0, colon).trim().split(" ", -1);
      int from = Integer.parseInt(head[0].substring(0, 2), 16);
      int to = head[0].length() > 2 ? Integer.parseInt(head[0].substring(3), 16) : from;
      String[] row = line.substring(colon + 1).split("\\|", -1);
      for (int i = 0; i < row.length; i++) {
        String[] words = row[i].trim().split(" ", -1);
        if (words[0].equals("-")) {
          continue;
        }
        boolean group = line.substring(0, colon).matches(".*[/=].*");
        for (int opcode = from; opcode <= to; opcode++) {
          byOpcode.get(map << 8 | (group ? opcode : opcode + i)).add(entry(head, words, i));
        }
      }
    }
  }

  private static Entry entry(String[] head, String[] words, int column) {
    int prefix = -1;
    int mode = -1;
    int size = -1;
    int mod = -1;
    int reg = -1;
    int rm = -1;
    int w = -1;
    int l = -1;
    for (int i = 1; i < head.length; i++) {
      String word = head[i];
      switch (word) {
        case "np" -> prefix = PREFIX_NONE;
        case "66" -> prefix = PREFIX_66;
        case "f3" -> prefix = PREFIX_F3;
        case "f2" -> prefix = PREFIX_F2;
        case "os16" -> size = 0;
        case "os32" -> size = 1;
        case "os64" -> size = 2;
        case "m" -> mod = 0;
        case "r" -> mod = 1;
        case "no64" -> mode = 0;
        case "only64" -> mode = 1;
        case "w0" -> w = 0;
        case "w1" -> w = 1;
        case "l0" -> l = 0;
        case "l1" -> l = 1;
        default -> {
          if (word.startsWith("/")) {
            reg = Integer.parseInt(word.substring(1)) + column;
          } else {
            int modrm = Integer.parseInt(word.substring(1), 16) + column;
            mod = 1;
            reg = modrm >> 3 & 7;
            rm = modrm & 7;
          }
        }
      }
    }
    long specs = 0;
    int properties = 0;
    for (int i = 1; i < words.length; i++) {
      switch (words[i]) {
        case "lock" -> properties |= LOCKABLE;
        case "d64" -> properties |= DEFAULT_64;
        case "f64" -> properties |= FORCED_64;
        case "mod3" -> properties |= MOD_IGNORED;
        case "v3" -> properties |= LEVEL_3;
        case "vsib" -> properties |= VECTOR_INDEX;
        case "no64" -> mode = 0;
        case "only64" -> mode = 1;
        default -> specs = OperandSpec.parse(words[i]);
      }
    }
    if (mod < 0 && (properties & MOD_IGNORED) == 0) {
      mod = OperandSpec.requiredMod(specs);
    }
    if (OperandSpec.useVvvv(specs)) {
      properties |= USES_VVVV;
    }
    Opcode opcode = Opcode.valueOf(words[0]);
    return new Entry(opcode, specs, properties, prefix, mode, size, mod, reg, rm, w, l);
  }
}
