// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.system;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.system.Interrupts.Source;
import org.jspecify.annotations.Nullable;

/** Software interrupts, returns from interrupts, far calls, jumps and returns. */
final class FlowOperations {
  private FlowOperations() {}

  static Operation interrupt(Instruction i) {
    int size = i.operandSize;
    int number = (int) i.operands[0].value & 0xFF;
    return switch (i.opcode) {
      case INT -> SystemOperation.ending(cpu -> software(cpu, number, true));
      case INT3 -> SystemOperation.ending(cpu -> software(cpu, GuestFault.BP, false));
      case INTO ->
          SystemOperation.ending(
              cpu -> {
                if (cpu.overflow()) {
                  software(cpu, GuestFault.OF, false);
                }
              });
      case ICEBP ->
          SystemOperation.ending(
              cpu ->
                  Interrupts.deliver(
                      cpu, GuestFault.DB, false, 0, Source.PRIVILEGED_SOFTWARE, cpu.nextIp));
      default -> SystemOperation.ending(cpu -> FarReturn.iret(cpu, size));
    };
  }

  private static void software(Cpu cpu, int vector, boolean needsIopl) {
    if (needsIopl && cpu.virtual8086() && (cpu.systemFlags & Cpu.IOPL) != Cpu.IOPL) {
      throw GuestFault.of(GuestFault.GP);
    }
    Interrupts.deliver(cpu, vector, false, 0, Source.SOFTWARE, cpu.nextIp);
  }

  static Operation far(Instruction i, @Nullable Address address) {
    int size = i.operandSize;
    if (i.opcode == Opcode.RET_FAR) {
      int release = i.operandCount > 0 ? (int) i.operands[0].value & 0xFFFF : 0;
      return SystemOperation.ending(cpu -> FarReturn.ret(cpu, size, release));
    }
    boolean call = i.opcode == Opcode.CALL_FAR;
    Instruction.Operand operand = i.operands[0];
    if (operand.kind == Instruction.Kind.FAR) {
      int selector = operand.selector;
      long offset = size == 2 ? operand.value & 0xFFFF : operand.value & 0xFFFF_FFFFL;
      return SystemOperation.ending(
          cpu -> FarTransfer.go(cpu, selector, offset, size, call, cpu.nextIp));
    }
    Place place = new Place(operand, address);
    return SystemOperation.ending(
        cpu -> {
          long offset = place.read(cpu, size, 0);
          int selector = (int) place.read(cpu, 2, size);
          FarTransfer.go(cpu, selector, offset, size, call, cpu.nextIp);
        });
  }
}
