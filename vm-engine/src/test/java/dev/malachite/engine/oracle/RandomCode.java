// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import dev.malachite.engine.decoder.Decoder;
import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.translator.Effects;
import dev.malachite.engine.processor.translator.RegisterUse;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Writes random instructions one behind the other, keeping track of registers whose values are
 * known, which memory operands use.
 *
 * <p>Memory operands mostly lie in the window; some cross its pages, some reach what {@link
 * ProgramLayout} has around it.
 */
final class RandomCode {
  private static final List<Form> INTEGER = forms(IntegerForms.all(), "integer");
  private static final List<Form> VECTOR = forms(SimdForms.all(), "sse");
  private static final List<Form> OTHER = other();
  private static final int[] SIZES = {2, 4, 4, 8, 8};

  private final SplittableRandom random;
  private final boolean wide;
  private final byte[] code;
  private final Decoder decoder = new Decoder(true);
  private final Instruction decoded = new Instruction();

  /** Where the next byte goes, in {@link #code}. */
  int at;

  /** Which registers' values are known: bit n stands for register n. */
  int known;

  /** The values of {@link #known} registers. */
  final long[] values = new long[16];

  /** Flags that are undefined here; no instruction reads them. */
  int undefined;

  /** Registers no instruction may write. */
  int pinned;

  /** One in so many memory operands is meant to fault. */
  int faultOnce = 40;

  /** True if instructions that move the stack pointer are allowed. */
  boolean stack = true;

  /**
   * Starts writing.
   *
   * @param wide 64-bit code; else 32-bit code
   * @param code takes it; offset 0 lies at {@link ProgramLayout#CODE}
   */
  RandomCode(SplittableRandom random, boolean wide, byte[] code) {
    this.random = random;
    this.wide = wide;
    this.code = code;
  }

  private static List<Form> forms(List<Form> all, String... groups) {
    return all.stream()
        .filter(f -> List.of(groups).contains(f.group()))
        .filter(HostFeatures::supports)
        .filter(RandomCode::usable)
        .toList();
  }

  private static List<Form> other() {
    List<Form> all = new java.util.ArrayList<>(X87Forms.all());
    all.addAll(SimdForms.all());
    return forms(all, "x87", "mmx");
  }

  private static boolean usable(Form f) {
    return switch (f.hook()) {
      case "", "shift", "shd", "cmpxchg", "cmpxchg8", "bt", "div", "vshift", "pcmpstr", "ptest" ->
          !f.immediate().startsWith("rel") && !f.rep() && f.ulps() == 0;
      default -> false;
    };
  }

  // ---- plain pieces --------------------------------------------------------------------------

  void put(int... bytes) {
    for (int b : bytes) {
      code[at++] = (byte) b;
    }
  }

  void putInt(long value, int size) {
    for (int i = 0; i < size; i++) {
      code[at++] = (byte) (value >>> 8 * i);
    }
  }

  /** MOV of a constant to a register, whose value is known then. */
  void constant(int register, long value) {
    if (value == (value & 0xFFFF_FFFFL)) {
      if (register >= 8) {
        put(0x41);
      }
      put(0xB8 | register & 7);
      putInt(value, 4);
    } else {
      put(0x48 | register >> 3, 0xB8 | register & 7);
      putInt(value, 8);
    }
    known |= 1 << register;
    values[register] = value;
  }

  /** ModRM, SIB and displacement of an absolute address. */
  void absolute(int reg, long address) {
    put((reg & 7) << 3 | 4, 0x25);
    putInt(address, 4);
  }

  /** A register that may be written, other than the stack pointer. */
  int free() {
    while (true) {
      int r = random.nextInt(wide ? 16 : 8);
      if (r != 4 && (pinned >> r & 1) == 0) {
        return r;
      }
    }
  }

  /** A pointer into the window in a register that may be written. */
  void pointer() {
    long offset = 0x100L + (random.nextInt(0x1C00) & -64);
    boolean alias = wide && random.nextInt(12) == 0;
    constant(free(), (alias ? ProgramLayout.ALIAS : ProgramLayout.WINDOW) + offset);
  }

  /** Gives all flags values that the manual defines. */
  void define() {
    if (undefined != 0) {
      put(0x39, 0xC0 | random.nextInt(64)); // cmp
      undefined = 0;
    }
  }

  // ---- random instructions -------------------------------------------------------------------

  /** Writes one instruction, or a few that belong together. */
  void instruction() {
    if (Integer.bitCount(known & ~0x10) < 2 && random.nextInt(3) == 0) {
      pointer();
      return;
    }
    int kind = random.nextInt(100);
    if (kind < 3 && (pinned & 0xC3) == 0) {
      strings();
    } else if (kind < 5 && stack) {
      flagsOnStack();
    } else if (kind < 6 && stack && (pinned & 0x20) == 0) {
      constant(5, ProgramLayout.STACK + 0x700 + random.nextInt(64) * 8L);
      put(0xC9); // leave
      values[4] = values[5] + (wide ? 8 : 4);
      known = known & ~0x20 | 0x10;
    } else {
      List<Form> forms = kind < 75 ? INTEGER : kind < 97 ? VECTOR : OTHER;
      while (!form(forms.get(random.nextInt(forms.size())))) {
        // Another one.
      }
    }
  }

  private void strings() {
    define();
    if (random.nextInt(3) != 0) {
      put(random.nextInt(4) == 0 ? 0xFD : 0xFC); // std, cld
    }
    constant(6, operandAddress(8, 1));
    constant(7, operandAddress(8, 1));
    constant(1, random.nextInt(8) == 0 ? random.nextInt(0x1400) : random.nextInt(40));
    if (random.nextInt(4) != 0) {
      put(random.nextInt(3) == 0 ? 0xF2 : 0xF3);
    }
    int size = SIZES[random.nextInt(5)];
    if (size == 2) {
      put(0x66);
    } else if (size == 8 && wide) {
      put(0x48);
    }
    int[] opcodes = {0xA4, 0xA5, 0xA6, 0xA7, 0xAA, 0xAB, 0xAC, 0xAD, 0xAE, 0xAF};
    put(opcodes[random.nextInt(10)]);
    known &= ~0xC3;
  }

  private void flagsOnStack() {
    define();
    if (random.nextInt(3) == 0) {
      put(0x68); // push imm32
      putInt(random.nextInt() & 0xCD5 | 0x202, 4);
    } else {
      put(0x9C); // pushf
    }
    if (random.nextBoolean()) {
      put(0x9D); // popf
    } else {
      int register = free();
      if (register >= 8) {
        put(0x41);
      }
      put(0x58 | register & 7);
      known &= ~(1 << register);
    }
  }

  private int register() {
    int limit = wide ? 16 : 8;
    int r = random.nextInt(limit);
    // Keep most known values, and the stack pointer.
    for (int n = 0; n < 3 && (r == 4 || (known >> r & 1) != 0); n++) {
      r = random.nextInt(limit);
    }
    return r;
  }

  private boolean form(Form f) {
    int start = at;
    int oldKnown = known;
    if (encode(f)
        && decoder.decode(code, start, at - start, wide ? 8 : 4, decoded) == Decoder.Status.OK
        && decoded.length == at - start
        && !wordDoubleShift()) {
      int written = RegisterUse.registersWritten(decoded);
      boolean moves = (written & 0x10) != 0;
      if ((written & pinned & ~0x10) == 0
          && (Effects.flagsRead(decoded) & undefined) == 0
          && moved(moves)) {
        known &= ~written | (known & 0x10);
        undefined = undefined & ~Effects.flagsKilled(decoded) | undefinedBehind(f);
        return true;
      }
    }
    at = start;
    known = oldKnown;
    return false;
  }

  // A shift leaves flags undefined for some counts only. BT and its kin leave them alone on all
  // processors, and logic clears AF.
  private int undefinedBehind(Form f) {
    return switch (f.hook()) {
      case "shift", "shd" ->
          Effects.OF | Effects.AF | (decoded.operands[0].size < 4 ? Effects.CF : 0);
      default ->
          switch (decoded.opcode) {
            case BT, BTC, BTR, BTS, AND, OR, XOR, TEST -> 0;
            default -> f.undefinedFlags();
          };
    };
  }

  // Follows the stack pointer.
  private boolean moved(boolean moves) {
    if (!moves) {
      return true;
    }
    long by =
        switch (decoded.opcode) {
          case PUSH -> -decoded.operandSize;
          case POP -> decoded.operandSize;
          default -> 0;
        };
    boolean named = false;
    for (int n = 0; n < decoded.operandCount; n++) {
      named |=
          decoded.operands[n].kind == Instruction.Kind.GENERAL && decoded.operands[n].register == 4;
    }
    if (!stack || (pinned & 0x10) != 0 && (by == 0 || named)) {
      return false;
    }
    if (by == 0 || named && by > 0) {
      if (random.nextInt(20) != 0) {
        return false;
      }
      known &= ~0x10;
    } else {
      values[4] += by;
    }
    return true;
  }

  private boolean encode(Form f) {
    if (f.hook("div") && random.nextInt(4) != 0) {
      return false;
    }
    if (!wide && f.name().equals("MOVSXD")) {
      return false;
    }
    int size = 4;
    boolean rexW = false;
    switch (f.sizes()) {
      case 'v' -> size = SIZES[random.nextInt(5)];
      case 'w' -> size = random.nextBoolean() ? 8 : 4;
      case 'q' -> size = random.nextInt(12) == 0 ? 2 : 8;
      default -> rexW = random.nextInt(8) == 0;
    }
    if (!wide && size == 8) {
      size = 4;
    }
    rexW = wide && (size == 8 && f.sizes() != 'q' || rexW);
    int memorySize =
        switch (f.memory()) {
          case -1 -> size;
          case -2 -> rexW ? 8 : 4;
          case -3 -> size;
          default -> f.memory();
        };
    boolean memory =
        f.hasModrm() && f.memoryAllowed() && (!f.registerAllowed() || random.nextInt(5) < 2);
    int reg = f.digit() >= 0 && !f.registerInOpcode() ? f.digit() : register();
    if (f.group().equals("x87")) {
      reg &= 7;
    }
    int rm = memory ? 0 : register();
    boolean rex = wide && (rexW || random.nextInt(4) == 0);
    boolean bits = f.hook("bt") && f.digit() == -1 && memory;
    if (bits && random.nextInt(3) != 0 && !smallIn(reg)) {
      return false;
    }
    int segment = memory && wide && random.nextInt(24) == 0 ? 0x64 + random.nextInt(2) : 0;
    boolean address32 = memory && wide && random.nextInt(20) == 0;
    if (segment != 0) {
      put(segment);
    }
    if (address32) {
      put(0x67);
    }
    if (size == 2 && f.sizes() != 'w') {
      put(0x66);
    }
    if (f.lock() && memory && random.nextInt(3) == 0) {
      put(0xF0);
    }
    if (f.prefix() != 0) {
      put(f.prefix());
    }
    if (!memory) {
      return registerForm(f, reg, rm, rex, rexW, size);
    }
    return memoryForm(f, reg, memorySize, rex, rexW, segment, size);
  }

  private boolean smallIn(int register) {
    return (known >> register & 1) != 0 && Math.abs(values[register]) < 0x400;
  }

  private void opcode(Form f, int add) {
    int last = f.opcode().length - 1;
    for (int i = 0; i < last; i++) {
      put(f.opcode()[i]);
    }
    put(f.opcode()[last] + add);
  }

  private boolean registerForm(Form f, int reg, int rm, boolean rex, boolean rexW, int size) {
    int r = f.digit() >= 0 || f.registerInOpcode() ? 0 : reg >> 3;
    int b = f.registerInOpcode() ? reg >> 3 : f.hasModrm() ? rm >> 3 : 0;
    if (rex || (r | b) != 0) {
      put(0x40 | (rexW ? 8 : 0) | r << 2 | b);
    }
    opcode(f, f.registerInOpcode() ? reg & 7 : 0);
    if (f.hasModrm()) {
      put(0xC0 | (reg & 7) << 3 | rm & 7);
    }
    return immediate(f, size);
  }

  private boolean memoryForm(
      Form f, int reg, int memorySize, boolean rex, boolean rexW, int segment, int size) {
    long target = operandAddress(Math.max(memorySize, 1), Math.max(f.alignment(), 1));
    if (segment != 0) {
      target -= segment == 0x64 ? ProgramLayout.FS_BASE : ProgramLayout.GS_BASE;
    }
    int base = knownRegister();
    int index = random.nextInt(3) == 0 ? knownRegister() : -1;
    if (random.nextInt(8) == 0) {
      base = -1;
    }
    if (index == 4) {
      index = -1;
    }
    int scale = random.nextInt(4);
    if (base >= 0
        && values[base] - ProgramLayout.ALIAS < 0x10_0000L
        && values[base] - ProgramLayout.ALIAS >= 0) {
      target += ProgramLayout.ALIAS - ProgramLayout.WINDOW;
    }
    long rest = target - (base < 0 ? 0 : values[base]) - (index < 0 ? 0 : values[index] << scale);
    boolean relative = base < 0 && index < 0 && wide && random.nextBoolean();
    int r = f.digit() >= 0 ? 0 : reg >> 3;
    int b = base < 0 ? 0 : base >> 3;
    int x = index < 0 ? 0 : index >> 3;
    if (rex || (r | x | b) != 0) {
      put(0x40 | (rexW ? 8 : 0) | r << 2 | x << 1 | b);
    }
    opcode(f, 0);
    if (relative) {
      put((reg & 7) << 3 | 5);
      int place = at;
      at += 4;
      if (!immediate(f, size)) {
        return false;
      }
      long displacement = target - (ProgramLayout.CODE + at);
      int end = at;
      at = place;
      putInt(displacement, 4);
      at = end;
      return displacement == (int) displacement;
    }
    if (wide && rest != (int) rest) {
      return false;
    }
    boolean small = rest == (byte) rest && base >= 0;
    int mod = base < 0 ? 0 : rest == 0 && (base & 7) != 5 ? 0 : small ? 1 : 2;
    if (index >= 0 || base < 0 || (base & 7) == 4) {
      put(mod << 6 | (reg & 7) << 3 | 4);
      put(scale << 6 | (index < 0 ? 4 : index & 7) << 3 | (base < 0 ? 5 : base & 7));
    } else {
      put(mod << 6 | (reg & 7) << 3 | base & 7);
    }
    if (base < 0 || mod == 2) {
      putInt(rest, 4);
    } else if (mod == 1) {
      put((int) rest);
    }
    return immediate(f, size);
  }

  private int knownRegister() {
    int count = Integer.bitCount(known);
    if (count == 0) {
      return -1;
    }
    int n = random.nextInt(count);
    for (int r = 0; ; r++) {
      if ((known >> r & 1) != 0 && n-- == 0) {
        return r;
      }
    }
  }

  private long operandAddress(int size, int alignment) {
    if (random.nextInt(faultOnce) == 0) {
      return ProgramLayout.odd(random, size);
    }
    int offset =
        random.nextInt(6) == 0 && alignment <= 1
            ? 0x1000 - random.nextInt(size + 1)
            : 0x80 + random.nextInt(0x1E00);
    if (alignment > 1 && random.nextInt(24) != 0) {
      offset &= -alignment;
    }
    return ProgramLayout.WINDOW + offset;
  }

  private boolean immediate(Form f, int size) {
    switch (f.immediate()) {
      case "" -> {}
      case "ib" -> putInt(Values.integer(random, 1), 1);
      case "iw" -> putInt(Values.integer(random, 2), 2);
      case "iz" -> {
        int bytes = size == 2 ? 2 : 4;
        putInt(Values.integer(random, bytes), bytes);
      }
      case "iv" -> putInt(Values.integer(random, size), size);
      case "moffs" -> putInt(operandAddress(Math.max(f.memory(), 8), 1), wide ? 8 : 4);
      case "enter" -> {
        return false;
      }
      default -> put(random.nextInt(Integer.parseInt(f.immediate().substring(1)) + 1));
    }
    return true;
  }

  /** Random start values of registers that aren't known. */
  void start(long[] registers) {
    for (int r = 0; r < 16; r++) {
      registers[r] = (known >> r & 1) != 0 ? values[r] : Values.general(random);
      if (!wide) {
        registers[r] &= 0xFFFF_FFFFL;
      }
    }
  }

  // Counts above 16 leave the result undefined (SDM volume 2, SHLD): left out.
  private boolean wordDoubleShift() {
    return decoded.operandSize == 2
        && (decoded.opcode == Opcode.SHLD || decoded.opcode == Opcode.SHRD);
  }
}
