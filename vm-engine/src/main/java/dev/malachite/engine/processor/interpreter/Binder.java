// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.avx.AvxBinder;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.crypto.CryptoBinder;
import dev.malachite.engine.processor.interpreter.integer.IntegerBinder;
import dev.malachite.engine.processor.interpreter.simd.SimdBinder;
import dev.malachite.engine.processor.interpreter.system.SystemBinder;
import dev.malachite.engine.processor.interpreter.x87.X87Binder;
import org.jspecify.annotations.Nullable;

/** Turns decoded instructions into operations. */
public final class Binder {
  private Binder() {}

  /**
   * Binds an instruction at an offset of its page.
   *
   * @param offset of its first byte, 0 to 4095
   */
  public static Operation bind(Instruction i, int offset) {
    Address address = address(i, offset);
    Operation operation =
        switch (i.opcode.group()) {
          case INTEGER -> IntegerBinder.bind(i, address);
          case X87 -> X87Binder.bind(i, address);
          case SIMD -> SimdBinder.bind(i, address);
          case SYSTEM -> SystemBinder.bind(i, address);
          case CRYPTO -> CryptoBinder.bind(i, address);
          case AVX -> AvxBinder.bind(i, address);
        };
    if (operation == null) {
      operation = SystemBinder.undefined();
    }
    operation.offset = offset;
    operation.length = i.length;
    operation.address = address;
    return operation;
  }

  private static @Nullable Address address(Instruction i, int offset) {
    if (!i.hasMemory()) {
      return null;
    }
    boolean longMode = i.codeSize == 8;
    if (i.ripRelative) {
      long fromPage = i.displacement + offset + i.length;
      return new Address(Cpu.IP_BASE, Cpu.ZERO, 0, fromPage, i.addressSize, i.segment, longMode);
    }
    int index = i.vectorIndex ? Instruction.NO_REGISTER : i.index;
    return new Address(i.base, index, i.shift, i.displacement, i.addressSize, i.segment, longMode);
  }
}
