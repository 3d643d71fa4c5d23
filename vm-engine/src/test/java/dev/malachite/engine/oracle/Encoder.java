// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import java.util.SplittableRandom;

/**
 * Draws prefixes, operands and immediates of a form, puts the bytes together, and sets the
 * registers of the memory operand so that it lies in the window.
 */
final class Encoder {
  private static final int[] HARMLESS_PREFIXES = {0x26, 0x2E, 0x36, 0x3E};

  private final Layout layout;
  private final TestCase test;
  private final Form form;
  private final SplittableRandom random;
  private final byte[] bytes = new byte[24];
  private int length;

  /** Operand size: 2, 4 or 8. */
  int operandSize = 4;

  /** Address size: 4 or 8. */
  int addressSize = 8;

  /** REX.W or VEX.W. */
  boolean wide;

  /** Bytes of a vector. */
  int vectorLength = 16;

  /** The register that VEX.vvvv names; 0 if there is none. */
  int vvvv;

  /** True if there is a REX prefix. */
  boolean rex;

  /** F2 or F3 of a string instruction, or 0. */
  int repeat;

  /** The ModRM reg field with REX.R, or the register in the opcode. */
  int register;

  /** The ModRM rm field with REX.B where it is a register, else -1. */
  int rm = -1;

  /** The immediate. */
  long immediate;

  private int base = -1;
  private int index = -1;
  private int scale;
  private boolean ripRelative;
  private boolean segmentGs;
  private long displacement;
  private int displacementSize;
  private int mod;

  Encoder(Layout layout, TestCase test, SplittableRandom random) {
    this.layout = layout;
    this.test = test;
    this.form = test.form;
    this.random = random;
  }

  /** False if this draw leads to nothing. */
  boolean encode() {
    drawSizes();
    rex = wide || random.nextInt(3) == 0;
    Form.Vex vex = form.vex();
    if (vex != null) {
      drawVex(vex);
    }
    register =
        form.digit() >= 0 && !form.registerInOpcode()
            ? form.digit()
            : random.nextInt(form.group().equals("x87") ? 8 : 16);
    if (form.hasModrm()) {
      boolean memory = form.memoryAllowed() && (!form.registerAllowed() || random.nextInt(2) == 0);
      if (memory) {
        if (form.hook("gather")) {
          if (!drawGather()) {
            return false;
          }
        } else if (!drawMemory()) {
          return false;
        }
      } else {
        mod = 3;
        rm = random.nextInt(16);
        if (form.hook("target") && rm == 4) {
          return false;
        }
      }
    } else if (form.immediate().equals("moffs")) {
      addressSize = random.nextInt(4) == 0 ? 4 : 8;
      place(1);
    } else if (form.hook("string") || form.hook("xlat") || form.hook("maskmov")) {
      addressSize = random.nextInt(4) == 0 ? 4 : 8;
    }
    if (form.hook("maskmov")) {
      addressSize = random.nextInt(4) == 0 ? 4 : 8;
    }
    if (form.immediate().startsWith("rel") && form.name().matches("LOOP.*|JCXZ")) {
      addressSize = random.nextInt(4) == 0 ? 4 : 8;
    }
    if (form.rep() && random.nextBoolean()) {
      repeat = random.nextBoolean() ? 0xF2 : 0xF3;
    }
    emit();
    if (length > 15) {
      return false;
    }
    test.code = java.util.Arrays.copyOf(bytes, length);
    test.fixedCode |= ripRelative;
    return true;
  }

  /** Bytes of the memory operand. */
  int memorySize() {
    return switch (form.memory()) {
      case -1 -> operandSize;
      case -2 -> wide ? 8 : 4;
      case -3 -> operandSize == 2 ? 2 : 8;
      case Form.VECTOR -> vectorLength;
      case Form.HALF -> vectorLength / 2;
      case Form.QUARTER -> vectorLength / 4;
      case Form.EIGHTH -> vectorLength / 8;
      default -> form.memory();
    };
  }

  /** True if an operand is in memory through ModRM. */
  boolean hasMemory() {
    return form.hasModrm() && rm < 0;
  }

  /** True if this register takes part in the address. */
  boolean inAddress(int register) {
    return register == base || register == index;
  }

  private void drawSizes() {
    switch (form.sizes()) {
      case 'v' -> {
        operandSize = 2 << random.nextInt(3);
        wide = operandSize == 8;
      }
      case 'w' -> {
        wide = random.nextBoolean();
        operandSize = wide ? 8 : 4;
      }
      case 'q' -> operandSize = random.nextInt(4) == 0 ? 2 : 8;
      default -> wide = random.nextInt(8) == 0 && !form.hook("target") && !form.hook("xsave");
    }
  }

  private void drawVex(Form.Vex vex) {
    if (form.sizes() == ' ') {
      wide = vex.w() < 0 ? random.nextBoolean() : vex.w() == 1;
    }
    vectorLength = (vex.l() < 0 ? random.nextBoolean() : vex.l() == 1) ? 32 : 16;
    vvvv = vex.vvvv() ? random.nextInt(16) : 0;
    rex = false;
  }

  // An address whose index is a vector register: every element reaches into the window.
  private boolean drawGather() {
    base = random.nextInt(16);
    index = random.nextInt(16);
    if (base == 4 || index == register || index == vvvv || vvvv == register) {
      return false;
    }
    scale = random.nextInt(4);
    addressSize = random.nextInt(6) == 0 ? 4 : 8;
    drawDisplacement();
    MachineState s = test.in;
    long value = layout.window() + 0x1000 - displacement;
    s.r[base] = addressSize == 4 ? value & 0xFFFF_FFFFL | (long) random.nextInt() << 32 : value;
    test.fixedRegisters |= 1 << base;
    test.fixedVectors = true;
    boolean wideIndex = form.name().matches("VP?GATHERQ..?");
    for (int i = 0; i < 4; i++) {
      long a = random.nextInt(200) - 100L;
      long b = random.nextInt(200) - 100L;
      long[] half = i < 2 ? s.fx : s.high;
      half[(i < 2 ? 20 : 0) + 2 * index + (i & 1)] = wideIndex ? a : a & 0xFFFF_FFFFL | b << 32;
    }
    return true;
  }

  private int alignment() {
    return form.alignment() == Form.BY_VECTOR ? vectorLength : form.alignment();
  }

  /** Draws where in the window the memory operand lies. */
  private void place(int margin) {
    int size = Math.max(memorySize(), 1);
    int offset;
    if (random.nextInt(4) == 0 && alignment() < size + 1) {
      offset = 4096 - random.nextInt(size + 1);
    } else {
      offset = 0x100 + margin + random.nextInt(0x1A00 - margin);
    }
    test.memoryOffset = offset & -alignment();
    test.memorySize = size;
  }

  private boolean drawMemory() {
    place(0);
    MachineState s = test.in;
    addressSize = random.nextInt(6) == 0 ? 4 : 8;
    long target = layout.window() + test.memoryOffset;
    int kind = random.nextInt(8);
    segmentGs = random.nextInt(30) == 0;
    if (kind == 0) { // RIP-relative
      mod = 0;
      ripRelative = true;
      displacement = target;
      displacementSize = 4;
      return true;
    }
    boolean hasBase = kind != 1;
    boolean hasIndex = kind <= 4;
    scale = random.nextInt(4);
    if (hasBase) {
      base = random.nextInt(16);
    }
    if (hasIndex && (hasBase || random.nextBoolean())) {
      index = random.nextInt(16);
      if (index == 4 || index == base) {
        return false;
      }
    }
    if (form.hook("bt") && form.digit() == -1 && inAddress(register)
        || form.hook("leave")
        || form.hook("cmpxchg8") && (inAddress(0) || inAddress(2))
        || form.hook("div") && (inAddress(0) || inAddress(2))
        || form.hook().startsWith("x") && (inAddress(0) || inAddress(2))
        || form.hook("pcmpstr") && random.nextInt(3) != 0 && (inAddress(0) || inAddress(2))) {
      return false;
    }
    long mask = addressSize == 4 ? 0xFFFF_FFFFL : -1L;
    long scaled = 0;
    if (index >= 0) {
      if (random.nextBoolean()) {
        s.r[index] = random.nextInt(64) - 32L;
      } else if (addressSize == 8) {
        s.r[index] = random.nextLong();
      }
      scaled = s.r[index] << scale;
      test.fixedRegisters |= 1 << index;
    }
    if (base < 0) {
      mod = 0;
      displacementSize = 4;
      displacement = target - scaled & mask;
      if (addressSize == 8) {
        // The displacement reaches 2 GiB only: bring the index near.
        if (index >= 0) {
          s.r[index] = random.nextInt(64) - 32L;
          displacement = target - (s.r[index] << scale);
        }
      }
      return true;
    }
    drawDisplacement();
    if (base == 4) {
      long d = target - scaled - s.r[4];
      if (addressSize == 8 && d != (int) d) {
        s.r[index] = random.nextInt(64) - 32L;
        d = target - (s.r[index] << scale) - s.r[4];
      }
      mod = 2;
      displacementSize = 4;
      displacement = d;
    } else {
      long value = target - scaled - displacement;
      s.r[base] = addressSize == 4 ? value & mask | (long) random.nextInt() << 32 : value;
      test.fixedRegisters |= 1 << base;
    }
    return true;
  }

  private void drawDisplacement() {
    switch (random.nextInt(3)) {
      case 0 -> {
        mod = 1;
        displacementSize = 1;
        displacement = (byte) random.nextInt();
      }
      case 1 -> {
        mod = 2;
        displacementSize = 4;
        displacement = random.nextBoolean() ? random.nextInt() : random.nextInt(512) - 256;
      }
      default -> {
        if ((base & 7) == 5) {
          mod = 1;
          displacementSize = 1;
        } else {
          mod = 0;
        }
      }
    }
  }

  private void emit() {
    length = 0;
    boolean plain = !form.immediate().startsWith("rel") && !form.hook("ret");
    if (plain && random.nextInt(16) == 0) {
      put(HARMLESS_PREFIXES[random.nextInt(4)]);
    }
    if (segmentGs && hasMemory()) {
      put(0x65);
    }
    if (addressSize == 4) {
      put(0x67);
    }
    if (operandSize == 2) {
      put(0x66);
    }
    if (form.lock() && hasMemory() && random.nextInt(3) == 0) {
      put(0xF0);
    }
    if (repeat != 0) {
      put(repeat);
    }
    if (form.prefix() != 0 && form.vex() == null) {
      put(form.prefix());
    }
    int r = form.registerInOpcode() || form.digit() >= 0 ? 0 : register >> 3;
    int x = index >= 0 ? index >> 3 : 0;
    int b = form.registerInOpcode() ? register >> 3 : rm >= 0 ? rm >> 3 : base >= 0 ? base >> 3 : 0;
    if (form.group().equals("mmx") && random.nextInt(3) > 0) {
      rex = wide || (r | x | b) != 0;
    }
    int last = form.opcode().length - 1;
    if (form.vex() != null) {
      emitVex(r, x, b);
    } else {
      rex |= (r | x | b) != 0;
      if (rex) {
        put(0x40 | (wide ? 8 : 0) | r << 2 | x << 1 | b);
      }
      for (int i = 0; i < last; i++) {
        put(form.opcode()[i]);
      }
    }
    put(form.opcode()[last] + (form.registerInOpcode() ? register & 7 : 0));
    int ripAt = -1;
    if (form.hasModrm()) {
      ripAt = emitModrm();
    }
    emitImmediate();
    if (ripAt >= 0) {
      putAt(ripAt, displacement - (test.ip + length), 4);
    }
  }

  private void emitVex(int r, int x, int b) {
    int map = form.opcode().length == 2 ? 1 : form.opcode()[1] == 0x38 ? 2 : 3;
    int pp = form.prefix() == 0x66 ? 1 : form.prefix() == 0xF3 ? 2 : form.prefix() == 0xF2 ? 3 : 0;
    int last = (~vvvv & 15) << 3 | (vectorLength == 32 ? 4 : 0) | pp;
    if (map == 1 && !wide && (x | b) == 0 && random.nextInt(4) > 0) {
      put(0xC5);
      put((1 - r) << 7 | last);
    } else {
      put(0xC4);
      put((1 - r) << 7 | (1 - x) << 6 | (1 - b) << 5 | map);
      put((wide ? 0x80 : 0) | last);
    }
  }

  private int emitModrm() {
    int reg = (register & 7) << 3;
    if (mod == 3) {
      put(0xC0 | reg | rm & 7);
      return -1;
    }
    if (ripRelative) {
      put(reg | 5);
      length += 4;
      return length - 4;
    }
    boolean sib = index >= 0 || base < 0 || (base & 7) == 4 || random.nextInt(8) == 0;
    if (sib) {
      put(mod << 6 | reg | 4);
      put(scale << 6 | (index >= 0 ? index & 7 : 4) << 3 | (base >= 0 ? base & 7 : 5));
    } else {
      put(mod << 6 | reg | base & 7);
    }
    putAt(length, displacement, displacementSize);
    length += displacementSize;
    return -1;
  }

  private void emitImmediate() {
    switch (form.immediate()) {
      case "" -> {}
      case "is4" -> immediate(random.nextInt(256), 1);
      case "ib" -> immediate(Values.integer(random, 1), 1);
      case "iw" -> immediate(Values.integer(random, 2), 2);
      case "iz" -> {
        int size = operandSize == 2 ? 2 : 4;
        immediate(Values.integer(random, size), size);
      }
      case "iv" -> immediate(Values.integer(random, operandSize), operandSize);
      case "moffs" -> immediate(layout.window() + test.memoryOffset, addressSize);
      case "enter" -> {
        int size = random.nextInt(64);
        int level = random.nextInt(3) == 0 ? random.nextInt(32) : random.nextInt(3);
        immediate(size | (long) level << 16 | (random.nextInt() & 0xE0L) << 16, 3);
      }
      case "rel8" -> {
        int pad = random.nextInt(7);
        jump(pad < 4 ? pad : Layout.PADS_BEHIND + pad - 4, 1);
      }
      case "relz" -> jump(random.nextInt(Layout.PADS), 4);
      default -> immediate(random.nextInt(Integer.parseInt(form.immediate().substring(1)) + 1), 1);
    }
  }

  private void jump(int pad, int size) {
    int total = length + size;
    immediate(Layout.padAddress(test.ip, total, pad) - test.ip - total, size);
    test.fixedCode = true;
  }

  private void immediate(long value, int size) {
    immediate = value;
    putAt(length, value, size);
    length += size;
  }

  private void put(int value) {
    bytes[length++] = (byte) value;
  }

  private void putAt(int at, long value, int size) {
    for (int i = 0; i < size; i++) {
      bytes[at + i] = (byte) (value >>> 8 * i);
    }
  }
}
