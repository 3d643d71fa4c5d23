// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.softfloat;

import static dev.malachite.engine.processor.interpreter.softfloat.FloatContext.IE;

/** Conversions of binary16 numbers (SDM volume 1, section 14.4): bits in, bits out. */
public final class Float16Ops {
  private static final int SIGN = 0x8000;
  private static final int INFINITY = 0x7C00;
  private static final int FRACTION = 0x3FF;
  private static final int QUIET = 0x200;
  private static final int QUIET_32 = 0x0040_0000;

  private Float16Ops() {}

  /** Converts to binary32, which is exact; denormals are neither noted nor made zero. */
  public static int toFloat32(int half, FloatContext c) {
    int signBit = (half & SIGN) << 16;
    int magnitude = half & ~SIGN & 0xFFFF;
    if (magnitude > INFINITY) {
      if ((half & QUIET) == 0) {
        c.raise(IE);
      }
      return signBit | 0x7F80_0000 | QUIET_32 | (magnitude & FRACTION) << 13;
    }
    return Float.floatToRawIntBits(Float.float16ToFloat((short) magnitude)) | signBit;
  }

  /**
   * Converts from binary32. Tiny results are never made zero.
   *
   * @param rounding the rounding mode
   */
  public static int fromFloat32(int operand, int rounding, FloatContext c) {
    int a = Float32Ops.daz(operand, c);
    int signBit = a >>> 16 & SIGN;
    if (Float32Ops.nan(a)) {
      if (Float32Ops.signaling(a)) {
        c.raise(IE);
      }
      return signBit | INFINITY | QUIET | a >>> 13 & FRACTION;
    }
    int magnitude = a & 0x7FFF_FFFF;
    if (magnitude == 0) {
      return signBit;
    }
    if (magnitude == 0x7F80_0000) {
      return signBit | INFINITY;
    }
    Float32Ops.denormals(a, a, c);
    c.sign = a >>> 31;
    c.exponent = Float32Ops.exponent(a);
    c.high = Float32Ops.significand(a);
    c.low = 0;
    int mode = c.rounding;
    boolean flush = c.flushToZero;
    c.rounding = rounding;
    c.flushToZero = false;
    int result = Packing.binary16(c);
    c.rounding = mode;
    c.flushToZero = flush;
    return result;
  }
}
