// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.avx;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/**
 * Loads and stores of the elements whose mask has its top bit set; the others are not touched and
 * can't fault. Elements are 4 or 8 bytes.
 */
final class MaskedOperations {
  private MaskedOperations() {}

  static @Nullable Operation bind(Instruction i, @Nullable Address memory) {
    if (memory == null) {
      return null;
    }
    return switch (i.opcode) {
      case VMASKMOVPS, VPMASKMOVD -> masked(i, memory, 4);
      case VMASKMOVPD, VPMASKMOVQ -> masked(i, memory, 8);
      case VPGATHERDD, VGATHERDPS -> new Gather(i, memory, 4, 4);
      case VPGATHERDQ, VGATHERDPD -> new Gather(i, memory, 4, 8);
      case VPGATHERQD, VGATHERQPS -> new Gather(i, memory, 8, 4);
      case VPGATHERQQ, VGATHERQPD -> new Gather(i, memory, 8, 8);
      default -> null;
    };
  }

  private static Operation masked(Instruction i, Address memory, int size) {
    return i.operands[0].kind == Kind.MEMORY
        ? new MaskedStore(i, memory, size)
        : new MaskedLoad(i, memory, size);
  }

  // The 64 bits of a register that hold a byte.
  private static long word(Cpu cpu, int register, int at) {
    long[] half = at < 16 ? cpu.xmm : cpu.ymmHigh;
    return half[register + (at >> 3 & 1)];
  }

  private static long element(Cpu cpu, int register, int index, int size) {
    long word = word(cpu, register, index * size);
    return size == 8 ? word : (int) (word >>> (index & 1) * 32);
  }

  private static void setElement(Cpu cpu, int register, int index, int size, long value) {
    int at = index * size;
    long[] half = at < 16 ? cpu.xmm : cpu.ymmHigh;
    int position = register + (at >> 3 & 1);
    if (size == 8) {
      half[position] = value;
    } else {
      int shift = (index & 1) * 32;
      half[position] = half[position] & ~(0xFFFF_FFFFL << shift) | (value & 0xFFFF_FFFFL) << shift;
    }
  }

  private static long read(Cpu cpu, Address memory, long bytes, int size) {
    long at = memory.read(cpu, size, bytes);
    return size == 8 ? cpu.read64(at) : cpu.read32(at);
  }

  private static final class MaskedLoad extends Operation {
    private final int target;
    private final int mask;
    private final Address memory;
    private final int size;
    private final boolean wide;

    MaskedLoad(Instruction i, Address memory, int size) {
      target = 2 * i.operands[0].register;
      mask = 2 * i.operands[1].register;
      this.memory = memory;
      this.size = size;
      wide = i.operands[0].size == 32;
    }

    @Override
    public void execute(Cpu cpu) {
      Avx.check(cpu);
      long r0 = load(cpu, 0);
      long r1 = load(cpu, 8);
      long r2 = wide ? load(cpu, 16) : 0;
      long r3 = wide ? load(cpu, 24) : 0;
      cpu.xmm[target] = r0;
      cpu.xmm[target + 1] = r1;
      cpu.ymmHigh[target] = r2;
      cpu.ymmHigh[target + 1] = r3;
    }

    private long load(Cpu cpu, int at) {
      long chosen = word(cpu, mask, at);
      if (size == 8) {
        return chosen < 0 ? read(cpu, memory, at, 8) : 0;
      }
      long low = (int) chosen < 0 ? read(cpu, memory, at, 4) & 0xFFFF_FFFFL : 0;
      return chosen < 0 ? low | read(cpu, memory, at + 4L, 4) << 32 : low;
    }
  }

  private static final class MaskedStore extends Operation {
    private final int source;
    private final int mask;
    private final Address memory;
    private final int size;
    private final int count;

    MaskedStore(Instruction i, Address memory, int size) {
      mask = 2 * i.operands[1].register;
      source = 2 * i.operands[2].register;
      this.memory = memory;
      this.size = size;
      count = i.operands[2].size / size;
    }

    @Override
    public void execute(Cpu cpu) {
      Avx.check(cpu);
      for (int n = 0; n < count; n++) {
        if (element(cpu, mask, n, size) < 0) {
          cpu.probeWrite(memory.write(cpu, size, (long) n * size), size);
        }
      }
      for (int n = 0; n < count; n++) {
        if (element(cpu, mask, n, size) < 0) {
          long at = memory.write(cpu, size, (long) n * size);
          long value = element(cpu, source, n, size);
          if (size == 8) {
            cpu.write64(at, value);
          } else {
            cpu.write32(at, (int) value);
          }
        }
      }
    }
  }

  /**
   * Gathering loads (SDM volume 2, VPGATHERDD and its kin). What has been loaded before a fault
   * stays, and its mask is cleared.
   */
  private static final class Gather extends Operation {
    private final int target;
    private final int mask;
    private final int index;
    private final int shift;
    private final Address memory;
    private final int indexSize;
    private final int size;
    private final int count;

    Gather(Instruction i, Address memory, int indexSize, int size) {
      target = 2 * i.operands[0].register;
      mask = 2 * i.operands[2].register;
      index = 2 * i.index;
      shift = i.shift;
      this.memory = memory;
      this.indexSize = indexSize;
      this.size = size;
      count = i.vexLength / Math.max(indexSize, size);
    }

    @Override
    public void execute(Cpu cpu) {
      Avx.check(cpu);
      for (int n = 0; n < count; n++) {
        if (element(cpu, mask, n, size) < 0) {
          long bytes = element(cpu, index, n, indexSize) << shift;
          setElement(cpu, target, n, size, read(cpu, memory, bytes, size));
        }
        setElement(cpu, mask, n, size, 0);
      }
      for (int n = count; n < 32 / size; n++) {
        setElement(cpu, target, n, size, 0);
        setElement(cpu, mask, n, size, 0);
      }
    }
  }
}
