// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** Binds the operations that have a class of their own on XMM registers. */
final class HotBindings {
  private HotBindings() {}

  static @Nullable Operation bind(Instruction i, @Nullable Address memory) {
    if (i.operands[1].kind == Kind.IMMEDIATE) {
      return null;
    }
    return switch (i.opcode) {
      case PXOR, XORPS, XORPD -> new HotIntegers.Xor(i, memory);
      case POR, ORPS, ORPD -> new HotIntegers.Or(i, memory);
      case PAND, ANDPS, ANDPD -> new HotIntegers.And(i, memory);
      case PANDN, ANDNPS, ANDNPD -> new HotIntegers.AndNot(i, memory);
      case PADDB -> new HotIntegers.AddBytes(i, memory);
      case PADDW -> new HotIntegers.AddWords(i, memory);
      case PADDD -> new HotIntegers.AddDoublewords(i, memory);
      case PADDQ -> new HotIntegers.AddQuadwords(i, memory);
      case PSUBB -> new HotIntegers.SubtractBytes(i, memory);
      case PSUBD -> new HotIntegers.SubtractDoublewords(i, memory);
      case PSUBQ -> new HotIntegers.SubtractQuadwords(i, memory);
      case PCMPEQB -> new HotIntegers.EqualBytes(i, memory);
      case PCMPEQD -> new HotIntegers.EqualDoublewords(i, memory);
      case PMINUB -> new HotIntegers.MinimumUnsignedBytes(i, memory);
      case PUNPCKLBW -> new HotIntegers.UnpackLowBytes(i, memory);
      case PUNPCKLWD -> new HotIntegers.UnpackLowWords(i, memory);
      case PUNPCKLDQ, UNPCKLPS -> new HotIntegers.UnpackLowDoublewords(i, memory);
      case PUNPCKLQDQ, UNPCKLPD -> new HotIntegers.UnpackLowQuadwords(i, memory);
      case PUNPCKHQDQ, UNPCKHPD -> new HotIntegers.UnpackHighQuadwords(i, memory);
      case PMULUDQ -> new HotIntegers.MultiplyUnsigned(i, memory);
      case ADDSD -> new ScalarFloat.AddDouble(i, memory);
      case SUBSD -> new ScalarFloat.SubtractDouble(i, memory);
      case MULSD -> new ScalarFloat.MultiplyDouble(i, memory);
      case DIVSD -> new ScalarFloat.DivideDouble(i, memory);
      case ADDSS -> new ScalarFloat.AddSingle(i, memory);
      case SUBSS -> new ScalarFloat.SubtractSingle(i, memory);
      case MULSS -> new ScalarFloat.MultiplySingle(i, memory);
      case DIVSS -> new ScalarFloat.DivideSingle(i, memory);
      default -> null;
    };
  }
}
