// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.system;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** Moves to and from segment registers, and the instructions that inspect descriptors. */
final class SegmentOperations {
  private SegmentOperations() {}

  static Operation bind(Instruction i, @Nullable Address address) {
    int size = i.operandSize;
    int number = i.operands[0].register;
    return switch (i.opcode) {
      case MOV_SEG ->
          i.operands[0].kind == Kind.SEGMENT
              ? moveTo(number, new Place(i.operands[1], address))
              : moveFrom(i.operands[1].register, new Place(i.operands[0], address), size);
      case PUSH_SEG -> SystemOperation.inline(cpu -> cpu.push(cpu.segments[number].selector, size));
      case POP_SEG ->
          SystemOperation.ending(
              cpu -> {
                long sp = cpu.r[Cpu.RSP];
                int selector = (int) cpu.peek(sp, size) & 0xFFFF;
                load(cpu, number, selector);
                cpu.setStackPointer(sp + size);
              });
      default -> loadPointer(i, new Place(i.operands[1], address), size);
    };
  }

  private static Operation moveTo(int number, Place source) {
    return SystemOperation.ending(cpu -> load(cpu, number, (int) source.read(cpu, 2)));
  }

  private static Operation moveFrom(int number, Place target, int size) {
    int bytes = target.memory() ? 2 : size;
    return SystemOperation.inline(cpu -> target.write(cpu, bytes, cpu.segments[number].selector));
  }

  private static void load(Cpu cpu, int number, int selector) {
    Descriptor.load(cpu, number, selector);
    if (number == Cpu.SS) {
      cpu.interruptShadow = true;
      cpu.requestAttention();
    }
  }

  private static Operation loadPointer(Instruction i, Place source, int size) {
    int register = i.operands[0].register;
    int number =
        switch (i.opcode) {
          case LDS -> Cpu.DS;
          case LES -> Cpu.ES;
          case LSS -> Cpu.SS;
          case LFS -> Cpu.FS;
          default -> Cpu.GS;
        };
    return SystemOperation.ending(
        cpu -> {
          long offset = source.read(cpu, size, 0);
          int selector = (int) source.read(cpu, 2, size);
          Descriptor.load(cpu, number, selector);
          Place.writeRegister(cpu, register, size, offset);
        });
  }

  static Operation inspect(Instruction i, @Nullable Address address) {
    int size = i.operandSize;
    return switch (i.opcode) {
      case VERR, VERW -> {
        Place place = new Place(i.operands[0], address);
        boolean write = i.opcode == Opcode.VERW;
        yield SystemOperation.protectedMode(
            cpu -> setZero(cpu, SystemTables.verify(cpu, (int) place.read(cpu, 2), write)));
      }
      case ARPL -> {
        Place place = new Place(i.operands[0], address);
        int register = i.operands[1].register;
        yield SystemOperation.protectedMode(
            cpu -> {
              int target = (int) place.read(cpu, 2);
              int wanted = (int) cpu.r[register] & 3;
              boolean adjust = (target & 3) < wanted;
              if (adjust) {
                place.write(cpu, 2, target & ~3 | wanted);
              }
              setZero(cpu, adjust);
            });
      }
      default -> {
        Place place = new Place(i.operands[1], address);
        int register = i.operands[0].register;
        boolean rights = i.opcode == Opcode.LAR;
        yield SystemOperation.protectedMode(
            cpu -> {
              int selector = (int) place.read(cpu, 2);
              long at = Descriptor.isNull(selector) ? -1 : Descriptor.address(cpu, selector);
              long descriptor = at == -1 ? 0 : cpu.readSystem(at, 8);
              boolean visible = at != -1 && SystemTables.visible(cpu, selector, descriptor, rights);
              if (visible) {
                long value = rights ? descriptor >>> 32 & 0xFF_FF00 : Descriptor.limit(descriptor);
                Place.writeRegister(cpu, register, size, value);
              }
              setZero(cpu, visible);
            });
      }
    };
  }

  private static void setZero(Cpu cpu, boolean zero) {
    int flags = cpu.arithmeticFlags();
    cpu.arithmeticFlags(zero ? flags | Cpu.ZF : flags & ~Cpu.ZF);
  }
}
