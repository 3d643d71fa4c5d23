// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.x87;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.core.X87State;
import dev.malachite.engine.processor.interpreter.softfloat.Float80;

/**
 * FNSTENV, FLDENV, FNSAVE and FRSTOR, in their 16-bit and 32-bit layouts for real and protected
 * mode (SDM volume 1, section 8.1.10).
 *
 * <p>The segments of instruction and operand are zero, as CPUID says by the deprecation bit of leaf
 * 7.
 */
final class EnvironmentOperations {
  // Places of the fields, counted in words or double words.
  private static final int CONTROL = 0;
  private static final int STATUS = 1;
  private static final int TAGS = 2;
  private static final int INSTRUCTION = 3;
  private static final int INSTRUCTION_HIGH = 4;
  private static final int DATA = 5;
  private static final int DATA_HIGH = 6;
  private static final int FIELDS = 7;

  private EnvironmentOperations() {}

  /** The operation. */
  static Operation bind(Instruction i, Address address, int code) {
    int size = i.operandSize == 2 ? 2 : 4;
    return switch (i.opcode) {
      case FNSTENV -> new Store(code, size, false, address);
      case FNSAVE -> new Store(code, size, true, address);
      case FLDENV -> new Load(code, size, false, address);
      default -> new Load(code, size, true, address);
    };
  }

  // Two bits for each physical register.
  private static int tags(X87State x) {
    int tags = 0;
    for (int i = 7; i >= 0; i--) {
      tags = tags << 2 | tag(x, i);
    }
    return tags;
  }

  private static int tag(X87State x, int physical) {
    if ((x.occupied >> physical & 1) == 0) {
      return 3;
    }
    long significand = x.significand[physical];
    int signExponent = x.signExponent[physical];
    return Float80.normal(significand, signExponent)
        ? 0
        : Float80.zero(significand, signExponent) ? 1 : 2;
  }

  private static boolean segmented(Cpu cpu) {
    return cpu.realMode() || cpu.virtual8086();
  }

  private static final class Store extends X87Operation {
    private final int size;
    private final boolean registers;
    private final Address operand;

    Store(int code, int size, boolean registers, Address operand) {
      super(code);
      this.size = size;
      this.registers = registers;
      this.operand = operand;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enterWithoutWait(cpu);
      int bytes = FIELDS * size + (registers ? 80 : 0);
      long linear = operand.write(cpu, bytes);
      cpu.probeWrite(linear, bytes);
      put(cpu, linear, CONTROL, 0xFFFF_0000 | x.control);
      put(cpu, linear, STATUS, 0xFFFF_0000 | X87Control.status(x));
      put(cpu, linear, TAGS, 0xFFFF_0000 | tags(x));
      int ip = (int) x.instructionPointer;
      int dp = (int) x.dataPointer;
      if (!segmented(cpu)) {
        put(cpu, linear, INSTRUCTION, ip);
        put(cpu, linear, INSTRUCTION_HIGH, size == 4 ? x.opcode << 16 : 0);
        put(cpu, linear, DATA, dp);
        put(cpu, linear, DATA_HIGH, 0xFFFF_0000);
      } else if (size == 4) {
        put(cpu, linear, INSTRUCTION, 0xFFFF_0000 | ip);
        put(cpu, linear, INSTRUCTION_HIGH, ip >>> 16 << 12 | x.opcode);
        put(cpu, linear, DATA, 0xFFFF_0000 | dp);
        put(cpu, linear, DATA_HIGH, dp >>> 16 << 12);
      } else {
        put(cpu, linear, INSTRUCTION, ip);
        put(cpu, linear, INSTRUCTION_HIGH, (ip >>> 4 & 0xF000) | x.opcode);
        put(cpu, linear, DATA, dp);
        put(cpu, linear, DATA_HIGH, dp >>> 4 & 0xF000);
      }
      if (!registers) {
        X87Control.maskAll(x);
        return;
      }
      for (int i = 0; i < 8; i++) {
        long to = linear + (long) FIELDS * size + i * 10L;
        cpu.write64(cpu.wrap(to), x.significand[x.top + i & 7]);
        cpu.write16(cpu.wrap(to + 8), x.signExponent[x.top + i & 7]);
      }
      x.init();
    }

    private void put(Cpu cpu, long linear, int field, int value) {
      long to = cpu.wrap(linear + (long) field * size);
      if (size == 2) {
        cpu.write16(to, value & 0xFFFF);
      } else {
        cpu.write32(to, value);
      }
    }
  }

  private static final class Load extends X87Operation {
    private final int size;
    private final boolean registers;
    private final Address operand;

    Load(int code, int size, boolean registers, Address operand) {
      super(code);
      this.size = size;
      this.registers = registers;
      this.operand = operand;
    }

    @Override
    public void execute(Cpu cpu) {
      X87State x = enter(cpu);
      int bytes = FIELDS * size + (registers ? 80 : 0);
      long linear = operand.read(cpu, bytes);
      int control = get(cpu, linear, CONTROL);
      int status = get(cpu, linear, STATUS);
      int tags = get(cpu, linear, TAGS);
      int ip = get(cpu, linear, INSTRUCTION);
      int ipHigh = get(cpu, linear, INSTRUCTION_HIGH);
      int dp = get(cpu, linear, DATA);
      int dpHigh = get(cpu, linear, DATA_HIGH);
      if (registers) {
        // The last byte first: what would fault has to before anything changes.
        cpu.read8(cpu.wrap(linear + bytes - 1));
        int top = status >> 11;
        for (int i = 0; i < 8; i++) {
          long from = linear + (long) FIELDS * size + i * 10L;
          long significand = cpu.read64(cpu.wrap(from));
          x.signExponent[top + i & 7] = cpu.read16(cpu.wrap(from + 8));
          x.significand[top + i & 7] = significand;
        }
      }
      X87Control.words(x, control, status);
      x.occupied = 0;
      for (int i = 0; i < 8; i++) {
        x.occupied |= (tags >> 2 * i & 3) != 3 ? 1 << i : 0;
      }
      if (!segmented(cpu)) {
        x.instructionPointer = ip & 0xFFFF_FFFFL;
        x.dataPointer = dp & 0xFFFF_FFFFL;
        if (size == 4) {
          x.opcode = ipHigh >>> 16 & 0x7FF;
        }
      } else {
        x.opcode = ipHigh & 0x7FF;
        int highBits = size == 4 ? 0x0FFF_F000 : 0xF000;
        x.instructionPointer = segmentedPointer(ip, ipHigh & highBits);
        x.dataPointer = segmentedPointer(dp, dpHigh & highBits);
      }
    }

    private static long segmentedPointer(int low, int high) {
      return (low & 0xFFFF | high << 4) & 0xFFFF_FFFFL;
    }

    private int get(Cpu cpu, long linear, int field) {
      long from = cpu.wrap(linear + (long) field * size);
      return size == 2 ? cpu.read16(from) : cpu.read32(from);
    }
  }
}
