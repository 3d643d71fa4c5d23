// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.state;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.X87State;

/**
 * The 512 bytes of FXSAVE, which XSAVE areas begin with (SDM volume 1, section 10.5.1): control
 * words, eight x87 registers from 32, sixteen XMM registers from 160.
 */
public final class LegacyRegion {
  /** Bytes. */
  public static final int SIZE = 512;

  /** Offset of MXCSR; its mask follows. */
  static final int MXCSR = 24;

  /** Bits of MXCSR that exist. */
  static final int MXCSR_MASK = 0xFFFF;

  private static final int X87_REGISTERS = 32;
  private static final int XMM_REGISTERS = 160;

  private LegacyRegion() {}

  // ---- in guest memory -----------------------------------------------------------------------

  /** Writes the x87 part; {@code wide} gives instruction and data pointers 64 bits. */
  static void storeX87(Cpu cpu, long at, boolean wide) {
    X87State x = cpu.x87;
    cpu.write16(at, x.control);
    cpu.write16(at + 2, status(x));
    cpu.write16(at + 4, tags(x));
    cpu.write16(at + 6, x.opcode);
    if (wide) {
      cpu.write64(at + 8, x.instructionPointer);
      cpu.write64(at + 16, x.dataPointer);
    } else {
      cpu.write64(at + 8, x.instructionPointer & 0xFFFF_FFFFL | (long) x.instructionSelector << 32);
      cpu.write64(at + 16, x.dataPointer & 0xFFFF_FFFFL | (long) x.dataSelector << 32);
    }
    for (int i = 0; i < 8; i++) {
      int register = x.top + i & 7;
      cpu.write64(at + X87_REGISTERS + 16L * i, x.significand[register]);
      cpu.write64(at + X87_REGISTERS + 16L * i + 8, x.signExponent[register] & 0xFFFF);
    }
  }

  /** Reads the x87 part. */
  static void loadX87(Cpu cpu, long at, boolean wide) {
    X87State x = cpu.x87;
    x.control = cpu.read16(at) & 0x1F7F | 0x40;
    int status = cpu.read16(at + 2);
    status(x, status);
    int tags = cpu.read8(at + 4);
    x.opcode = cpu.read16(at + 6) & 0x7FF;
    if (wide) {
      x.instructionPointer = cpu.read64(at + 8);
      x.dataPointer = cpu.read64(at + 16);
      x.instructionSelector = 0;
      x.dataSelector = 0;
    } else {
      x.instructionPointer = cpu.read32(at + 8) & 0xFFFF_FFFFL;
      x.instructionSelector = cpu.read16(at + 12);
      x.dataPointer = cpu.read32(at + 16) & 0xFFFF_FFFFL;
      x.dataSelector = cpu.read16(at + 20);
    }
    x.occupied = tags;
    for (int i = 0; i < 8; i++) {
      int register = x.top + i & 7;
      x.significand[register] = cpu.read64(at + X87_REGISTERS + 16L * i);
      x.signExponent[register] = cpu.read16(at + X87_REGISTERS + 16L * i + 8);
    }
  }

  /** Writes the XMM registers of the mode: eight outside 64-bit mode. */
  static void storeXmm(Cpu cpu, long at) {
    int halves = cpu.mode64 ? 32 : 16;
    for (int i = 0; i < halves; i++) {
      cpu.write64(at + XMM_REGISTERS + 8L * i, cpu.xmm[i]);
    }
  }

  /** Reads the XMM registers of the mode. */
  static void loadXmm(Cpu cpu, long at) {
    int halves = cpu.mode64 ? 32 : 16;
    for (int i = 0; i < halves; i++) {
      cpu.xmm[i] = cpu.read64(at + XMM_REGISTERS + 8L * i);
    }
  }

  private static int status(X87State x) {
    return x.status & ~0x3800 | x.top << 11;
  }

  private static void status(X87State x, int status) {
    x.top = status >> 11 & 7;
    x.status = status & ~0x3800;
  }

  private static int tags(X87State x) {
    return x.occupied & 0xFF;
  }

  // ---- as bytes, for saved machines ----------------------------------------------------------

  /** Stores everything in the 64-bit format; {@code image} has 512 bytes. */
  public static void store(Cpu cpu, byte[] image) {
    X87State x = cpu.x87;
    put(
        image,
        0,
        x.control & 0xFFFFL
            | (long) status(x) << 16
            | (long) tags(x) << 32
            | (long) x.opcode << 48);
    put(image, 8, x.instructionPointer);
    put(image, 16, x.dataPointer);
    put(image, MXCSR, cpu.mxcsr & 0xFFFF_FFFFL | (long) MXCSR_MASK << 32);
    for (int i = 0; i < 8; i++) {
      int register = x.top + i & 7;
      put(image, X87_REGISTERS + 16 * i, x.significand[register]);
      put(image, X87_REGISTERS + 16 * i + 8, x.signExponent[register] & 0xFFFF);
    }
    for (int i = 0; i < 32; i++) {
      put(image, XMM_REGISTERS + 8 * i, cpu.xmm[i]);
    }
  }

  /** Loads what {@link #store} stored. */
  public static void load(Cpu cpu, byte[] image) {
    X87State x = cpu.x87;
    long words = get(image, 0);
    x.control = (int) words & 0xFFFF;
    status(x, (int) (words >>> 16) & 0xFFFF);
    x.occupied = (int) (words >>> 32) & 0xFF;
    x.opcode = (int) (words >>> 48) & 0x7FF;
    x.instructionPointer = get(image, 8);
    x.dataPointer = get(image, 16);
    cpu.mxcsr = (int) get(image, MXCSR) & MXCSR_MASK;
    for (int i = 0; i < 8; i++) {
      int register = x.top + i & 7;
      x.significand[register] = get(image, X87_REGISTERS + 16 * i);
      x.signExponent[register] = (int) get(image, X87_REGISTERS + 16 * i + 8) & 0xFFFF;
    }
    for (int i = 0; i < 32; i++) {
      cpu.xmm[i] = get(image, XMM_REGISTERS + 8 * i);
    }
  }

  private static void put(byte[] image, int at, long value) {
    for (int i = 0; i < 8; i++) {
      image[at + i] = (byte) (value >>> 8 * i);
    }
  }

  private static long get(byte[] image, int at) {
    long value = 0;
    for (int i = 7; i >= 0; i--) {
      value = value << 8 | image[at + i] & 0xFF;
    }
    return value;
  }
}
