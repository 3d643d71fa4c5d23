// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.x87;

import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.softfloat.Float80Convert;
import dev.malachite.engine.processor.interpreter.softfloat.FloatContext;

/** Formats of memory operands and how they come into the unit. */
final class X87Memory {
  static final int FLOAT32 = 0;
  static final int FLOAT64 = 1;
  static final int INT16 = 2;
  static final int INT32 = 3;
  static final int INT64 = 4;

  private X87Memory() {}

  /** Bytes of a format. */
  static int size(int format) {
    return switch (format) {
      case INT16 -> 2;
      case FLOAT32, INT32 -> 4;
      default -> 8;
    };
  }

  /** The format of an integer of so many bytes. */
  static int integer(int size) {
    return size == 2 ? INT16 : size == 4 ? INT32 : INT64;
  }

  /** The format of a real number of so many bytes. */
  static int real(int size) {
    return size == 4 ? FLOAT32 : FLOAT64;
  }

  /** The operand's bits, sign-extended. */
  static long read(Cpu cpu, long linear, int format) {
    return switch (format) {
      case FLOAT32, INT32 -> cpu.read32(linear);
      case INT16 -> (short) cpu.read16(linear);
      default -> cpu.read64(linear);
    };
  }

  /**
   * Widens an operand to the context's result, and raises nothing.
   *
   * @return true if it is a denormal
   */
  static boolean widen(long bits, int format, FloatContext c) {
    switch (format) {
      case FLOAT32 -> {
        return Float80Convert.widenFloat32((int) bits, c);
      }
      case FLOAT64 -> {
        return Float80Convert.widenFloat64(bits, c);
      }
      default -> {
        Float80Convert.fromInteger(bits, c);
        return false;
      }
    }
  }

  /** Raises the denormal exception if nothing that goes before it was raised. */
  static void raiseDenormal(boolean otherIsNan, FloatContext c) {
    if (!otherIsNan && (c.raised & (FloatContext.IE | FloatContext.ZE)) == 0) {
      c.raised |= FloatContext.DE;
    }
  }
}
