// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Cpu;

/** What jumps and calls with a displacement have in common. */
abstract class RelativeJump extends NearTransfer {
  /** Counted from the next instruction. */
  final long displacement;

  RelativeJump(Instruction i) {
    super(i);
    displacement = i.operands[0].value;
  }

  /** The target, checked. */
  final long target(Cpu cpu) {
    return checked(cpu, next(cpu) + displacement);
  }

  /** Goes to the target. */
  final void jump(Cpu cpu) {
    cpu.nextIp = target(cpu);
  }

  /** Goes to the target in 64-bit code. */
  final void jump64(Cpu cpu) {
    cpu.nextIp = canonical(cpu.r[Cpu.IP_BASE] + (offset + length + displacement));
  }
}
