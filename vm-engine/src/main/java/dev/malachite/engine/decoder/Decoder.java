// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.decoder;

import static dev.malachite.engine.decoder.Instruction.NO_REGISTER;

import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Instruction.Operand;

/**
 * Decodes x86 instructions of 16, 32 and 64-bit code (SDM volume 2, chapter 2) for a processor of
 * the x86-64-v2 or the x86-64-v3 level with SHA, AES, PCLMULQDQ, RDRAND and RDSEED. What the level
 * doesn't have is invalid, or means what it meant before, as on the processor.
 *
 * <p>VEX encodings are decoded in every mode. In real and virtual-8086 mode, which a decoder can't
 * tell from others, they are invalid opcodes to whoever executes them.
 *
 * <p>Near branches of 64-bit code ignore an operand size prefix, as Intel's processors do. All
 * methods may be called from any thread and allocate nothing.
 */
public final class Decoder {
  /** How decoding ended. */
  public enum Status {
    /** The instruction is complete and valid. */
    OK,
    /** There is no such instruction: #UD. */
    INVALID,
    /** More bytes are needed to tell. */
    INCOMPLETE,
    /** The instruction is longer than 15 bytes: #GP. */
    TOO_LONG
  }

  /** No instruction is longer, in bytes. */
  public static final int MAX_LENGTH = 15;

  private static final int OPERAND_SIZE = 1;
  private static final int ADDRESS_SIZE = 2;
  private static final int LOCK = 3;
  private static final int REPNE = 4;
  private static final int REP = 5;
  private static final int SEGMENT = 6;
  private static final int REX = 7;

  /** What kind of prefix a byte is; 0 for none. REX only is one in 64-bit code. */
  private static final byte[] PREFIXES = new byte[256];

  static {
    PREFIXES[0x66] = OPERAND_SIZE;
    PREFIXES[0x67] = ADDRESS_SIZE;
    PREFIXES[0xF0] = LOCK;
    PREFIXES[0xF2] = REPNE;
    PREFIXES[0xF3] = REP;
    PREFIXES[0x26] = SEGMENT;
    PREFIXES[0x2E] = SEGMENT;
    PREFIXES[0x36] = SEGMENT;
    PREFIXES[0x3E] = SEGMENT;
    PREFIXES[0x64] = SEGMENT;
    PREFIXES[0x65] = SEGMENT;
    for (int i = 0x40; i < 0x50; i++) {
      PREFIXES[i] = REX;
    }
  }

  /** By number of {@link OpcodeTables}. */
  private static final int[] PREFIX_BYTES = {0, 0x66, 0xF3, 0xF2};

  private static final int NO_SUCH_MAP = -2;

  private static final int ES = 0, SS = 2, DS = 3, FS = 4;
  private static final int BX = 3, SP = 4, BP = 5, SI = 6, DI = 7;

  private static final int[] BASE_16 = {BX, BX, BP, BP, SI, DI, BP, BX};
  private static final int[] INDEX_16 = {
    SI, DI, SI, DI, NO_REGISTER, NO_REGISTER, NO_REGISTER, NO_REGISTER
  };

  private final boolean level3;

  /** A decoder for the x86-64-v2 level. */
  public Decoder() {
    this(false);
  }

  /**
   * A decoder; it has no state.
   *
   * @param level3 true for the x86-64-v3 level with ADCX and ADOX, false for x86-64-v2
   */
  public Decoder(boolean level3) {
    this.level3 = level3;
  }

  /**
   * Decodes one instruction.
   *
   * @param bytes holds it
   * @param offset where it starts
   * @param available how many bytes from {@code offset} on may be looked at
   * @param codeSize default size of the code segment: 2, 4 or 8
   * @param out takes the result; undefined unless {@link Status#OK} is returned
   */
  public Status decode(byte[] bytes, int offset, int available, int codeSize, Instruction out) {
    int end = offset + Math.min(available, MAX_LENGTH);
    Status cutOff = available >= MAX_LENGTH ? Status.TOO_LONG : Status.INCOMPLETE;
    boolean mode64 = codeSize == 8;
    int p = offset;

    boolean operandPrefix = false;
    boolean addressPrefix = false;
    boolean lock = false;
    int repeat = 0;
    int segment = -1;
    int rex = 0;
    int opcode;
    while (true) {
      if (p == end) {
        return cutOff;
      }
      opcode = bytes[p++] & 0xFF;
      int kind = PREFIXES[opcode];
      if (kind == 0 || kind == REX && !mode64) {
        break;
      }
      if (kind == REX) {
        rex = opcode;
        continue;
      }
      rex = 0;
      switch (kind) {
        case OPERAND_SIZE -> operandPrefix = true;
        case ADDRESS_SIZE -> addressPrefix = true;
        case LOCK -> lock = true;
        case REPNE -> repeat = OpcodeTables.PREFIX_F2;
        case REP -> repeat = OpcodeTables.PREFIX_F3;
        default -> {
          int number = opcode >= 0x64 ? opcode - 0x64 + FS : ES + (opcode >> 3 & 3);
          if (!mode64 || number >= FS) {
            segment = number;
          }
        }
      }
    }

    int map = 0;
    boolean vex = (opcode & 0xFE) == 0xC4 && level3 && (mode64 || p < end && bytes[p] >> 6 == -1);
    out.vex = vex;
    if (vex) {
      if (lock || operandPrefix || repeat != 0 || rex != 0) {
        return Status.INVALID;
      }
      p = vex(bytes, p, end, opcode, mode64, out);
      if (p < 0) {
        return p == NO_SUCH_MAP ? Status.INVALID : cutOff;
      }
      rex = out.rex;
      map = out.map;
      opcode = out.opcodeByte;
    } else if (opcode == 0x0F) {
      if (p == end) {
        return cutOff;
      }
      opcode = bytes[p++] & 0xFF;
      map = 1;
      if (opcode == 0x38 || opcode == 0x3A) {
        map = opcode == 0x38 ? 2 : 3;
        if (p == end) {
          return cutOff;
        }
        opcode = bytes[p++] & 0xFF;
      }
    }

    boolean rexW = (rex & 8) != 0;
    int operandSize = rexW && mode64 ? 8 : operandPrefix != (codeSize == 2 && !vex) ? 2 : 4;
    int addressSize = mode64 ? (addressPrefix ? 4 : 8) : addressPrefix != (codeSize == 2) ? 2 : 4;

    int row = map << 8 | opcode;
    int prefix;
    int vexBits = 0;
    if (vex) {
      row += OpcodeTables.VEX_MAP << 8;
      prefix = out.prefix;
      vexBits = (rexW ? 2 : 0) | out.vexLength >> 5;
    } else {
      prefix = repeat != 0 ? repeat : operandPrefix ? OpcodeTables.PREFIX_66 : 0;
      out.vexLength = 16;
      if (row == 0x90 && (rex & 1) != 0) {
        row = 0x91; // exchange with R8, no NOP
      }
    }
    int shape = OpcodeTables.shape[row];
    int modrm = 0;
    if ((shape & OpcodeTables.HAS_MODRM) != 0) {
      if (p == end) {
        return cutOff;
      }
      modrm = bytes[p++] & 0xFF;
    }
    int cell = OpcodeTables.cell(shape, prefix, mode64 ? 1 : 0, operandSize >> 2, modrm, vexBits);
    int entry = OpcodeTables.cells[OpcodeTables.start[row] + cell];
    if (entry == 0) {
      return Status.INVALID;
    }
    int flags = OpcodeTables.flags[entry];
    if (vex && out.vvvv != 0 && (flags & OpcodeTables.USES_VVVV) == 0) {
      return Status.INVALID;
    }
    if (mode64 && (flags & (OpcodeTables.DEFAULT_64 | OpcodeTables.FORCED_64)) != 0) {
      operandSize = operandPrefix && !rexW && (flags & OpcodeTables.DEFAULT_64) != 0 ? 2 : 8;
    }

    boolean repeats = (shape & OpcodeTables.BY_PREFIX) == 0;
    out.opcode = OpcodeTables.opcodes[entry];
    if ((flags & OpcodeTables.LEVEL_3) != 0 && !level3) {
      Opcode before = beforeLevel3(out.opcode);
      if (before == Opcode.INVALID) {
        return Status.INVALID;
      }
      out.opcode = before;
    }
    out.map = map;
    out.prefix = PREFIX_BYTES[prefix];
    out.rexW = rexW;
    out.vectorIndex = (flags & OpcodeTables.VECTOR_INDEX) != 0;
    out.opcodeByte = opcode;
    out.modrm = modrm;
    out.operandSize = operandSize;
    out.addressSize = addressSize;
    out.codeSize = codeSize;
    out.lock = lock;
    out.rep = repeats && repeat == OpcodeTables.PREFIX_F3;
    out.repne = repeats && repeat == OpcodeTables.PREFIX_F2;
    out.base = NO_REGISTER;
    out.index = NO_REGISTER;
    out.shift = 0;
    out.displacement = 0;
    out.ripRelative = false;
    out.segment = segment < 0 ? DS : segment;

    boolean memory =
        (shape & OpcodeTables.HAS_MODRM) != 0
            && modrm < 0xC0
            && (flags & OpcodeTables.MOD_IGNORED) == 0;
    if (memory) {
      p =
          addressSize == 2
              ? memory16(bytes, p, end, segment, out)
              : memory(bytes, p, end, rex, segment, out);
      if (p < 0) {
        return cutOff;
      }
    }
    if (out.vectorIndex && ((modrm & 7) != SP || addressSize == 2)) {
      return Status.INVALID;
    }

    int count = 0;
    for (long rest = OpcodeTables.operands[entry]; rest != 0; rest >>>= 16) {
      int place = (int) rest & 0xFF;
      Operand operand = out.operands[count++];
      int size = size((int) rest >>> 8 & 0xFF, operandSize, mode64, memory, out.vexLength);
      operand.size = size;
      switch (place) {
        case OperandSpec.RM_GENERAL, OperandSpec.RM_MEMORY, OperandSpec.RM_REGISTER -> {
          if (memory) {
            operand.kind = Kind.MEMORY;
          } else {
            general(operand, modrm & 7 | (rex & 1) << 3, rex);
          }
        }
        case OperandSpec.REG_GENERAL -> general(operand, modrm >> 3 & 7 | (rex & 4) << 1, rex);
        case OperandSpec.OPCODE_GENERAL -> general(operand, opcode & 7 | (rex & 1) << 3, rex);
        case OperandSpec.FIXED_AX -> general(operand, 0, rex);
        case OperandSpec.FIXED_CX -> general(operand, 1, rex);
        case OperandSpec.FIXED_DX -> general(operand, 2, rex);
        case OperandSpec.ONE -> {
          operand.kind = Kind.IMMEDIATE;
          operand.value = 1;
        }
        case OperandSpec.IMMEDIATE, OperandSpec.IMMEDIATE_SIGNED, OperandSpec.RELATIVE -> {
          if (p + size > end) {
            return cutOff;
          }
          long value = signed(bytes, p, size);
          p += size;
          if (place == OperandSpec.IMMEDIATE) {
            value &= 0xFFFF;
            value = size == 1 ? value & 0xFF : value;
          }
          operand.kind = place == OperandSpec.RELATIVE ? Kind.RELATIVE : Kind.IMMEDIATE;
          operand.value = value;
        }
        case OperandSpec.OFFSET -> {
          if (p + addressSize > end) {
            return cutOff;
          }
          out.displacement = signed(bytes, p, addressSize);
          p += addressSize;
          operand.kind = Kind.MEMORY;
        }
        case OperandSpec.STRING_SOURCE -> register(operand, Kind.STRING, SI);
        case OperandSpec.STRING_DESTINATION -> register(operand, Kind.STRING, DI);
        case OperandSpec.FAR -> {
          int offsetSize = operandSize == 2 ? 2 : 4;
          if (p + offsetSize + 2 > end) {
            return cutOff;
          }
          operand.kind = Kind.FAR;
          operand.value = signed(bytes, p, offsetSize) & (offsetSize == 2 ? 0xFFFF : 0xFFFF_FFFFL);
          operand.selector = (int) signed(bytes, p + offsetSize, 2) & 0xFFFF;
          p += offsetSize + 2;
        }
        case OperandSpec.REG_SEGMENT -> register(operand, Kind.SEGMENT, modrm >> 3 & 7);
        case OperandSpec.FIXED_SEGMENT -> {
          operand.size = 2;
          register(operand, Kind.SEGMENT, size);
        }
        case OperandSpec.REG_CONTROL -> {
          int number = modrm >> 3 & 7 | (rex & 4) << 1;
          if (number != 0 && number != 8 && (number < 2 || number > 4)) {
            return Status.INVALID;
          }
          register(operand, Kind.CONTROL, number);
        }
        case OperandSpec.REG_DEBUG -> {
          if ((rex & 4) != 0) {
            return Status.INVALID;
          }
          register(operand, Kind.DEBUG, modrm >> 3 & 7);
        }
        case OperandSpec.REG_MMX -> register(operand, Kind.MMX, modrm >> 3 & 7);
        case OperandSpec.RM_MMX, OperandSpec.RM_MMX_REGISTER ->
            register(operand, memory ? Kind.MEMORY : Kind.MMX, modrm & 7);
        case OperandSpec.REG_XMM -> vector(operand, modrm >> 3 & 7 | (rex & 4) << 1);
        case OperandSpec.RM_XMM, OperandSpec.RM_XMM_REGISTER -> {
          if (memory) {
            register(operand, Kind.MEMORY, 0);
          } else {
            vector(operand, modrm & 7 | (rex & 1) << 3);
          }
        }
        case OperandSpec.VVVV_GENERAL -> general(operand, out.vvvv, rex);
        case OperandSpec.VVVV_XMM -> vector(operand, out.vvvv);
        case OperandSpec.IMMEDIATE_XMM -> {
          if (p == end) {
            return cutOff;
          }
          vector(operand, bytes[p++] >> 4 & (mode64 ? 15 : 7));
        }
        case OperandSpec.ST0 -> register(operand, Kind.X87, 0);
        default -> register(operand, Kind.X87, modrm & 7);
      }
    }
    out.operandCount = count;
    for (int i = count; i < out.operands.length; i++) {
      out.operands[i].kind = Kind.NONE;
    }
    if (lock && ((flags & OpcodeTables.LOCKABLE) == 0 || out.operands[0].kind != Kind.MEMORY)) {
      return Status.INVALID;
    }
    if (out.vectorIndex && !distinct(out)) {
      return Status.INVALID;
    }
    out.length = p - offset;
    return Status.OK;
  }

  // VEX prefix and opcode (SDM volume 2, section 2.3.5). Returns the position behind them.
  private static int vex(
      byte[] bytes, int start, int end, int first, boolean mode64, Instruction out) {
    boolean three = first == 0xC4;
    int p = start + (three ? 2 : 1);
    if (p >= end) {
      return -1;
    }
    int high = three ? bytes[start] : bytes[start] & 0x80 | 0x61;
    int low = three ? bytes[start + 1] : bytes[start] & 0x7F;
    out.map = high & 31;
    if (out.map < 1 || out.map > 3) {
      return NO_SUCH_MAP;
    }
    // Inverted R, X, B, that is bits 7 to 5, and W, not inverted, bit 7 of the other byte.
    out.rex = 0x40 | (low >> 4 & 8) | (mode64 ? ~high >> 5 & 7 : 0);
    out.vvvv = ~low >> 3 & (mode64 ? 15 : 7);
    out.vexLength = (low & 4) != 0 ? 32 : 16;
    out.prefix = low & 3;
    out.opcodeByte = bytes[p] & 0xFF;
    return p + 1;
  }

  // Destination, index and mask of a gathering instruction must be.
  private static boolean distinct(Instruction out) {
    int target = out.operands[0].register;
    int mask = out.operands[2].register;
    return target != mask && target != out.index && mask != out.index;
  }

  // What an instruction of the x86-64-v3 level is on older processors.
  private static Opcode beforeLevel3(Opcode opcode) {
    return switch (opcode) {
      case TZCNT -> Opcode.BSF;
      case LZCNT -> Opcode.BSR;
      default -> Opcode.INVALID;
    };
  }

  private static int size(
      int code, int operandSize, boolean mode64, boolean memory, int vectorLength) {
    return switch (code) {
      case OperandSpec.SIZE_X -> vectorLength;
      case OperandSpec.SIZE_X_2 -> vectorLength / 2;
      case OperandSpec.SIZE_X_4 -> vectorLength / 4;
      case OperandSpec.SIZE_X_8 -> vectorLength / 8;
      case OperandSpec.SIZE_V -> operandSize;
      case OperandSpec.SIZE_Z -> Math.min(operandSize, 4);
      case OperandSpec.SIZE_Y -> operandSize == 8 ? 8 : 4;
      case OperandSpec.SIZE_MODE -> mode64 ? 8 : 4;
      case OperandSpec.SIZE_FAR -> operandSize + 2;
      case OperandSpec.SIZE_BOUNDS -> operandSize * 2;
      case OperandSpec.SIZE_TABLE -> mode64 ? 10 : 6;
      case OperandSpec.SIZE_V_OR_2 -> memory ? 2 : operandSize;
      case OperandSpec.SIZE_4_OR_1 -> memory ? 1 : 4;
      case OperandSpec.SIZE_4_OR_2 -> memory ? 2 : 4;
      default -> code;
    };
  }

  private static void general(Operand operand, int number, int rex) {
    boolean high = operand.size == 1 && rex == 0 && number >= 4;
    operand.kind = high ? Kind.HIGH_BYTE : Kind.GENERAL;
    operand.register = high ? number - 4 : number;
  }

  private static void vector(Operand operand, int number) {
    register(operand, operand.size == 32 ? Kind.YMM : Kind.XMM, number);
  }

  private static void register(Operand operand, Kind kind, int number) {
    operand.kind = kind;
    operand.register = number;
  }

  private static long signed(byte[] bytes, int p, int size) {
    return switch (size) {
      case 1 -> bytes[p];
      case 2 -> (short) (bytes[p] & 0xFF | bytes[p + 1] << 8);
      case 4 -> signed32(bytes, p);
      default -> signed32(bytes, p) & 0xFFFF_FFFFL | (long) signed32(bytes, p + 4) << 32;
    };
  }

  private static int signed32(byte[] bytes, int p) {
    return bytes[p] & 0xFF
        | (bytes[p + 1] & 0xFF) << 8
        | (bytes[p + 2] & 0xFF) << 16
        | bytes[p + 3] << 24;
  }

  // A memory operand with 16-bit addressing (SDM volume 2, table 2-1). Returns the position behind
  // it, or -1 if the bytes don't reach.
  private static int memory16(byte[] bytes, int start, int end, int segment, Instruction out) {
    int mod = out.modrm >> 6;
    int rm = out.modrm & 7;
    if (mod == 0 && rm == 6) {
      if (start + 2 > end) {
        return -1;
      }
      out.displacement = signed(bytes, start, 2);
      return start + 2;
    }
    out.base = BASE_16[rm];
    out.index = INDEX_16[rm];
    if (segment < 0 && out.base == BP) {
      out.segment = SS;
    }
    if (start + mod > end) {
      return -1;
    }
    if (mod != 0) {
      out.displacement = signed(bytes, start, mod);
    }
    return start + mod;
  }

  // As memory16, with 32 and 64-bit addressing (SDM volume 2, tables 2-2 and 2-3).
  private static int memory(
      byte[] bytes, int start, int end, int rex, int segment, Instruction out) {
    int p = start;
    int mod = out.modrm >> 6;
    int base = out.modrm & 7;
    if (base == SP) {
      if (p == end) {
        return -1;
      }
      int sib = bytes[p++] & 0xFF;
      base = sib & 7;
      int index = sib >> 3 & 7 | (rex & 2) << 2;
      if (index != SP || out.vectorIndex) {
        out.index = index;
        out.shift = sib >> 6;
      }
    } else if (base == BP && mod == 0 && out.codeSize == 8) {
      out.ripRelative = true;
    }
    if (segment < 0 && (base == SP || base == BP && mod != 0) && (rex & 1) == 0) {
      out.segment = SS;
    }
    int displacementSize = mod == 1 ? 1 : mod == 2 || base == BP && mod == 0 ? 4 : 0;
    if (base != BP || mod != 0) {
      out.base = base | (rex & 1) << 3;
    }
    if (p + displacementSize > end) {
      return -1;
    }
    if (displacementSize != 0) {
      out.displacement = signed(bytes, p, displacementSize);
    }
    return p + displacementSize;
  }
}
