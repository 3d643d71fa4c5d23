// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

/**
 * Writes x86-64 machine code into a buffer (SDM volume 2, chapter 2).
 *
 * <p>Registers are numbers 0 to 15. A memory operand is either a register that holds a host
 * address, or a place in the processor's frame, which GS points to. Labels are numbers; a jump to a
 * label not yet placed is mended when it is. One thread only.
 */
final class Assembler {
  /** Host registers by number. */
  static final int RAX = 0, RCX = 1, RDX = 2, RBX = 3, RSP = 4, RBP = 5, RSI = 6, RDI = 7;

  static final int R8 = 8, R9 = 9, R10 = 10, R11 = 11, R12 = 12, R13 = 13, R14 = 14, R15 = 15;

  /** Opcodes of two-operand arithmetic, to be added to or multiplied as the manual's table says. */
  static final int ADD = 0, OR = 1, ADC = 2, SBB = 3, AND = 4, SUB = 5, XOR = 6, CMP = 7;

  /** Conditions as encoded. */
  static final int BELOW = 2, EQUAL = 4, NOT_EQUAL = 5, ABOVE = 7;

  private static final int UNPLACED = -1;

  private byte[] code = new byte[1 << 16];
  private int size;
  private long base;

  private int[] labelAt = new int[1024];
  private int labels;
  private int[] fixAt = new int[4096];
  private int[] fixLabel = new int[4096];
  private int fixes;

  /** Starts anew: the first byte will be executed at {@code address}. */
  void start(long address) {
    base = address;
    size = 0;
    labels = 0;
    fixes = 0;
  }

  /** Bytes written. */
  int size() {
    return size;
  }

  /** The bytes; only the first {@link #size} count. */
  byte[] code() {
    return code;
  }

  /** Host address of what is written next. */
  long here() {
    return base + size;
  }

  // ---- labels --------------------------------------------------------------------------------

  /** A new label. */
  int label() {
    if (labels == labelAt.length) {
      labelAt = java.util.Arrays.copyOf(labelAt, 2 * labels);
    }
    labelAt[labels] = UNPLACED;
    return labels++;
  }

  /** Puts a label here. */
  void place(int label) {
    labelAt[label] = size;
  }

  /** True if the label has been put somewhere. */
  boolean placed(int label) {
    return labelAt[label] != UNPLACED;
  }

  /** Host address of a label that has been put somewhere. */
  long address(int label) {
    return base + labelAt[label];
  }

  /** Mends the jumps to labels that came later; all labels jumped to must be placed. */
  void finish() {
    for (int i = 0; i < fixes; i++) {
      int at = fixAt[i];
      putInt(at, labelAt[fixLabel[i]] - (at + 4));
    }
    fixes = 0;
  }

  private void reference(int label) {
    if (fixes == fixAt.length) {
      fixAt = java.util.Arrays.copyOf(fixAt, 2 * fixes);
      fixLabel = java.util.Arrays.copyOf(fixLabel, 2 * fixes);
    }
    fixAt[fixes] = size;
    fixLabel[fixes++] = label;
    int32(0);
  }

  // ---- bytes ---------------------------------------------------------------------------------

  void int8(int value) {
    if (size == code.length) {
      code = java.util.Arrays.copyOf(code, 2 * size);
    }
    code[size++] = (byte) value;
  }

  void int32(int value) {
    int8(value);
    int8(value >> 8);
    int8(value >> 16);
    int8(value >> 24);
  }

  void int64(long value) {
    int32((int) value);
    int32((int) (value >>> 32));
  }

  /** Replaces four bytes already written. */
  void mend(int at, int value) {
    putInt(at, value);
  }

  private void putInt(int at, int value) {
    code[at] = (byte) value;
    code[at + 1] = (byte) (value >> 8);
    code[at + 2] = (byte) (value >> 16);
    code[at + 3] = (byte) (value >> 24);
  }

  /** Writes NOPs until {@link #here} plus {@code ahead} is a multiple of {@code alignment}. */
  void align(int alignment, int ahead) {
    int pad = (int) (-(here() + ahead) & alignment - 1);
    while (pad > 0) {
      int piece = Math.min(pad, 9);
      nop(piece);
      pad -= piece;
    }
  }

  /** Pads so that the four bytes {@code ahead} of here don't cross a cache line. */
  void keepInLine(int ahead) {
    int offset = (int) (here() + ahead) & 63;
    if (offset > 60) {
      nop(64 - offset);
    }
  }

  // SDM volume 2, NOP, table 4-12.
  private void nop(int length) {
    switch (length) {
      case 1 -> int8(0x90);
      case 2 -> bytes(0x66, 0x90);
      case 3 -> bytes(0x0F, 0x1F, 0x00);
      case 4 -> bytes(0x0F, 0x1F, 0x40, 0);
      case 5 -> bytes(0x0F, 0x1F, 0x44, 0, 0);
      case 6 -> bytes(0x66, 0x0F, 0x1F, 0x44, 0, 0);
      case 7 -> bytes(0x0F, 0x1F, 0x80, 0, 0, 0, 0);
      case 8 -> bytes(0x0F, 0x1F, 0x84, 0, 0, 0, 0, 0);
      default -> bytes(0x66, 0x0F, 0x1F, 0x84, 0, 0, 0, 0, 0);
    }
  }

  /** Writes bytes as they are. */
  void bytes(int... values) {
    for (int v : values) {
      int8(v);
    }
  }

  // ---- operands ------------------------------------------------------------------------------

  /**
   * Writes prefixes, opcode and operands.
   *
   * @param prefix 0, or a mandatory or operand size prefix: 0x66, 0xF2, 0xF3
   * @param wide REX.W
   * @param opcode one to three bytes, the first one highest: 0x89, 0x0FB6, 0x0F38F0
   * @param reg the register in ModRM.reg, or an opcode extension
   * @param place a register, or a memory operand of {@link #at} or {@link #frame}
   * @param bytes true if a register named 4 to 7 means SPL to DIL
   */
  void op(int prefix, boolean wide, int opcode, int reg, long place, boolean bytes) {
    boolean memory = place >= MEMORY;
    boolean inFrame = place >= FRAME;
    if (inFrame) {
      int8(0x65);
    }
    if (prefix != 0) {
      int8(prefix);
    }
    int index = inFrame ? index(place) : -1;
    int base = inFrame ? 0 : (int) (place & 15);
    int rex = (wide ? 8 : 0) | reg >> 3 << 2 | (index >= 8 ? 2 : 0) | (inFrame ? 0 : base >> 3);
    if (rex != 0 || bytes && (reg >= 4 && reg < 8 || !memory && base >= 4 && base < 8)) {
      int8(0x40 | rex);
    }
    opcode(opcode);
    operand(reg, place);
  }

  // ModRM, SIB and displacement.
  private void operand(int reg, long place) {
    boolean memory = place >= MEMORY;
    boolean inFrame = place >= FRAME;
    int index = inFrame ? index(place) : -1;
    int base = inFrame ? 0 : (int) (place & 15);
    if (inFrame) {
      // ModRM.rm 100 with SIB: base 101 and mod 00 is an absolute address of 32 bits.
      int8((reg & 7) << 3 | 4);
      int8((index < 0 ? 4 : index & 7) << 3 | 5);
      int32((int) place);
    } else if (memory) {
      int displacement = (int) (place >>> 8);
      int mod = displacement == 0 && (base & 7) != RBP ? 0 : fits8(displacement) ? 0x40 : 0x80;
      int8(mod | (reg & 7) << 3 | base & 7);
      if ((base & 7) == RSP) {
        int8(0x24);
      }
      if (mod == 0x40) {
        int8(displacement);
      } else if (mod == 0x80) {
        int32(displacement);
      }
    } else {
      int8(0xC0 | (reg & 7) << 3 | base & 7);
    }
  }

  /**
   * Writes an instruction in VEX encoding, up to its immediate (SDM volume 2, 2.3.5).
   *
   * @param map 1 to 3: 0F, 0F38, 0F3A
   * @param prefix what VEX.pp stands for: 0, 0x66, 0xF2, 0xF3
   * @param wide VEX.W
   * @param length32 VEX.L
   * @param reg the register in ModRM.reg, or an opcode extension
   * @param vvvv the register in VEX.vvvv, 0 if there is none
   * @param place a register, or a memory operand of {@link #at} or {@link #frame}
   */
  void vex(
      int map,
      int prefix,
      boolean wide,
      boolean length32,
      int opcode,
      int reg,
      int vvvv,
      long place) {
    boolean inFrame = place >= FRAME;
    if (inFrame) {
      int8(0x65);
    }
    int base = inFrame ? 0 : (int) (place & 15);
    vexPrefix(reg, base, vvvv, map, prefix, wide, length32);
    int8(opcode);
    operand(reg, place);
  }

  /** The three bytes with which VEX encodings start; there is no index register. */
  void vexPrefix(int reg, int base, int vvvv, int map, int prefix, boolean wide, boolean length32) {
    int implied =
        switch (prefix) {
          case 0x66 -> 1;
          case 0xF3 -> 2;
          case 0xF2 -> 3;
          default -> 0;
        };
    int8(0xC4);
    int8((reg < 8 ? 0x80 : 0) | 0x40 | (base < 8 ? 0x20 : 0) | map);
    int8((wide ? 0x80 : 0) | (~vvvv & 15) << 3 | (length32 ? 4 : 0) | implied);
  }

  private void opcode(int opcode) {
    if (opcode > 0xFFFF) {
      int8(opcode >> 16);
    }
    if (opcode > 0xFF) {
      int8(opcode >> 8);
    }
    int8(opcode);
  }

  private static final long MEMORY = 1L << 60;
  private static final long FRAME = 2L << 60;

  /** The memory a register points to. */
  static long at(int register) {
    return MEMORY | register;
  }

  /** Memory a distance from where a register points to. */
  static long at(int register, int displacement) {
    return MEMORY | (displacement & 0xFFFF_FFFFL) << 8 | register;
  }

  /** A place in the frame. */
  static long frame(int offset) {
    return FRAME | offset & 0xFFFF_FFFFL;
  }

  /** A place in the frame, a register's value further on. */
  static long frame(int offset, int index) {
    return FRAME | (long) (index + 1) << 32 | offset & 0xFFFF_FFFFL;
  }

  private static int index(long place) {
    return (int) (place >>> 32 & 31) - 1;
  }

  /** True for a memory operand. */
  static boolean isMemory(long place) {
    return place >= MEMORY;
  }

  static boolean fits8(long value) {
    return value == (byte) value;
  }

  static boolean fits32(long value) {
    return value == (int) value;
  }

  // ---- instructions --------------------------------------------------------------------------

  /** An instruction whose byte form is {@code opcode} and whose larger forms the next one. */
  void sized(int size, int opcode, int reg, long place) {
    op(size == 2 ? 0x66 : 0, size == 8, size == 1 ? opcode : opcode + 1, reg, place, size == 1);
  }

  /** Moves 8 bytes from register to register. */
  void move(int to, int from) {
    if (to != from) {
      op(0, true, 0x8B, to, from, false);
    }
  }

  /** Moves 4 bytes from register to register, and clears the upper half. */
  void move32(int to, int from) {
    op(0, false, 0x8B, to, from, false);
  }

  /** Loads a register of 4 or 8 bytes. */
  void load(int size, int to, long from) {
    op(0, size == 8, 0x8B, to, from, false);
  }

  /** Loads zero-extended. */
  void loadZero(int size, int to, long from) {
    switch (size) {
      case 1 -> op(0, false, 0x0FB6, to, from, true);
      case 2 -> op(0, false, 0x0FB7, to, from, false);
      default -> load(size, to, from);
    }
  }

  /** Stores a register of 1, 2, 4 or 8 bytes. */
  void store(int size, long to, int from) {
    sized(size, 0x88, from, to);
  }

  /** Stores a sign-extended immediate of 4 bytes in a place of 4 or 8. */
  void storeImmediate(int size, long to, int value) {
    op(0, size == 8, 0xC7, 0, to, false);
    int32(value);
  }

  /** Sets a register to a constant. */
  void constant(int register, long value) {
    if (value >>> 32 == 0) {
      if (register >= 8) {
        int8(0x41);
      }
      int8(0xB8 | register & 7);
      int32((int) value);
    } else if (fits32(value)) {
      op(0, true, 0xC7, 0, register, false);
      int32((int) value);
    } else {
      int8(0x48 | register >> 3);
      int8(0xB8 | register & 7);
      int64(value);
    }
  }

  /** Two-operand arithmetic, destination a register. */
  void arithmetic(int size, int operation, int to, long from) {
    sized(size, operation << 3 | 2, to, from);
  }

  /** Two-operand arithmetic with a sign-extended immediate. */
  void arithmeticImmediate(int size, int operation, long to, int value) {
    if (size == 1) {
      sized(1, 0x80, operation, to);
      int8(value);
    } else if (fits8(value)) {
      op(size == 2 ? 0x66 : 0, size == 8, 0x83, operation, to, false);
      int8(value);
    } else {
      op(size == 2 ? 0x66 : 0, size == 8, 0x81, operation, to, false);
      if (size == 2) {
        int8(value);
        int8(value >> 8);
      } else {
        int32(value);
      }
    }
  }

  /** Shifts right by a constant. */
  void shiftRight(int size, int register, int count) {
    op(0, size == 8, 0xC1, 5, register, false);
    int8(count);
  }

  /** Shifts left by a constant. */
  void shiftLeft(int size, int register, int count) {
    op(0, size == 8, 0xC1, 4, register, false);
    int8(count);
  }

  /**
   * LEA with base, index and displacement.
   *
   * @param size 4 or 8
   * @param base a register or -1
   * @param index a register or -1
   */
  void lea(int size, int to, int base, int index, int shift, int displacement) {
    int rex = (size == 8 ? 8 : 0) | to >> 3 << 2 | (index >= 8 ? 2 : 0) | (base >= 8 ? 1 : 0);
    if (rex != 0) {
      int8(0x40 | rex);
    }
    int8(0x8D);
    if (base < 0) {
      int8((to & 7) << 3 | 4);
      int8(shift << 6 | (index < 0 ? 4 : index & 7) << 3 | 5);
      int32(displacement);
      return;
    }
    int mod = displacement == 0 && (base & 7) != RBP ? 0 : fits8(displacement) ? 0x40 : 0x80;
    if (index < 0 && (base & 7) != RSP) {
      int8(mod | (to & 7) << 3 | base & 7);
    } else {
      int8(mod | (to & 7) << 3 | 4);
      int8(shift << 6 | (index < 0 ? 4 : index & 7) << 3 | base & 7);
    }
    if (mod == 0x40) {
      int8(displacement);
    } else if (mod == 0x80) {
      int32(displacement);
    }
  }

  /** Jumps to a label. */
  void jump(int label) {
    int8(0xE9);
    reference(label);
  }

  /** Jumps to a label on a condition. */
  void jumpIf(int condition, int label) {
    int8(0x0F);
    int8(0x80 | condition);
    reference(label);
  }

  /** Jumps to a host address within reach. */
  void jumpTo(long address) {
    int8(0xE9);
    int32((int) (address - (here() + 4)));
  }

  /** Calls a host address within reach. */
  void call(long address) {
    int8(0xE8);
    int32((int) (address - (here() + 4)));
  }

  /** Jumps to a host address within reach on a condition. */
  void jumpToIf(int condition, long address) {
    int8(0x0F);
    int8(0x80 | condition);
    int32((int) (address - (here() + 4)));
  }

  /** Jumps where a place in memory or a register says. */
  void jumpIndirect(long place) {
    op(0, false, 0xFF, 4, place, false);
  }

  void push(int register) {
    if (register >= 8) {
      int8(0x41);
    }
    int8(0x50 | register & 7);
  }

  void pop(int register) {
    if (register >= 8) {
      int8(0x41);
    }
    int8(0x58 | register & 7);
  }

  void ret() {
    int8(0xC3);
  }
}
