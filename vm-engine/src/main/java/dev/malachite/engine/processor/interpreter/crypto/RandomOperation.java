// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.crypto;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;

/** RDRAND and RDSEED (SDM volume 2): numbers from the host's source, which never runs dry. */
final class RandomOperation extends Operation {
  private final int register;
  private final int size;

  RandomOperation(Instruction i) {
    register = i.operands[0].register;
    size = i.operands[0].size;
  }

  @Override
  public void execute(Cpu cpu) {
    long value = RandomPool.next();
    long[] r = cpu.r;
    r[register] =
        switch (size) {
          case 2 -> r[register] & ~0xFFFFL | value & 0xFFFF;
          case 4 -> value & 0xFFFF_FFFFL;
          default -> value;
        };
    cpu.arithmeticFlags(Cpu.CF);
  }
}
