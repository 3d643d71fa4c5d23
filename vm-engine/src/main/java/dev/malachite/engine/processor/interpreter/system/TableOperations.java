// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.system;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** Loads and stores of the descriptor table registers. */
final class TableOperations {
  private TableOperations() {}

  static Operation bind(Instruction i, @Nullable Address address) {
    Place place = new Place(i.operands[0], address);
    int size = i.operandSize;
    return switch (i.opcode) {
      case SGDT -> store(place, false);
      case SIDT -> store(place, true);
      case LGDT, LIDT -> load(i, place);
      case SLDT -> storeSelector(place, size, false);
      case STR -> storeSelector(place, size, true);
      case LLDT ->
          SystemOperation.protectedMode(
              cpu -> {
                requireLevel0(cpu);
                SystemTables.loadLdt(cpu, (int) place.read(cpu, 2), GuestFault.GP);
              });
      default ->
          SystemOperation.protectedMode(
              cpu -> {
                requireLevel0(cpu);
                SystemTables.loadTask(cpu, (int) place.read(cpu, 2));
              });
    };
  }

  private static void requireLevel0(Cpu cpu) {
    if (cpu.cpl != 0) {
      throw GuestFault.of(GuestFault.GP);
    }
  }

  /** Raises the fault of user-mode instruction prevention where it is in force. */
  static void requireVisible(Cpu cpu) {
    if (cpu.cpl != 0 && (cpu.cr4 & Cpu.CR4_UMIP) != 0) {
      throw GuestFault.of(GuestFault.GP);
    }
  }

  private static Operation store(Place place, boolean idt) {
    return SystemOperation.inline(
        cpu -> {
          requireVisible(cpu);
          int limit = idt ? cpu.idtLimit : cpu.gdtLimit;
          long base = idt ? cpu.idtBase : cpu.gdtBase;
          place.write(cpu, 2, 0, limit);
          place.write(cpu, cpu.mode64 ? 8 : 4, 2, base);
        });
  }

  private static Operation load(Instruction i, Place place) {
    boolean idt = i.opcode == Opcode.LIDT;
    boolean narrow = i.operandSize == 2 && i.codeSize != 8;
    return SystemOperation.privileged(
        cpu -> {
          int limit = (int) place.read(cpu, 2, 0);
          long base = place.read(cpu, cpu.mode64 ? 8 : 4, 2);
          if (narrow) {
            base &= 0xFF_FFFF;
          }
          if (base << 16 >> 16 != base) {
            throw GuestFault.of(GuestFault.GP);
          }
          if (idt) {
            cpu.idtBase = base;
            cpu.idtLimit = limit;
          } else {
            cpu.gdtBase = base;
            cpu.gdtLimit = limit;
          }
        });
  }

  private static Operation storeSelector(Place place, int size, boolean task) {
    int bytes = place.memory() ? 2 : size;
    return SystemOperation.protectedMode(
        cpu -> {
          requireVisible(cpu);
          place.write(cpu, bytes, task ? cpu.tr.selector : cpu.ldtr.selector);
        });
  }
}
