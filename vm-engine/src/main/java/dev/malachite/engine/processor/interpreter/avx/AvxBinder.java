// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.avx;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Operation;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Binds VEX-encoded vector instructions. */
public final class AvxBinder {
  /** By opcode, the SSE one of the same name. */
  private static final Map<Opcode, Opcode> PLAIN = new EnumMap<>(Opcode.class);

  static {
    for (Opcode opcode : Opcode.values()) {
      if (opcode.group() == Opcode.Group.SIMD || opcode.group() == Opcode.Group.CRYPTO) {
        for (Opcode vex : Opcode.values()) {
          if (vex.group() == Opcode.Group.AVX && vex.name().equals('V' + opcode.name())) {
            PLAIN.put(vex, opcode);
          }
        }
      }
    }
  }

  private AvxBinder() {}

  /**
   * The operation of a decoded instruction.
   *
   * @param memory its memory operand, if it has one
   * @return null if the instruction isn't of this group
   */
  public static @Nullable Operation bind(Instruction i, @Nullable Address memory) {
    Operation operation = MoveOperations.bind(i, memory);
    operation = operation != null ? operation : LaneOperations.bindNew(i, memory);
    operation = operation != null ? operation : CrossLaneOperations.bind(i, memory);
    operation = operation != null ? operation : MaskedOperations.bind(i, memory);
    operation = operation != null ? operation : TestOperations.bind(i, memory);
    operation = operation != null ? operation : ConversionOperations.bind(i, memory);
    operation = operation != null ? operation : FusedOperations.bind(i, memory);
    Opcode plain = PLAIN.get(i.opcode);
    if (operation != null || plain == null) {
      return operation;
    }
    operation = LegacyOperation.bind(i, memory, plain);
    operation = operation != null ? operation : FloatOperations.bind(i, memory, plain);
    return operation != null ? operation : LaneOperations.bind(i, memory, plain);
  }
}
