// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.decoder;

/**
 * One decoded instruction. Reused by whoever drives the {@link Decoder}; bind what you need before
 * decoding the next.
 */
public final class Instruction {
  /** What it does. */
  public Opcode opcode = Opcode.INVALID;

  /** Bytes, 1 to 15. */
  public int length;

  /** Opcode map: 0 one-byte, 1 0F, 2 0F 38, 3 0F 3A. */
  public int map;

  /** The opcode byte within its map. */
  public int opcodeByte;

  /** The ModRM byte; 0 if there is none. */
  public int modrm;

  /** Effective operand size in bytes: 2, 4 or 8. */
  public int operandSize;

  /** Effective address size in bytes: 2, 4 or 8. */
  public int addressSize;

  /** Default size of the code segment it was decoded for: 2, 4 or 8. */
  public int codeSize;

  /** LOCK prefix. */
  public boolean lock;

  /** REP or REPE prefix (F3) that is not part of the opcode. */
  public boolean rep;

  /** REPNE prefix (F2) that is not part of the opcode. */
  public boolean repne;

  /**
   * The prefix that counts for the opcode maps: 0xF2 or 0xF3, the last of them, else 0x66, else 0.
   * For VEX encodings the one that VEX.pp stands for.
   */
  public int prefix;

  /** REX.W or VEX.W, as encoded. */
  public boolean rexW;

  /** True for VEX encodings. */
  public boolean vex;

  /** Bytes of a vector: 16, or 32 for a VEX encoding with L set, even where that is ignored. */
  public int vexLength;

  /**
   * True if {@link #index} is a vector register, as of the gathering instructions: an XMM or YMM
   * register, each of whose elements makes an address.
   */
  public boolean vectorIndex;

  /** How many of {@link #operands} count. */
  public int operandCount;

  /** The operands, in the order of the Intel manual: destination first. Always 4 objects. */
  public final Operand[] operands = {new Operand(), new Operand(), new Operand(), new Operand()};

  /** Memory operand: position of the base register, {@link #NO_REGISTER} for none. */
  public int base;

  /** Memory operand: position of the index register, {@link #NO_REGISTER} for none. */
  public int index;

  /** Memory operand: 0 to 3, the index register counts 1, 2, 4, 8 times. */
  public int shift;

  /**
   * Memory operand: displacement, sign-extended. RIP-relative ones count from the next instruction.
   */
  public long displacement;

  /** Memory operand: true if relative to the next instruction. */
  public boolean ripRelative;

  /**
   * Segment register of the memory operand (also of string sources and XLAT), defaults and override
   * prefixes applied: 0 to 5. In 64-bit mode overrides other than FS and GS are ignored, and the
   * default is still SS for stack-based addresses, which tells stack faults apart.
   */
  public int segment;

  /** VEX: the bits W, R, X and B as a REX prefix has them. */
  int rex;

  /** VEX: the register that VEX.vvvv names. */
  int vvvv;

  /** No base or no index register. */
  public static final int NO_REGISTER = 16;

  /** One operand. */
  public static final class Operand {
    /** What kind it is. */
    public Kind kind = Kind.NONE;

    /** Register number where the kind is a register. */
    public int register;

    /** Bytes: 1, 2, 4, 6, 8, 10, 16, 32 or more. 0 where the opcode alone tells (LEA, FXSAVE). */
    public int size;

    /**
     * The value where the kind is IMMEDIATE, RELATIVE (sign-extended) or FAR (the offset).
     * Immediate operands of arithmetic are sign-extended from their encoded size; counts, ports,
     * vectors and control bytes are zero-extended.
     */
    public long value;

    /** The selector where the kind is FAR. */
    public int selector;

    Operand() {}
  }

  /** Kinds of operands. */
  public enum Kind {
    /** There is none. */
    NONE,
    /** A general register; for size 1 without REX, numbers 4 to 7 are {@link #HIGH_BYTE}. */
    GENERAL,
    /** AH, CH, DH or BH: {@code register} is 0 to 3. */
    HIGH_BYTE,
    /** The memory operand described by base, index, displacement and segment. */
    MEMORY,
    /** An immediate value. */
    IMMEDIATE,
    /**
     * An element of a string instruction: {@code register} is 6 for the source at rSI in {@link
     * Instruction#segment}, 7 for the destination at rDI in ES.
     */
    STRING,
    /** A jump displacement, counted from the next instruction. */
    RELATIVE,
    /** A far pointer. */
    FAR,
    /** A segment register. */
    SEGMENT,
    /** A control register. */
    CONTROL,
    /** A debug register. */
    DEBUG,
    /** ST(i). */
    X87,
    /** An MMX register. */
    MMX,
    /** An XMM register. */
    XMM,
    /** A YMM register. */
    YMM
  }

  /** An empty instruction. */
  public Instruction() {}

  /**
   * The condition of a conditional instruction, 0 to 15 as encoded: bit 0 negates, the others
   * select O, C, Z, BE, S, P, L, LE.
   */
  public int condition() {
    return opcodeByte & 15;
  }

  /** True if an operand is {@link Kind#MEMORY}. */
  public boolean hasMemory() {
    for (int i = 0; i < operandCount; i++) {
      if (operands[i].kind == Kind.MEMORY) {
        return true;
      }
    }
    return false;
  }
}
