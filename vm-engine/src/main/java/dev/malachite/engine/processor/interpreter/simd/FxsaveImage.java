// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.X87State;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The 512-byte image of x87 and SSE registers that FXSAVE stores (SDM volume 1, section 10.5.1), as
 * 64 words of eight bytes.
 */
public final class FxsaveImage {
  /** Words of the image, by number. */
  static final int CONTROL = 0,
      INSTRUCTION_POINTER = 1,
      DATA_POINTER = 2,
      MXCSR = 3,
      ST0 = 4,
      XMM0 = 20,
      END = 52;

  /** The bits of MXCSR that exist. */
  static final int MXCSR_MASK = 0xFFFF;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private FxsaveImage() {}

  /** Stores the 64-bit form of the image: 512 bytes, those behind XMM15 zero. */
  public static void store(Cpu cpu, byte[] image) {
    for (int i = 0; i < 64; i++) {
      LONG.set(image, 8 * i, i < END ? word(cpu, i, true) : 0);
    }
  }

  /** Loads an image that {@link #store} or FXSAVE64 made; bits MXCSR doesn't have are dropped. */
  public static void load(Cpu cpu, byte[] image) {
    for (int i = 0; i < END; i++) {
      setWord(cpu, i, (long) LONG.get(image, 8 * i), true);
    }
  }

  /**
   * One word of the image.
   *
   * @param i 0 to 51
   * @param wide true for the 64-bit form: pointers without selectors
   */
  static long word(Cpu cpu, int i, boolean wide) {
    X87State x = cpu.x87;
    if (i >= XMM0) {
      return cpu.xmm[i - XMM0];
    }
    if (i >= ST0) {
      int physical = x.top + (i - ST0 >> 1) & 7;
      return (i & 1) == 0 ? x.significand[physical] : x.signExponent[physical] & 0xFFFFL;
    }
    return switch (i) {
      case CONTROL ->
          x.control & 0xFFFFL
              | (status(x) & 0xFFFFL) << 16
              | (x.occupied & 0xFFL) << 32
              | (x.opcode & 0x7FFL) << 48;
      case INSTRUCTION_POINTER -> pointer(x.instructionPointer, x.instructionSelector, wide);
      case DATA_POINTER -> pointer(x.dataPointer, x.dataSelector, wide);
      default -> cpu.mxcsr & 0xFFFF_FFFFL | (long) MXCSR_MASK << 32;
    };
  }

  private static int status(X87State x) {
    int status = x.status & ~0xB880 | x.top << 11;
    return Mmx.pending(x) ? status | 0x8080 : status;
  }

  private static long pointer(long offset, int selector, boolean wide) {
    return wide ? offset : offset & 0xFFFF_FFFFL | (selector & 0xFFFFL) << 32;
  }

  /** Loads one word; {@link #CONTROL} goes before the registers, whose order it tells. */
  static void setWord(Cpu cpu, int i, long value, boolean wide) {
    X87State x = cpu.x87;
    if (i >= XMM0) {
      cpu.xmm[i - XMM0] = value;
    } else if (i >= ST0) {
      int physical = x.top + (i - ST0 >> 1) & 7;
      if ((i & 1) == 0) {
        x.significand[physical] = value;
      } else {
        x.signExponent[physical] = (int) value & 0xFFFF;
      }
    } else {
      switch (i) {
        case CONTROL -> setControl(x, value);
        case INSTRUCTION_POINTER -> {
          x.instructionPointer = wide ? value : value & 0xFFFF_FFFFL;
          x.instructionSelector = wide ? 0 : (int) (value >>> 32) & 0xFFFF;
        }
        case DATA_POINTER -> {
          x.dataPointer = wide ? value : value & 0xFFFF_FFFFL;
          x.dataSelector = wide ? 0 : (int) (value >>> 32) & 0xFFFF;
        }
        default -> cpu.mxcsr = (int) value & MXCSR_MASK;
      }
    }
  }

  private static void setControl(X87State x, long value) {
    x.control = (int) value & 0x1F3F | 0x40;
    int status = (int) (value >>> 16) & 0xFFFF;
    x.top = status >> 11 & 7;
    x.status = status & ~0xB880;
    if (Mmx.pending(x)) {
      x.status |= 0x8080;
    }
    x.occupied = (int) (value >>> 32) & 0xFF;
    x.opcode = (int) (value >>> 48) & 0x7FF;
  }
}
