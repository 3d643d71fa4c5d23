// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.system;

import static dev.malachite.engine.processor.interpreter.core.Cpu.RAX;
import static dev.malachite.engine.processor.interpreter.core.Cpu.RCX;
import static dev.malachite.engine.processor.interpreter.core.Cpu.RDI;
import static dev.malachite.engine.processor.interpreter.core.Cpu.RDX;
import static dev.malachite.engine.processor.interpreter.core.Cpu.RSI;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;

/** IN, OUT, INS and OUTS, with the I/O permission map (SDM volume 1, section 19.5). */
final class PortOperations {
  private PortOperations() {}

  static Operation bind(Instruction i) {
    return switch (i.opcode) {
      case IN -> {
        int size = i.operands[0].size;
        int port = port(i.operands[1]);
        yield SystemOperation.ending(
            cpu -> {
              int number = number(cpu, port);
              check(cpu, number, size);
              long value = cpu.exits.readPort(cpu.processor(), number, size);
              Place.writeRegister(cpu, RAX, size, value);
            });
      }
      case OUT -> {
        int size = i.operands[1].size;
        int port = port(i.operands[0]);
        yield SystemOperation.ending(
            cpu -> {
              int number = number(cpu, port);
              check(cpu, number, size);
              int value = (int) cpu.r[RAX];
              if (size < 4) {
                value &= (1 << 8 * size) - 1;
              }
              cpu.exits.writePort(cpu.processor(), number, size, value);
            });
      }
      case INS -> new StringPort(i, true);
      default -> new StringPort(i, false);
    };
  }

  // -1 stands for DX.
  private static int port(Instruction.Operand operand) {
    return operand.kind == Kind.IMMEDIATE ? (int) operand.value & 0xFF : -1;
  }

  private static int number(Cpu cpu, int port) {
    return port >= 0 ? port : (int) cpu.r[RDX] & 0xFFFF;
  }

  private static void check(Cpu cpu, int port, int size) {
    if (cpu.realMode() || !cpu.virtual8086() && Flags.ioAllowed(cpu)) {
      return;
    }
    boolean wideTask = (cpu.tr.attributes & 8) != 0;
    if (!wideTask || cpu.tr.limit < 103) {
      throw GuestFault.of(GuestFault.GP);
    }
    long map = cpu.readSystem(cpu.tr.base + 102, 2) + (port >>> 3);
    if (map + 1 > cpu.tr.limit) {
      throw GuestFault.of(GuestFault.GP);
    }
    long bits = cpu.readSystem(cpu.tr.base + map, 2) >>> (port & 7);
    if ((bits & (1L << size) - 1) != 0) {
      throw GuestFault.of(GuestFault.GP);
    }
  }

  /** INS or OUTS: one element an execution, so that interrupts come between elements. */
  private static final class StringPort extends Operation {
    private final boolean input;
    private final int size;
    private final boolean repeated;
    private final int segment;
    private final long mask;
    private final int addressSize;

    StringPort(Instruction i, boolean input) {
      this.input = input;
      size = i.operands[input ? 0 : 1].size;
      repeated = i.rep || i.repne;
      segment = i.segment;
      addressSize = i.addressSize;
      mask = addressSize == 8 ? -1L : addressSize == 4 ? 0xFFFF_FFFFL : 0xFFFFL;
    }

    @Override
    public boolean endsBlock() {
      return true;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      int port = (int) r[RDX] & 0xFFFF;
      check(cpu, port, size);
      if (repeated && (r[RCX] & mask) == 0) {
        return;
      }
      if (input) {
        long linear = cpu.linearForWrite(Cpu.ES, r[RDI] & mask, size);
        cpu.probeWrite(linear, size);
        int value = cpu.exits.readPort(cpu.processor(), port, size);
        switch (size) {
          case 1 -> cpu.write8(linear, value);
          case 2 -> cpu.write16(linear, value);
          default -> cpu.write32(linear, value);
        }
        advance(cpu, RDI);
      } else {
        long linear = cpu.linearForRead(segment, r[RSI] & mask, size);
        int value =
            switch (size) {
              case 1 -> cpu.read8(linear);
              case 2 -> cpu.read16(linear);
              default -> cpu.read32(linear);
            };
        cpu.exits.writePort(cpu.processor(), port, size, value);
        advance(cpu, RSI);
      }
      if (repeated) {
        long left = r[RCX] - 1 & mask;
        Place.writeRegister(cpu, RCX, addressSize, left);
        if (left != 0) {
          cpu.nextIp = r[Cpu.IP_BASE] + offset;
        }
      }
    }

    private void advance(Cpu cpu, int register) {
      int step = (cpu.systemFlags & Cpu.DF) != 0 ? -size : size;
      Place.writeRegister(cpu, register, addressSize, cpu.r[register] + step & mask);
    }
  }
}
