// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.processor.interpreter.softfloat.Float32Ops;
import dev.malachite.engine.processor.interpreter.softfloat.Float64Ops;
import dev.malachite.engine.processor.interpreter.softfloat.FloatContext;

/** What the packed and scalar floating-point operations compute per lane. */
public final class FloatFunctions {
  private FloatFunctions() {}

  /** A function of two single-precision lanes. */
  @FunctionalInterface
  public interface Single {
    /** Destination a, source b. */
    int apply(int a, int b, FloatContext c);
  }

  /** A function of two double-precision lanes. */
  @FunctionalInterface
  public interface Doubled {
    /** Destination a, source b. */
    long apply(long a, long b, FloatContext c);
  }

  /** CMPPS and CMPSS with the predicate of an immediate, 0 to 31 (SDM volume 2, CMPPD). */
  public static Single compareSingle(int predicate) {
    boolean signal = signals(predicate);
    return (a, b, c) -> holds(predicate, Float32Ops.compare(a, b, signal, c)) ? -1 : 0;
  }

  /** CMPPD and CMPSD. */
  public static Doubled compareDouble(int predicate) {
    boolean signal = signals(predicate);
    return (a, b, c) -> holds(predicate, Float64Ops.compare(a, b, signal, c)) ? -1 : 0;
  }

  // Of the predicates without the bits 2 to 4, two signal; bit 4 turns that round.
  private static boolean signals(int predicate) {
    int p = predicate & 3;
    return (p == 1 || p == 2) != ((predicate & 16) != 0);
  }

  // For predicates 0 to 15: 1 if it holds for less, 2 for equal, 4 for greater, 8 for unordered.
  private static final int[] HOLDS = {2, 1, 3, 8, 13, 14, 12, 7, 10, 9, 11, 0, 5, 6, 4, 15};

  private static boolean holds(int predicate, int order) {
    return (HOLDS[predicate & 15] >> order + 1 & 1) != 0;
  }

  /** ROUNDPS and ROUNDSS: bit 2 takes the mode from MXCSR, bit 3 suppresses the exception. */
  public static Single roundSingle(int control) {
    boolean quiet = (control & 8) != 0;
    return (control & 4) != 0
        ? (a, b, c) -> Float32Ops.round(b, c.rounding, quiet, c)
        : (a, b, c) -> Float32Ops.round(b, control & 3, quiet, c);
  }

  /** ROUNDPD and ROUNDSD. */
  public static Doubled roundDouble(int control) {
    boolean quiet = (control & 8) != 0;
    return (control & 4) != 0
        ? (a, b, c) -> Float64Ops.round(b, c.rounding, quiet, c)
        : (a, b, c) -> Float64Ops.round(b, control & 3, quiet, c);
  }
}
