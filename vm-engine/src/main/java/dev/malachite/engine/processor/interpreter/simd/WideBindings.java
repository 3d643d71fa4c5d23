// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Operation;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/** Binds shuffles, blends and what else takes whole registers. */
public final class WideBindings {
  private WideBindings() {}

  static @Nullable Operation bind(Instruction i, @Nullable Address memory) {
    if (i.operands[0].kind == Kind.MMX) {
      LongBinaryOperator function = onMmx(i);
      return function != null ? new LaneOperation.OnMmx(i, memory, function) : null;
    }
    WideOperation.Function function = onXmm(i.opcode);
    return function != null ? new WideOperation(i, memory, function) : other(i, memory);
  }

  private static @Nullable LongBinaryOperator onMmx(Instruction i) {
    int immediate = (int) i.operands[2].value & 0xFF;
    return switch (i.opcode) {
      case PSHUFB -> Lanes::shuffleBytes;
      case PSHUFW -> (a, b) -> Lanes.shuffleWords(b, immediate);
      case PALIGNR -> (a, b) -> Wide.palignrMmx(a, b, immediate);
      case PUNPCKLBW -> Lanes::interleaveBytes;
      case PUNPCKLWD -> Lanes::interleaveWords;
      case PUNPCKLDQ -> Lanes::interleaveDoublewords;
      case PUNPCKHBW -> (a, b) -> Lanes.interleaveBytes(a >>> 32, b >>> 32);
      case PUNPCKHWD -> (a, b) -> Lanes.interleaveWords(a >>> 32, b >>> 32);
      case PUNPCKHDQ -> (a, b) -> Lanes.interleaveDoublewords(a >>> 32, b >>> 32);
      default -> null;
    };
  }

  /**
   * What an operation makes of 128 bits of destination and source. PBLENDVB, BLENDVPS and BLENDVPD
   * take their mask from x[0] and x[1].
   */
  public static WideOperation.@Nullable Function onXmm(Opcode opcode) {
    return switch (opcode) {
      case PSHUFD -> Wide::pshufd;
      case PSHUFHW -> Wide::pshufhw;
      case PSHUFLW -> Wide::pshuflw;
      case PSHUFB -> Wide::pshufb;
      case SHUFPS -> Wide::shufps;
      case SHUFPD -> Wide::shufpd;
      case PUNPCKLBW -> Wide::punpcklbw;
      case PUNPCKLWD -> Wide::punpcklwd;
      case UNPCKLPS, PUNPCKLDQ -> Wide::unpcklps;
      case UNPCKLPD, PUNPCKLQDQ ->
          (x, t, a0, a1, b0, b1, imm) -> {
            x[t] = a0;
            x[t + 1] = b0;
          };
      case UNPCKHPD, PUNPCKHQDQ ->
          (x, t, a0, a1, b0, b1, imm) -> {
            x[t] = a1;
            x[t + 1] = b1;
          };
      case UNPCKHPS, PUNPCKHDQ -> Wide::unpckhps;
      case PUNPCKHBW -> Wide::punpckhbw;
      case PUNPCKHWD -> Wide::punpckhwd;
      case PALIGNR -> Wide::palignr;
      case PBLENDW -> Wide::pblendw;
      case BLENDPS -> Wide::blendps;
      case BLENDPD -> Wide::blendpd;
      case PBLENDVB -> Wide::pblendvb;
      case BLENDVPS -> Wide::blendvps;
      case BLENDVPD -> Wide::blendvpd;
      case PCMPEQQ -> Wide::pcmpeqq;
      case PCMPGTQ -> Wide::pcmpgtq;
      case PHMINPOSUW -> Wide::phminposuw;
      case MPSADBW -> Wide::mpsadbw;
      case MOVSLDUP ->
          (x, t, a0, a1, b0, b1, imm) -> {
            x[t] = Wide.pair((int) b0, (int) b0);
            x[t + 1] = Wide.pair((int) b1, (int) b1);
          };
      case MOVSHDUP ->
          (x, t, a0, a1, b0, b1, imm) -> {
            x[t] = b0 & ~0xFFFF_FFFFL | b0 >>> 32;
            x[t + 1] = b1 & ~0xFFFF_FFFFL | b1 >>> 32;
          };
      default -> null;
    };
  }

  private static @Nullable Operation other(Instruction i, @Nullable Address memory) {
    return switch (i.opcode) {
      case PSLLDQ -> new VectorShift.WholeRegister(i, true);
      case PSRLDQ -> new VectorShift.WholeRegister(i, false);
      case PMOVSXBW -> new Extension(i, memory, 8, 16, true);
      case PMOVSXBD -> new Extension(i, memory, 8, 32, true);
      case PMOVSXBQ -> new Extension(i, memory, 8, 64, true);
      case PMOVSXWD -> new Extension(i, memory, 16, 32, true);
      case PMOVSXWQ -> new Extension(i, memory, 16, 64, true);
      case PMOVSXDQ -> new Extension(i, memory, 32, 64, true);
      case PMOVZXBW -> new Extension(i, memory, 8, 16, false);
      case PMOVZXBD -> new Extension(i, memory, 8, 32, false);
      case PMOVZXBQ -> new Extension(i, memory, 8, 64, false);
      case PMOVZXWD -> new Extension(i, memory, 16, 32, false);
      case PMOVZXWQ -> new Extension(i, memory, 16, 64, false);
      case PMOVZXDQ -> new Extension(i, memory, 32, 64, false);
      case PCMPESTRI -> new StringComparison(i, memory, true, false);
      case PCMPESTRM -> new StringComparison(i, memory, true, true);
      case PCMPISTRI -> new StringComparison(i, memory, false, false);
      case PCMPISTRM -> new StringComparison(i, memory, false, true);
      default -> null;
    };
  }
}
