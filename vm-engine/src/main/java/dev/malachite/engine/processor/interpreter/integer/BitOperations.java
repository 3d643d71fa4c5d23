// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** BT, BTS, BTR, BTC, BSF, BSR, POPCNT, CRC32 and BSWAP. */
final class BitOperations {
  private BitOperations() {}

  /** BT, BTS, BTR or BTC. */
  static Operation bindTest(Instruction i, @Nullable Address address) {
    if (address != null && i.operands[1].kind == Kind.GENERAL) {
      return new TestString(i, address);
    }
    return new Test(i, address);
  }

  /** BSF, BSR, POPCNT or CRC32. */
  static Operation bindCount(Instruction i, @Nullable Address address) {
    return switch (i.opcode) {
      case BSF, BSR -> new Scan(i, address);
      case POPCNT -> new Population(i, address);
      default -> new Checksum(i, address);
    };
  }

  /** BSWAP. */
  static Operation bindSwap(Instruction i) {
    return new Swap(i.operands[0].register, i.operandSize);
  }

  /** What one of the bit tests leaves of a value. */
  static long changed(Opcode opcode, long value, long bit) {
    return switch (opcode) {
      case BTS -> value | bit;
      case BTR -> value & ~bit;
      case BTC -> value ^ bit;
      default -> value;
    };
  }

  /** A register, or memory with an immediate bit number, which counts modulo the size. */
  private static final class Test extends Operation {
    private final Opcode opcode;
    private final Place target;
    private final Place number;

    Test(Instruction i, @Nullable Address address) {
      opcode = i.opcode;
      target = new Place(i, 0, address);
      number = new Place(i, 1, null);
    }

    @Override
    public void execute(Cpu cpu) {
      long bit = 1L << (number.load(cpu, 0) & 8 * target.size - 1);
      if (opcode == Opcode.BT) {
        cpu.setCarry((target.read(cpu) & bit) != 0);
        return;
      }
      long at = target.toUpdate(cpu);
      long value = target.load(cpu, at);
      target.store(cpu, at, changed(opcode, value, bit));
      cpu.setCarry((value & bit) != 0);
    }
  }

  /** Memory with a bit number in a register, which reaches anywhere. */
  private static final class TestString extends Operation {
    private final Opcode opcode;
    private final Address memory;
    private final Place number;

    TestString(Instruction i, Address memory) {
      opcode = i.opcode;
      this.memory = memory;
      number = new Place(i, 1, null);
    }

    @Override
    public void execute(Cpu cpu) {
      int size = number.size;
      long index = number.load(cpu, 0);
      long bit = 1L << (index & 8 * size - 1);
      long bytes = (index >> (size == 2 ? 4 : size == 4 ? 5 : 6)) * size;
      if (opcode == Opcode.BT) {
        cpu.setCarry((load(cpu, memory.read(cpu, size, bytes), size) & bit) != 0);
        return;
      }
      long linear = memory.write(cpu, size, bytes);
      cpu.probeWrite(linear, size);
      long value = load(cpu, linear, size);
      store(cpu, linear, size, changed(opcode, value, bit));
      cpu.setCarry((value & bit) != 0);
    }
  }

  /** Reads 1, 2, 4 or 8 bytes; those above are undefined. */
  static long load(Cpu cpu, long linear, int size) {
    return switch (size) {
      case 1 -> cpu.read8(linear);
      case 2 -> cpu.read16(linear);
      case 4 -> cpu.read32(linear);
      default -> cpu.read64(linear);
    };
  }

  /** Writes 1, 2, 4 or 8 bytes. */
  static void store(Cpu cpu, long linear, int size, long value) {
    switch (size) {
      case 1 -> cpu.write8(linear, (int) value);
      case 2 -> cpu.write16(linear, (int) value);
      case 4 -> cpu.write32(linear, (int) value);
      default -> cpu.write64(linear, value);
    }
  }

  /** BSF and BSR; a source of zero leaves the target alone. */
  private static final class Scan extends Operation {
    private final boolean forward;
    private final Place target;
    private final Place source;
    private final long mask;

    Scan(Instruction i, @Nullable Address address) {
      forward = i.opcode == Opcode.BSF;
      target = new Place(i, 0, null);
      source = new Place(i, 1, address);
      mask = Place.mask(source.size);
    }

    @Override
    public void execute(Cpu cpu) {
      long value = source.read(cpu) & mask;
      if (value != 0) {
        target.store(
            cpu,
            0,
            forward ? Long.numberOfTrailingZeros(value) : 63 - Long.numberOfLeadingZeros(value));
      }
      cpu.zeroSource = value;
    }
  }

  private static final class Population extends Operation {
    private final Place target;
    private final Place source;
    private final long mask;

    Population(Instruction i, @Nullable Address address) {
      target = new Place(i, 0, null);
      source = new Place(i, 1, address);
      mask = Place.mask(source.size);
    }

    @Override
    public void execute(Cpu cpu) {
      long value = source.read(cpu) & mask;
      target.store(cpu, 0, Long.bitCount(value));
      cpu.carries = 0;
      cpu.adjustSource = 0;
      cpu.signSource = 0;
      cpu.paritySource = 1;
      cpu.zeroSource = value;
    }
  }

  /** CRC32 with the polynomial 11EDC6F41, bits reflected, as iSCSI and ext4 use it. */
  private static final class Checksum extends Operation {
    private static final int[] TABLE = new int[256];

    static {
      for (int i = 0; i < 256; i++) {
        int value = i;
        for (int bit = 0; bit < 8; bit++) {
          value = value >>> 1 ^ ((value & 1) != 0 ? 0x82F63B78 : 0);
        }
        TABLE[i] = value;
      }
    }

    private final int target;
    private final Place source;

    Checksum(Instruction i, @Nullable Address address) {
      target = i.operands[0].register;
      source = new Place(i, 1, address);
    }

    @Override
    public void execute(Cpu cpu) {
      long data = source.read(cpu);
      int sum = (int) cpu.r[target];
      for (int i = 0; i < source.size; i++) {
        sum = TABLE[(sum ^ (int) data) & 0xFF] ^ sum >>> 8;
        data >>= 8;
      }
      cpu.r[target] = sum & 0xFFFF_FFFFL;
    }
  }

  private static final class Swap extends Operation {
    private final int target;
    private final int size;

    Swap(int target, int size) {
      this.target = target;
      this.size = size;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      long value = r[target];
      switch (size) {
        case 8 -> r[target] = Long.reverseBytes(value);
        case 4 -> r[target] = Integer.reverseBytes((int) value) & 0xFFFF_FFFFL;
        // Undefined; processors clear the word.
        default -> r[target] = value & ~0xFFFFL;
      }
    }
  }
}
