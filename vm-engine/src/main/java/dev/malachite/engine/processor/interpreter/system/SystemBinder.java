// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.system;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** Binds the instructions of group SYSTEM. */
public final class SystemBinder {
  private SystemBinder() {}

  /**
   * Binds an instruction.
   *
   * @param address the memory operand, or null
   */
  public static Operation bind(Instruction i, @Nullable Address address) {
    return switch (i.opcode) {
      case INT, INT3, INTO, ICEBP, IRET -> FlowOperations.interrupt(i);
      case CALL_FAR, JMP_FAR, RET_FAR -> FlowOperations.far(i, address);
      case SYSCALL, SYSRET, SYSENTER, SYSEXIT -> SystemCalls.bind(i);
      case MOV_SEG, PUSH_SEG, POP_SEG, LDS, LES, LSS, LFS, LGS ->
          SegmentOperations.bind(i, address);
      case LAR, LSL, VERR, VERW, ARPL -> SegmentOperations.inspect(i, address);
      case SGDT, SIDT, LGDT, LIDT, SLDT, STR, LLDT, LTR -> TableOperations.bind(i, address);
      case MOV_CR, MOV_DR, SMSW, LMSW, CLTS, CLAC, STAC -> ControlOperations.control(i, address);
      case RDMSR, WRMSR, RDTSC, RDTSCP, RDPMC, SWAPGS, RDFSBASE, RDGSBASE, WRFSBASE, WRGSBASE ->
          ControlOperations.registers(i);
      case INVLPG, INVPCID, INVD, WBINVD, CPUID, HLT -> ControlOperations.machine(i, address);
      case CLI, STI, PUSHF, POPF -> FlagOperations.bind(i);
      case IN, OUT, INS, OUTS -> PortOperations.bind(i);
      default -> undefined();
    };
  }

  /** An operation that raises an invalid opcode exception. */
  public static Operation undefined() {
    return SystemOperation.ending(
        cpu -> {
          throw GuestFault.of(GuestFault.UD);
        });
  }
}
