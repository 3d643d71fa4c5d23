// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** XCHG, and XADD, CMPXCHG, CMPXCHG8B and CMPXCHG16B without a LOCK prefix. */
final class ExchangeOperations {
  private ExchangeOperations() {}

  /** XCHG, XADD or CMPXCHG. */
  static Operation bind(Instruction i, @Nullable Address address) {
    return switch (i.opcode) {
      case XCHG -> address == null ? new Exchange(i) : LockedOperations.bind(i, address);
      case XADD -> new ExchangeAdd(i, address);
      default -> new CompareExchange(i, address);
    };
  }

  /** CMPXCHG8B or CMPXCHG16B. */
  static Operation bindPair(Instruction i, Address address) {
    return i.operandSize == 8 ? new CompareExchange16(address) : new CompareExchange8(address);
  }

  /** XCHG of two registers. */
  private static final class Exchange extends Operation {
    private final Place first;
    private final Place second;

    Exchange(Instruction i) {
      first = new Place(i, 0, null);
      second = new Place(i, 1, null);
    }

    @Override
    public void execute(Cpu cpu) {
      long a = first.load(cpu, 0);
      long b = second.load(cpu, 0);
      first.store(cpu, 0, b);
      second.store(cpu, 0, a);
    }
  }

  private static final class ExchangeAdd extends Operation {
    private final Place target;
    private final Place source;

    ExchangeAdd(Instruction i, @Nullable Address address) {
      target = new Place(i, 0, address);
      source = new Place(i, 1, null);
    }

    @Override
    public void execute(Cpu cpu) {
      long at = target.toUpdate(cpu);
      long a = target.load(cpu, at);
      long b = source.load(cpu, 0);
      long sum = Alu.apply(cpu, Alu.ADD, a, b, target.size);
      source.store(cpu, 0, a);
      target.store(cpu, at, sum);
    }
  }

  private static final class CompareExchange extends Operation {
    private final Place target;
    private final Place source;
    private final int size;

    CompareExchange(Instruction i, @Nullable Address address) {
      target = new Place(i, 0, address);
      source = new Place(i, 1, null);
      size = target.size;
    }

    @Override
    public void execute(Cpu cpu) {
      long at = target.toUpdate(cpu);
      long old = target.load(cpu, at);
      int unused = 64 - 8 * size;
      long accumulator = cpu.r[Cpu.RAX] << unused >> unused;
      Alu.apply(cpu, Alu.CMP, accumulator, old, size);
      if (accumulator == old) {
        target.store(cpu, at, source.load(cpu, 0));
      } else {
        if (target.memory()) {
          target.store(cpu, at, old);
        }
        Place.put(cpu.r, Cpu.RAX, 0, size, old);
      }
    }
  }

  private static final class CompareExchange8 extends Operation {
    private final Address memory;

    CompareExchange8(Address memory) {
      this.memory = memory;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      long linear = memory.write(cpu, 8);
      cpu.probeWrite(linear, 8);
      long old = cpu.read64(linear);
      boolean equal = old == pair(r, Cpu.RDX, Cpu.RAX);
      cpu.write64(linear, equal ? pair(r, Cpu.RCX, Cpu.RBX) : old);
      compared8(cpu, equal, old);
    }
  }

  private static final class CompareExchange16 extends Operation {
    private final Address memory;

    CompareExchange16(Address memory) {
      this.memory = memory;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      long linear = aligned16(memory.write(cpu, 16));
      cpu.probeWrite(linear, 16);
      long low = cpu.read64(linear);
      long high = cpu.read64(linear + 8);
      boolean equal = low == r[Cpu.RAX] && high == r[Cpu.RDX];
      cpu.write64(linear, equal ? r[Cpu.RBX] : low);
      cpu.write64(linear + 8, equal ? r[Cpu.RCX] : high);
      compared16(cpu, equal, low, high);
    }
  }

  /** Two 32-bit registers as one value. */
  static long pair(long[] r, int high, int low) {
    return r[high] << 32 | r[low] & 0xFFFF_FFFFL;
  }

  /** The address, which CMPXCHG16B demands to be aligned. */
  static long aligned16(long linear) {
    if ((linear & 15) != 0) {
      throw GuestFault.of(GuestFault.GP);
    }
    return linear;
  }

  /** What CMPXCHG8B does when memory has been seen to: ZF, and the old value if it differed. */
  static void compared8(Cpu cpu, boolean equal, long old) {
    if (!equal) {
      cpu.r[Cpu.RAX] = old & 0xFFFF_FFFFL;
      cpu.r[Cpu.RDX] = old >>> 32;
    }
    cpu.zeroSource = equal ? 0 : 1;
  }

  /** What CMPXCHG16B does when memory has been seen to. */
  static void compared16(Cpu cpu, boolean equal, long low, long high) {
    if (!equal) {
      cpu.r[Cpu.RAX] = low;
      cpu.r[Cpu.RDX] = high;
    }
    cpu.zeroSource = equal ? 0 : 1;
  }
}
