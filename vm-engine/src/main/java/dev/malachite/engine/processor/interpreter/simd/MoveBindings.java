// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** Binds moves, single-lane transfers and masks. */
final class MoveBindings {
  private MoveBindings() {}

  static @Nullable Operation bind(Instruction i, @Nullable Address memory) {
    boolean mmx =
        i.operands[0].kind == Kind.MMX || i.operandCount > 1 && i.operands[1].kind == Kind.MMX;
    int first = 2 * i.operands[0].register;
    int second = 2 * i.operands[1].register;
    return switch (i.opcode) {
      case MOVAPS, MOVAPD, MOVDQA, MOVNTPS, MOVNTPD, MOVNTDQ, MOVNTDQA ->
          FullMoves.of(i, memory, true);
      case MOVUPS, MOVUPD, MOVDQU, LDDQU -> FullMoves.of(i, memory, false);
      case MOVD, MOVQ -> mmx ? MmxMoves.move(i, memory) : PartialMoves.moveInteger(i, memory);
      case MOVNTQ -> MmxMoves.move(i, memory);
      case MOVSS -> PartialMoves.moveScalar(i, memory, false);
      case MOVSD -> PartialMoves.moveScalar(i, memory, true);
      case MOVLPS, MOVLPD -> PartialMoves.moveHalf(i, memory, 0);
      case MOVHPS, MOVHPD -> PartialMoves.moveHalf(i, memory, 1);
      case MOVHLPS -> PartialMoves.copyHalf(first, second + 1);
      case MOVLHPS -> PartialMoves.copyHalf(first + 1, second);
      case MOVQ2DQ -> new MmxMoves.ToXmm(i);
      case MOVDQ2Q -> new MmxMoves.FromXmm(i);
      case EMMS -> new MmxMoves.Empty();
      case PMOVMSKB -> mmx ? new Transfers.MmxByteMask(i) : new Transfers.ByteMask(i);
      case MOVMSKPS -> new Transfers.SignMask(i, false);
      case MOVMSKPD -> new Transfers.SignMask(i, true);
      case PEXTRB -> new Transfers.Extract(i, memory, 1);
      case PEXTRW -> new Transfers.Extract(i, memory, 2);
      case PEXTRD, EXTRACTPS -> new Transfers.Extract(i, memory, 4);
      case PEXTRQ -> new Transfers.Extract(i, memory, 8);
      case PINSRB -> new Transfers.Insert(i, memory, 1);
      case PINSRW -> new Transfers.Insert(i, memory, 2);
      case PINSRD -> new Transfers.Insert(i, memory, 4);
      case PINSRQ -> new Transfers.Insert(i, memory, 8);
      case INSERTPS -> new Transfers.InsertSingle(i, memory);
      case MOVDDUP -> new Transfers.DuplicateHalf(i, memory);
      case MASKMOVQ, MASKMOVDQU -> new Transfers.MaskedStore(i);
      case PTEST -> new Transfers.Test(i, memory);
      default -> null;
    };
  }
}
