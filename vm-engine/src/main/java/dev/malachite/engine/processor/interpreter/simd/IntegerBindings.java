// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Operation;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Binds integer operations lane by lane, packing, horizontal ones and shifts, MMX and XMM. */
public final class IntegerBindings {
  private IntegerBindings() {}

  static @Nullable Operation bind(Instruction i, @Nullable Address memory) {
    LongBinaryOperator lanes = lanes(i.opcode);
    if (lanes != null) {
      return LaneOperation.of(i, memory, lanes);
    }
    LongUnaryOperator fold = fold(i.opcode);
    if (fold != null) {
      return FoldOperation.of(i, memory, fold);
    }
    VectorShift.Function shift = shift(i.opcode);
    return shift != null ? VectorShift.of(i, memory, shift) : null;
  }

  /** What an operation makes of 64 bits of destination and source, if no other bits count. */
  public static @Nullable LongBinaryOperator lanes(Opcode opcode) {
    return switch (opcode) {
      case PADDB -> (a, b) -> Lanes.add(a, b, Lanes.B);
      case PSUBB -> (a, b) -> Lanes.subtract(a, b, Lanes.B);
      case PCMPEQB -> (a, b) -> Lanes.equal(a, b, Lanes.B, 8);
      case PCMPGTB -> (a, b) -> Lanes.greater(a, b, Lanes.B, 8);
      case PSIGNB -> (a, b) -> Lanes.sign(a, b, Lanes.B, 8);
      case PABSB -> (a, b) -> Lanes.absolute(b, Lanes.B, 8);
      case PMINUB -> (a, b) -> Lanes.minimumUnsigned(a, b, Lanes.B, 8);
      case PMAXUB -> (a, b) -> Lanes.maximumUnsigned(a, b, Lanes.B, 8);
      case PMINSB -> (a, b) -> Lanes.minimumSigned(a, b, Lanes.B, 8);
      case PMAXSB -> (a, b) -> Lanes.maximumSigned(a, b, Lanes.B, 8);
      case PADDUSB -> (a, b) -> Lanes.addUnsignedSaturating(a, b, Lanes.B, 8);
      case PADDSB -> (a, b) -> Lanes.addSignedSaturating(a, b, Lanes.B, 8);
      case PSUBUSB -> (a, b) -> Lanes.subtractUnsignedSaturating(a, b, Lanes.B, 8);
      case PSUBSB -> (a, b) -> Lanes.subtractSignedSaturating(a, b, Lanes.B, 8);
      case PADDW -> (a, b) -> Lanes.add(a, b, Lanes.W);
      case PSUBW -> (a, b) -> Lanes.subtract(a, b, Lanes.W);
      case PCMPEQW -> (a, b) -> Lanes.equal(a, b, Lanes.W, 16);
      case PCMPGTW -> (a, b) -> Lanes.greater(a, b, Lanes.W, 16);
      case PSIGNW -> (a, b) -> Lanes.sign(a, b, Lanes.W, 16);
      case PABSW -> (a, b) -> Lanes.absolute(b, Lanes.W, 16);
      case PMINUW -> (a, b) -> Lanes.minimumUnsigned(a, b, Lanes.W, 16);
      case PMAXUW -> (a, b) -> Lanes.maximumUnsigned(a, b, Lanes.W, 16);
      case PMINSW -> (a, b) -> Lanes.minimumSigned(a, b, Lanes.W, 16);
      case PMAXSW -> (a, b) -> Lanes.maximumSigned(a, b, Lanes.W, 16);
      case PADDUSW -> (a, b) -> Lanes.addUnsignedSaturating(a, b, Lanes.W, 16);
      case PADDSW -> (a, b) -> Lanes.addSignedSaturating(a, b, Lanes.W, 16);
      case PSUBUSW -> (a, b) -> Lanes.subtractUnsignedSaturating(a, b, Lanes.W, 16);
      case PSUBSW -> (a, b) -> Lanes.subtractSignedSaturating(a, b, Lanes.W, 16);
      case PADDD -> (a, b) -> Lanes.add(a, b, Lanes.D);
      case PSUBD -> (a, b) -> Lanes.subtract(a, b, Lanes.D);
      case PCMPEQD -> (a, b) -> Lanes.equal(a, b, Lanes.D, 32);
      case PCMPGTD -> (a, b) -> Lanes.greater(a, b, Lanes.D, 32);
      case PSIGND -> (a, b) -> Lanes.sign(a, b, Lanes.D, 32);
      case PABSD -> (a, b) -> Lanes.absolute(b, Lanes.D, 32);
      case PMINUD -> (a, b) -> Lanes.minimumUnsigned(a, b, Lanes.D, 32);
      case PMAXUD -> (a, b) -> Lanes.maximumUnsigned(a, b, Lanes.D, 32);
      case PMINSD -> (a, b) -> Lanes.minimumSigned(a, b, Lanes.D, 32);
      case PMAXSD -> (a, b) -> Lanes.maximumSigned(a, b, Lanes.D, 32);
      case PADDQ -> (a, b) -> a + b;
      case PSUBQ -> (a, b) -> a - b;
      case PAND, ANDPS, ANDPD -> (a, b) -> a & b;
      case PANDN, ANDNPS, ANDNPD -> (a, b) -> ~a & b;
      case POR, ORPS, ORPD -> (a, b) -> a | b;
      case PXOR, XORPS, XORPD -> (a, b) -> a ^ b;
      case PAVGB -> Lanes::averageBytes;
      case PAVGW -> Lanes::averageWords;
      case PMULLW -> Lanes::multiplyLowWords;
      case PMULHW -> Lanes::multiplyHighWords;
      case PMULHUW -> Lanes::multiplyHighUnsignedWords;
      case PMULHRSW -> Lanes::multiplyHighRoundedWords;
      case PMULLD -> Lanes::multiplyLowDoublewords;
      case PMULUDQ -> Lanes::multiplyUnsigned;
      case PMULDQ -> Lanes::multiplySigned;
      case PMADDWD -> Lanes::multiplyAddWords;
      case PMADDUBSW -> Lanes::multiplyAddBytes;
      case PSADBW -> Lanes::sumOfDifferences;
      default -> null;
    };
  }

  /** What an operation that makes 32 bits of each 64 makes of them. */
  public static @Nullable LongUnaryOperator fold(Opcode opcode) {
    return switch (opcode) {
      case PACKSSWB -> Lanes::packSignedBytes;
      case PACKUSWB -> Lanes::packUnsignedBytes;
      case PACKSSDW -> Lanes::packSignedWords;
      case PACKUSDW -> Lanes::packUnsignedWords;
      case PHADDW -> Lanes::horizontalAddWords;
      case PHADDD -> Lanes::horizontalAddDoublewords;
      case PHADDSW -> Lanes::horizontalAddSaturating;
      case PHSUBW -> Lanes::horizontalSubtractWords;
      case PHSUBD -> Lanes::horizontalSubtractDoublewords;
      case PHSUBSW -> Lanes::horizontalSubtractSaturating;
      default -> null;
    };
  }

  /** What a shift by one count makes of 64 bits. */
  public static VectorShift.@Nullable Function shift(Opcode opcode) {
    return switch (opcode) {
      case PSLLW -> Lanes::shiftLeftWords;
      case PSLLD -> Lanes::shiftLeftDoublewords;
      case PSLLQ -> Lanes::shiftLeftQuadword;
      case PSRLW -> Lanes::shiftRightWords;
      case PSRLD -> Lanes::shiftRightDoublewords;
      case PSRLQ -> Lanes::shiftRightQuadword;
      case PSRAW -> Lanes::shiftArithmeticWords;
      case PSRAD -> Lanes::shiftArithmeticDoublewords;
      default -> null;
    };
  }
}
