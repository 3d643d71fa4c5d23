// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.softfloat.Float32Ops;
import dev.malachite.engine.processor.interpreter.softfloat.Float64Ops;
import org.jspecify.annotations.Nullable;

/** Binds floating-point arithmetic and comparisons. */
public final class FloatBindings {
  private FloatBindings() {}

  static @Nullable Operation bind(Instruction i, @Nullable Address memory) {
    int control = (int) i.operands[2].value;
    FloatFunctions.Single single = single(i.opcode);
    if (single != null) {
      return i.opcode.name().endsWith("SS")
          ? ScalarFloat.ofSingle(i, memory, single)
          : PackedFloat.ofSingles(i, memory, single);
    }
    FloatFunctions.Doubled doubled = doubled(i.opcode);
    if (doubled != null) {
      return i.opcode.name().endsWith("SD")
          ? ScalarFloat.ofDouble(i, memory, doubled)
          : PackedFloat.ofDoubles(i, memory, doubled);
    }
    return switch (i.opcode) {
      case CMPPS -> PackedFloat.ofSingles(i, memory, FloatFunctions.compareSingle(control & 7));
      case CMPSS -> ScalarFloat.ofSingle(i, memory, FloatFunctions.compareSingle(control & 7));
      case CMPPD -> PackedFloat.ofDoubles(i, memory, FloatFunctions.compareDouble(control & 7));
      case CMPSD -> ScalarFloat.ofDouble(i, memory, FloatFunctions.compareDouble(control & 7));
      case ROUNDPS -> PackedFloat.ofSingles(i, memory, FloatFunctions.roundSingle(control));
      case ROUNDSS -> ScalarFloat.ofSingle(i, memory, FloatFunctions.roundSingle(control));
      case ROUNDPD -> PackedFloat.ofDoubles(i, memory, FloatFunctions.roundDouble(control));
      case ROUNDSD -> ScalarFloat.ofDouble(i, memory, FloatFunctions.roundDouble(control));
      case HADDPS -> new PackedFloat.HorizontalSingles(i, memory, Float32Ops::add);
      case HSUBPS -> new PackedFloat.HorizontalSingles(i, memory, Float32Ops::sub);
      case HADDPD -> new PackedFloat.HorizontalDoubles(i, memory, Float64Ops::add);
      case HSUBPD -> new PackedFloat.HorizontalDoubles(i, memory, Float64Ops::sub);
      case ADDSUBPS -> new PackedFloat.AddSubtractSingles(i, memory);
      case ADDSUBPD -> new PackedFloat.AddSubtractDoubles(i, memory);
      case DPPS -> new PackedFloat.DotProductSingles(i, memory);
      case DPPD -> new PackedFloat.DotProductDoubles(i, memory);
      case COMISS -> new ScalarFloat.CompareSingle(i, memory, true);
      case UCOMISS -> new ScalarFloat.CompareSingle(i, memory, false);
      case COMISD -> new ScalarFloat.CompareDouble(i, memory, true);
      case UCOMISD -> new ScalarFloat.CompareDouble(i, memory, false);
      default -> null;
    };
  }

  /** What an operation makes of 32 bits of destination and source. */
  public static FloatFunctions.@Nullable Single single(Opcode opcode) {
    return switch (opcode) {
      case ADDPS, ADDSS -> Float32Ops::add;
      case SUBPS, SUBSS -> Float32Ops::sub;
      case MULPS, MULSS -> Float32Ops::mul;
      case DIVPS, DIVSS -> Float32Ops::div;
      case MINPS, MINSS -> Float32Ops::min;
      case MAXPS, MAXSS -> Float32Ops::max;
      case SQRTPS, SQRTSS -> (a, b, c) -> Float32Ops.sqrt(b, c);
      case RCPPS, RCPSS -> (a, b, c) -> Float32Ops.reciprocal(b);
      case RSQRTPS, RSQRTSS -> (a, b, c) -> Float32Ops.reciprocalSqrt(b);
      default -> null;
    };
  }

  /** What an operation makes of 64 bits of destination and source. */
  public static FloatFunctions.@Nullable Doubled doubled(Opcode opcode) {
    return switch (opcode) {
      case ADDPD, ADDSD -> Float64Ops::add;
      case SUBPD, SUBSD -> Float64Ops::sub;
      case MULPD, MULSD -> Float64Ops::mul;
      case DIVPD, DIVSD -> Float64Ops::div;
      case MINPD, MINSD -> Float64Ops::min;
      case MAXPD, MAXSD -> Float64Ops::max;
      case SQRTPD, SQRTSD -> (a, b, c) -> Float64Ops.sqrt(b, c);
      default -> null;
    };
  }
}
