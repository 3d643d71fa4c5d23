// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.avx.AvxBinder;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.crypto.CryptoBinder;
import dev.malachite.engine.processor.interpreter.integer.IntegerBinder;
import dev.malachite.engine.processor.interpreter.simd.SimdBinder;
import dev.malachite.engine.processor.interpreter.system.SystemBinder;
import dev.malachite.engine.processor.interpreter.x87.X87Binder;
import org.jspecify.annotations.Nullable;

/** Makes operations of decoded instructions: one of the interpreter's groups, or all of them. */
@FunctionalInterface
interface OperationBinder {
  /** The operation, or null if the instruction isn't of this binder's group. */
  @Nullable Operation bind(Instruction instruction, @Nullable Address address);

  /** The binders of all groups. */
  static OperationBinder all() {
    return (i, address) ->
        switch (i.opcode.group()) {
          case INTEGER -> IntegerBinder.bind(i, address);
          case X87 -> X87Binder.bind(i, address);
          case SIMD -> SimdBinder.bind(i, address);
          case SYSTEM -> SystemBinder.bind(i, address);
          case CRYPTO -> CryptoBinder.bind(i, address);
          case AVX -> AvxBinder.bind(i, address);
        };
  }
}
