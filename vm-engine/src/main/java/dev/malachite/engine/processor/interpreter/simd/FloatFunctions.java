// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.processor.interpreter.softfloat.Float32Ops;
import dev.malachite.engine.processor.interpreter.softfloat.Float64Ops;
import dev.malachite.engine.processor.interpreter.softfloat.FloatContext;

/** What the packed and scalar floating-point operations compute per lane. */
final class FloatFunctions {
  private FloatFunctions() {}

  /** A function of two single-precision lanes. */
  @FunctionalInterface
  interface Single {
    /** Destination a, source b. */
    int apply(int a, int b, FloatContext c);
  }

  /** A function of two double-precision lanes. */
  @FunctionalInterface
  interface Doubled {
    /** Destination a, source b. */
    long apply(long a, long b, FloatContext c);
  }

  /** CMPPS and CMPSS with the predicate of an immediate, 0 to 7 (SDM volume 2, CMPPS). */
  static Single compareSingle(int predicate) {
    boolean signal = signals(predicate);
    return (a, b, c) -> holds(predicate, Float32Ops.compare(a, b, signal, c)) ? -1 : 0;
  }

  /** CMPPD and CMPSD. */
  static Doubled compareDouble(int predicate) {
    boolean signal = signals(predicate);
    return (a, b, c) -> holds(predicate, Float64Ops.compare(a, b, signal, c)) ? -1 : 0;
  }

  private static boolean signals(int predicate) {
    int p = predicate & 3;
    return p == 1 || p == 2;
  }

  private static boolean holds(int predicate, int order) {
    boolean positive =
        switch (predicate & 3) {
          case 0 -> order == 0;
          case 1 -> order < 0;
          case 2 -> order <= 0;
          default -> order == 2;
        };
    return positive != ((predicate & 4) != 0);
  }

  /** ROUNDPS and ROUNDSS: bit 2 takes the mode from MXCSR, bit 3 suppresses the exception. */
  static Single roundSingle(int control) {
    boolean quiet = (control & 8) != 0;
    return (control & 4) != 0
        ? (a, b, c) -> Float32Ops.round(b, c.rounding, quiet, c)
        : (a, b, c) -> Float32Ops.round(b, control & 3, quiet, c);
  }

  /** ROUNDPD and ROUNDSD. */
  static Doubled roundDouble(int control) {
    boolean quiet = (control & 8) != 0;
    return (control & 4) != 0
        ? (a, b, c) -> Float64Ops.round(b, c.rounding, quiet, c)
        : (a, b, c) -> Float64Ops.round(b, control & 3, quiet, c);
  }
}
