// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** Binds what loads and stores control registers and whole states. */
final class StateBindings {
  private StateBindings() {}

  static @Nullable Operation bind(Instruction i, @Nullable Address memory) {
    if (memory == null) {
      return switch (i.opcode) {
        case XGETBV -> new StateOperations.GetExtendedControl();
        case XSETBV -> new StateOperations.SetExtendedControl();
        default -> null;
      };
    }
    return switch (i.opcode) {
      case FXSAVE -> new StateOperations.Save(i, memory);
      case FXRSTOR -> new StateOperations.Restore(i, memory);
      case LDMXCSR -> new StateOperations.LoadControl(memory);
      case STMXCSR -> new StateOperations.StoreControl(memory);
      case XSAVE -> new Xsave.Save(i, memory, false);
      case XSAVEOPT -> new Xsave.Save(i, memory, true);
      case XSAVEC -> new Xsave.SaveCompacted(i, memory);
      case XRSTOR -> new Xsave.Restore(i, memory);
      default -> null;
    };
  }
}
