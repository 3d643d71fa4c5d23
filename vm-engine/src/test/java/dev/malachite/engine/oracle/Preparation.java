// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import java.math.BigInteger;
import java.util.SplittableRandom;

/**
 * Gives the operands of an encoded instruction their values: what would fault on the host is kept
 * out, and what the manual leaves undefined for these values is noted.
 *
 * <p>The hooks of {@link Form}, by name, are the methods and cases here.
 */
final class Preparation {
  private final Layout layout;
  private final TestCase test;
  private final Form form;
  private final MachineState in;
  private final Encoder e;
  private final SplittableRandom random;

  Preparation(Layout layout, TestCase test, Encoder encoder, SplittableRandom random) {
    this.layout = layout;
    this.test = test;
    form = test.form;
    in = test.in;
    e = encoder;
    this.random = random;
  }

  /** False if this draw leads to nothing. */
  boolean prepare() {
    if (test.memoryOffset >= 0) {
      fillOperand();
    }
    return switch (form.hook()) {
      case "" -> true;
      case "shift" -> shift();
      case "shd" -> doubleShift();
      case "div" -> divide();
      case "cmpxchg" -> compareExchange();
      case "cmpxchg8" -> compareExchangeWide();
      case "bt" -> bitString();
      case "leave" -> frame();
      case "enter" -> frame();
      case "target" -> target();
      case "ret" -> {
        in.put(stackOffset(), 8, pad());
        yield keepMemory();
      }
      case "popf" -> {
        in.put(stackOffset(), 8, random.nextInt() & 0xCD5 | 0x202);
        yield keepMemory();
      }
      case "xlat" -> {
        in.r[3] = anyHigh(layout.window() + 0x200 + random.nextInt(0x1000));
        test.fixedRegisters |= 1 << 3;
        yield true;
      }
      case "string" -> string();
      case "maskmov" -> {
        test.memoryOffset = 0x100 + random.nextInt(0x1A00);
        in.r[7] = anyHigh(layout.window() + test.memoryOffset);
        test.fixedRegisters |= 1 << 7;
        yield true;
      }
      case "vshift" -> vectorShift();
      case "pcmpstr" -> strings();
      case "ptest" -> similar();
      case "estimate", "gather" -> true;
      default -> floatingPoint();
    };
  }

  private boolean keepMemory() {
    test.fixedMemory = true;
    return true;
  }

  private int stackOffset() {
    return (int) (in.r[4] - layout.window());
  }

  private long pad() {
    return Layout.padAddress(test.ip, test.code.length, random.nextInt(Layout.PADS));
  }

  /** Garbage above the bits of a 32-bit address. */
  private long anyHigh(long address) {
    return e.addressSize == 4 ? address | (long) random.nextInt() << 32 : address;
  }

  private void fillOperand() {
    int offset = test.memoryOffset;
    int size = test.memorySize;
    if (form.data().equals("f80") && size == 10) {
      MachineState s = new MachineState();
      Values.extended(random, s, 0);
      in.put(offset, 8, s.significand(0));
      in.put(offset + 8, 2, s.signExponent(0));
      return;
    }
    for (int i = 0; i < size; i += 8) {
      int n = Math.min(8, size - i);
      long value =
          n == 4 && form.data().equals("f32")
              ? Values.single(random)
              : n < 8 || form.data().equals("f80")
                  ? Values.integer(random, n)
                  : CaseGenerator.half(form.data(), random);
      in.put(offset + i, n, value);
    }
  }

  // ---- integer -------------------------------------------------------------------------------

  private int bits() {
    return form.memory() == 1 ? 8 : 8 * e.operandSize;
  }

  // SDM volume 2, SAL/SAR/SHL/SHR and RCL/RCR/ROL/ROR, "Flags Affected".
  private boolean shift() {
    int last = form.opcode()[form.opcode().length - 1];
    int raw = last < 0xD0 ? (int) e.immediate : last < 0xD2 ? 1 : shiftByRcx();
    int bits = bits();
    int count = raw & (bits == 64 ? 63 : 31);
    if (form.digit() < 4) {
      test.undefinedFlags = count == 1 || count == 0 ? 0 : 0x800;
    } else if (count != 0) {
      test.undefinedFlags = 0x10 | (count == 1 ? 0 : 0x800);
      if (count >= bits && form.digit() != 7) {
        test.undefinedFlags |= 1;
      }
    }
    return true;
  }

  private int shiftByRcx() {
    if (!e.inAddress(1) && e.rm != 1 && random.nextBoolean()) {
      in.r[1] = in.r[1] & ~0xFFL | random.nextInt(8);
    }
    test.fixedRegisters |= 1 << 1;
    return (int) in.r[1] & 0xFF;
  }

  private boolean doubleShift() {
    int raw = form.immediate().isEmpty() ? shiftByRcx() : (int) e.immediate;
    int count = raw & (bits() == 64 ? 63 : 31);
    if (count > bits()) {
      return false; // the result is undefined
    }
    if (count != 0) {
      test.undefinedFlags = 0x10 | (count == 1 ? 0 : 0x800);
    }
    return true;
  }

  private boolean divide() {
    int size = bits() / 8;
    boolean signed = form.digit() == 7;
    int rm = e.rm;
    boolean highByte = size == 1 && !e.rex && rm >= 4;
    if (rm == 0 || rm == 2 && size > 1 || rm == 4 || highByte && rm < 8) {
      return false; // operands in each other's way
    }
    long divisor;
    if (rm >= 0) {
      divisor = in.r[rm];
      test.fixedRegisters |= 1 << rm;
    } else {
      divisor = in.get(test.memoryOffset, size);
    }
    // Make quotients of all lengths: shorten the dividend's high half as far as the divisor is.
    long mask = size == 8 ? -1 : (1L << 8 * size) - 1;
    long high = Values.integer(random, size) >>> random.nextInt(8 * size);
    if (signed && random.nextBoolean()) {
      high = ~high & mask;
    }
    if (random.nextInt(3) == 0) {
      high = signed && (in.r[0] >>> 8 * size - 1 & 1) != 0 ? mask : 0;
    }
    if (size == 1) {
      in.r[0] = in.r[0] & ~0xFF00L | high << 8;
    } else {
      in.r[2] = size == 8 ? high : in.r[2] & ~mask | high;
    }
    test.fixedRegisters |= 5;
    test.fixedMemory = true;
    return quotientFits(high, in.r[0] & mask, divisor & mask, size, signed);
  }

  private static boolean quotientFits(long high, long low, long divisor, int size, boolean signed) {
    BigInteger d = number(divisor, size, signed);
    BigInteger dividend =
        number(high, size, signed).shiftLeft(8 * size).add(number(low, size, false));
    if (d.signum() == 0) {
      return false;
    }
    BigInteger q = dividend.divide(d);
    return signed ? q.bitLength() < 8 * size : q.bitLength() <= 8 * size;
  }

  private static BigInteger number(long value, int size, boolean signed) {
    long extended = signed ? value << 64 - 8 * size >> 64 - 8 * size : value;
    BigInteger n = BigInteger.valueOf(extended);
    return !signed && extended < 0 ? n.add(BigInteger.ONE.shiftLeft(64)) : n;
  }

  private boolean compareExchange() {
    if (random.nextBoolean()) {
      if (e.rm >= 0) {
        if (e.rm != 4 && !(form.memory() == 1 && e.rm >= 4)) {
          in.r[e.rm] = in.r[0];
        }
      } else {
        in.put(test.memoryOffset, e.memorySize(), in.r[0]);
      }
    }
    return true;
  }

  private boolean compareExchangeWide() {
    int size = e.wide ? 8 : 4;
    if (random.nextBoolean()) {
      in.put(test.memoryOffset, size, in.r[0]);
      in.put(test.memoryOffset + size, size, in.r[2]);
    }
    return true;
  }

  private boolean bitString() {
    if (e.hasMemory()) {
      // The bit offset reaches around the operand: keep it within the window's margin.
      long offset = random.nextInt(0xF00) - 0x780L;
      int size = e.operandSize;
      in.r[e.register] =
          size == 8 ? offset : in.r[e.register] & -1L << 8 * size | offset & (1L << 8 * size) - 1;
      test.fixedRegisters |= 1 << e.register;
      return e.register != 4;
    }
    return true;
  }

  private boolean frame() {
    in.r[5] = in.r[4] + 8 + random.nextInt(0x400);
    test.fixedRegisters |= 1 << 5;
    return true;
  }

  private boolean target() {
    if (e.rm >= 0) {
      in.r[e.rm] = pad();
      test.fixedRegisters |= 1 << e.rm;
    } else {
      in.put(test.memoryOffset, 8, pad());
    }
    return keepMemory();
  }

  private boolean string() {
    in.r[6] = anyHigh(layout.window() + 0xC00 + random.nextInt(0x600));
    in.r[7] = anyHigh(layout.window() + 0xC00 + random.nextInt(0x600));
    if (random.nextInt(4) == 0) {
      in.r[7] = anyHigh((in.r[6] & 0xFFFF_FFFFL) + random.nextInt(17) - 8);
    }
    if (e.repeat != 0) {
      in.r[1] = anyHigh(random.nextInt(20));
    }
    test.fixedRegisters |= 0xC2;
    int first = (int) (in.r[7] & 0xFFFF_FFFFL) - (int) layout.window();
    int kind = random.nextInt(3);
    if (kind == 0) {
      java.util.Arrays.fill(in.memory, 0xA00, 0x1600, (byte) in.r[0]); // compares and scans equal
      in.put(first + random.nextInt(32) - 16, 1, random.nextInt());
    } else if (kind == 1) {
      java.util.Arrays.fill(in.memory, 0xA00, 0x1600, (byte) 0);
    }
    return true;
  }

  // ---- vectors -------------------------------------------------------------------------------

  private boolean vectorShift() {
    if (random.nextInt(4) > 0) {
      long count = random.nextInt(70);
      if (e.rm < 0) {
        in.put(test.memoryOffset, 8, count);
      } else if (form.group().equals("mmx")) {
        in.st(e.rm - in.top() & 7, 0xFFFF, count);
      } else {
        in.xmm(e.rm, 0, count);
      }
    }
    return true;
  }

  private boolean strings() {
    int letters = 1 + random.nextInt(5);
    boolean words = (e.immediate & 1) != 0;
    for (int i = 0; i < 32; i++) {
      in.fx[20 + i] = letters(letters, words);
    }
    if (e.hasMemory()) {
      in.put(test.memoryOffset, 8, letters(letters, words));
      in.put(test.memoryOffset + 8, 8, letters(letters, words));
    }
    for (int r = 0; r < 4; r += 2) {
      if (!e.inAddress(r)) {
        in.r[r] = random.nextInt(40) - 20L;
        if (random.nextInt(4) == 0) {
          in.r[r] |= (long) random.nextInt() << 32;
        }
      }
    }
    return true;
  }

  private long letters(int count, boolean words) {
    long value = 0;
    for (int i = 0; i < 8; i += words ? 2 : 1) {
      int letter = random.nextInt(12) == 0 ? 0 : 'a' + random.nextInt(count);
      if (random.nextInt(16) == 0) {
        letter = words ? random.nextInt(0x10000) : random.nextInt(256);
      }
      value |= (long) letter << 8 * i;
    }
    return value;
  }

  private boolean similar() {
    if (e.rm >= 0 && random.nextBoolean()) {
      int source = e.rm;
      int target = e.register;
      boolean inverse = random.nextBoolean();
      for (int half = 0; half < 2; half++) {
        long v = in.xmm(target, half);
        in.xmm(source, half, inverse ? ~v : v & random.nextLong());
      }
    }
    return true;
  }

  // ---- floating-point state ------------------------------------------------------------------

  private boolean floatingPoint() {
    int at = test.memoryOffset;
    switch (form.hook()) {
      case "fldcw" -> {
        in.put(at, 2, random.nextInt() & 0xF40 | 0x3F);
        if ((in.get(at, 2) & 0x300) == 0x100) {
          in.put(at, 2, in.get(at, 2) | 0x300);
        }
      }
      case "fldenv", "frstor" -> {
        in.put(at, 4, random.nextInt() & 0xFFFF_0000 | random.nextInt(4) << 10 | 0x37F);
        in.put(at + 4, 4, random.nextInt() & 0xFFFF_7F7F);
      }
      case "fldenv16" -> {
        in.put(at, 2, random.nextInt(4) << 10 | 0x37F);
        in.put(at + 2, 2, random.nextInt() & 0x7F7F);
      }
      case "fstenv16" -> test.ignoreMemory(at + 6, at + 14);
      case "fstenv", "fsave" -> test.ignoreMemory(at + 12, at + 28);
      case "bcd" -> {
        for (int i = 0; i < 9; i++) {
          in.put(at + i, 1, random.nextInt(10) << 4 | random.nextInt(10));
        }
        in.put(at + 9, 1, random.nextInt());
      }
      case "f2xm1" -> near(0x3FFE);
      case "fyl2xp1" -> near(0x3FFC);
      case "trig" -> {
        if (random.nextInt(8) > 0) {
          near(0x3FFF + 3);
        }
      }
      case "ldmxcsr" -> in.put(at, 4, random.nextInt() & 0xFFFF | 0x1F80);
      case "fxsave" -> {
        test.ignoreMemory(at + 6, at + 24);
        test.ignoreMemory(at + 28, at + 32);
        test.ignoreMemory(at + 416, at + 512);
      }
      case "fxrstor" -> image(at);
      case "xsave", "xsaveopt", "xsavec" -> saveArea(at);
      case "xrstor" -> restoreArea(at);
      default -> throw new IllegalStateException("no hook " + form.hook());
    }
    return keepMemory();
  }

  /** ST(0) with at most this exponent. */
  private void near(int exponent) {
    if (random.nextInt(4) > 0) {
      in.st(
          0,
          random.nextInt(2) << 15 | exponent - random.nextInt(random.nextBoolean() ? 4 : 70),
          random.nextLong() | 1L << 63);
    }
  }

  private void image(int at) {
    in.put(at, 2, random.nextInt(4) << 10 | 0x37F);
    in.put(at + 2, 2, random.nextInt() & 0x7F7F);
    in.put(at + 4, 1, random.nextInt());
    in.put(at + 24, 4, random.nextInt() & 0xFFFF | 0x1F80);
    MachineState s = new MachineState();
    for (int i = 0; i < 8; i++) {
      Values.extended(random, s, i);
      in.put(at + 32 + 16 * i, 8, s.significand(i));
      in.put(at + 40 + 16 * i, 2, s.signExponent(i));
    }
  }

  private int anyComponents() {
    return random.nextInt(HostFeatures.has("avx") ? 8 : 4);
  }

  private void components() {
    in.r[0] = anyComponents();
    in.r[2] = 0;
    test.fixedRegisters |= 5;
  }

  private void saveArea(int at) {
    components();
    // SDM volume 1, section 13.6: whether an initial state is noticed depends on the processor.
    if (HostFeatures.amd() && random.nextInt(3) == 0) {
      initialState();
    }
    in.put(at + 512, 8, anyComponents());
    test.ignoreMemory(at + 6, at + 24);
    test.ignoreMemory(at + 28, at + 32);
    test.ignoreMemory(at + 416, at + 512);
  }

  private void initialState() {
    if (random.nextBoolean()) {
      in.control(0x37F);
      in.status(0);
      in.tags(0);
      for (int i = 0; i < 8; i++) {
        in.st(i, 0, 0);
      }
    }
    if (random.nextBoolean()) {
      in.mxcsr(0x1F80);
      java.util.Arrays.fill(in.fx, 20, 52, 0);
      java.util.Arrays.fill(in.high, 0); // dirty, they keep SSE state from counting as initial
    }
  }

  private void restoreArea(int at) {
    components();
    image(at);
    for (int i = 512; i < 576; i += 8) {
      in.put(at + i, 8, 0);
    }
    int present = anyComponents();
    in.put(at + 512, 8, present);
    if (random.nextInt(3) == 0) {
      in.put(at + 520, 8, present | anyComponents() | 1L << 63);
    }
  }
}
