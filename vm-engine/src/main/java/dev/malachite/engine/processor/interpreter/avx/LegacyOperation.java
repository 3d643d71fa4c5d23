// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.avx;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.simd.SimdBinder;
import org.jspecify.annotations.Nullable;

/**
 * A VEX encoding that does what the SSE instruction does, on the same operands, but for zeroing the
 * upper half of the vector register it writes.
 */
final class LegacyOperation extends Operation {
  private static final int NONE = -1;

  private final Operation operation;
  private final int zeroed;

  private LegacyOperation(Operation operation, int zeroed) {
    this.operation = operation;
    this.zeroed = zeroed;
  }

  /**
   * Binds.
   *
   * @param plain the SSE opcode of the same name
   */
  static @Nullable Operation bind(Instruction i, @Nullable Address memory, Opcode plain) {
    boolean same =
        switch (plain) {
          case MOVD,
              MOVQ,
              MOVSS,
              MOVSD,
              MOVLPS,
              MOVLPD,
              MOVHPS,
              MOVHPD,
              PEXTRB,
              PEXTRW,
              PEXTRD,
              PEXTRQ,
              EXTRACTPS,
              COMISS,
              COMISD,
              UCOMISS,
              UCOMISD,
              CVTSS2SI,
              CVTSD2SI,
              CVTTSS2SI,
              CVTTSD2SI,
              PCMPESTRI,
              PCMPESTRM,
              PCMPISTRI,
              PCMPISTRM,
              MASKMOVDQU,
              LDMXCSR,
              STMXCSR ->
              true;
          default -> false;
        };
    if (!same) {
      return null;
    }
    Opcode own = i.opcode;
    i.opcode = plain;
    Operation operation = SimdBinder.bind(i, memory);
    i.opcode = own;
    return operation == null ? null : new LegacyOperation(operation, zeroed(i, plain));
  }

  private static int zeroed(Instruction i, Opcode plain) {
    return switch (plain) {
      case MOVD, MOVQ, MOVSS, MOVSD ->
          i.operands[0].kind == Kind.XMM ? 2 * i.operands[0].register : NONE;
      case PCMPESTRM, PCMPISTRM -> 0;
      default -> NONE;
    };
  }

  @Override
  public void execute(Cpu cpu) {
    Avx.check(cpu);
    operation.execute(cpu);
    if (zeroed != NONE) {
      cpu.ymmHigh[zeroed] = 0;
      cpu.ymmHigh[zeroed + 1] = 0;
    }
  }
}
