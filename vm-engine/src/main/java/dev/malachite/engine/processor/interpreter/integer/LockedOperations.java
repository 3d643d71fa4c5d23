// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.HostMemory;
import dev.malachite.engine.processor.interpreter.core.Operation;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Operations on memory with a LOCK prefix, and XCHG, which needs none.
 *
 * <p>Aligned ones are the host's own atomic operations on guest memory. Device memory, and operands
 * that are not aligned, are changed under a lock that keeps other processors' locked operations of
 * that kind out; aligned ones on the same bytes are not kept out.
 */
final class LockedOperations {
  private static final ReentrantLock FALLBACK = new ReentrantLock();

  private LockedOperations() {}

  /** The operation. */
  static Operation bind(Instruction i, Address address) {
    return switch (i.opcode) {
      case CMPXCHG -> new CompareExchange(i, address);
      case CMPXCHG8B -> new CompareExchange8(address);
      case CMPXCHG16B -> new CompareExchange16(address);
      case BTS, BTR, BTC ->
          i.operands[1].kind == Kind.GENERAL
              ? new BitString(i, address)
              : new Update(i, address, Update.BIT);
      case INC, DEC, NEG, NOT -> new Update(i, address, Update.UNARY);
      case XCHG -> new Update(i, address, Update.EXCHANGE);
      case XADD -> new Update(i, address, Alu.ADD);
      case ADD -> new Update(i, address, Alu.ADD);
      case OR -> new Update(i, address, Alu.OR);
      case ADC -> new Update(i, address, Alu.ADC);
      case SBB -> new Update(i, address, Alu.SBB);
      case AND -> new Update(i, address, Alu.AND);
      case SUB -> new Update(i, address, Alu.SUB);
      case XOR -> new Update(i, address, Alu.XOR);
      default -> throw new IllegalArgumentException(i.opcode + " can't be locked");
    };
  }

  /** The host address for an atomic operation; 0 if it must be done under the lock. */
  private static long host(Cpu cpu, long linear, int size) {
    if ((linear & size - 1) != 0) {
      cpu.probeWrite(linear, size);
      return 0;
    }
    long host = cpu.hostForWrite(linear, size);
    if (host == 0) {
      cpu.probeWrite(linear, size);
    }
    return host;
  }

  private static long extended(long value, int size) {
    int unused = 64 - 8 * size;
    return value << unused >> unused;
  }

  /** Reads, computes and writes, with or without a register that takes the old value. */
  private static final class Update extends Operation {
    static final int UNARY = 16;
    static final int BIT = 17;
    static final int EXCHANGE = 18;

    private final Opcode opcode;
    private final int what;
    private final boolean keepsOld;
    private final Address memory;
    private final Place source;
    private final int size;

    Update(Instruction i, Address memory, int what) {
      opcode = i.opcode;
      this.what = what;
      keepsOld = opcode == Opcode.XCHG || opcode == Opcode.XADD;
      this.memory = memory;
      // XCHG may name its operands in either order.
      int other = i.operands[0].kind == Kind.MEMORY ? 1 : 0;
      source = i.operandCount > 1 ? new Place(i, other, null) : new Place(Cpu.RAX, 1);
      size = i.operands[1 - other].size;
    }

    @Override
    public void execute(Cpu cpu) {
      long linear = memory.write(cpu, size);
      long host = host(cpu, linear, size);
      long operand = source.load(cpu, 0);
      long carries = cpu.carries;
      long old;
      if (host != 0) {
        long result;
        do {
          cpu.carries = carries;
          old = extended(HostMemory.getVolatile(host, size), size);
          result = result(cpu, old, operand);
        } while (!HostMemory.compareAndSet(host, size, old, result));
      } else {
        FALLBACK.lock();
        try {
          old = extended(BitOperations.load(cpu, linear, size), size);
          BitOperations.store(cpu, linear, size, result(cpu, old, operand));
        } finally {
          FALLBACK.unlock();
        }
      }
      if (keepsOld) {
        source.store(cpu, 0, old);
      }
    }

    private long result(Cpu cpu, long old, long operand) {
      switch (what) {
        case UNARY -> {
          return UnaryOperations.apply(cpu, opcode, old, size);
        }
        case EXCHANGE -> {
          return operand;
        }
        case BIT -> {
          long bit = 1L << (operand & 8 * size - 1);
          cpu.setCarry((old & bit) != 0);
          return BitOperations.changed(opcode, old, bit);
        }
        default -> {
          return Alu.apply(cpu, what, old, operand, size);
        }
      }
    }
  }

  /** BTS, BTR and BTC with a bit number in a register. */
  private static final class BitString extends Operation {
    private final Opcode opcode;
    private final Address memory;
    private final Place number;
    private final int size;

    BitString(Instruction i, Address memory) {
      opcode = i.opcode;
      this.memory = memory;
      number = new Place(i, 1, null);
      size = number.size;
    }

    @Override
    public void execute(Cpu cpu) {
      long index = number.load(cpu, 0);
      long bit = 1L << (index & 8 * size - 1);
      long bytes = (index >> (size == 2 ? 4 : size == 4 ? 5 : 6)) * size;
      long linear = memory.write(cpu, size, bytes);
      long host = host(cpu, linear, size);
      long old;
      if (host != 0) {
        do {
          old = HostMemory.getVolatile(host, size);
        } while (!HostMemory.compareAndSet(
            host, size, old, BitOperations.changed(opcode, old, bit)));
      } else {
        FALLBACK.lock();
        try {
          old = BitOperations.load(cpu, linear, size);
          BitOperations.store(cpu, linear, size, BitOperations.changed(opcode, old, bit));
        } finally {
          FALLBACK.unlock();
        }
      }
      cpu.setCarry((old & bit) != 0);
    }
  }

  private static final class CompareExchange extends Operation {
    private final Address memory;
    private final Place source;
    private final int size;

    CompareExchange(Instruction i, Address memory) {
      this.memory = memory;
      source = new Place(i, 1, null);
      size = source.size;
    }

    @Override
    public void execute(Cpu cpu) {
      long linear = memory.write(cpu, size);
      long host = host(cpu, linear, size);
      long value = source.load(cpu, 0);
      long accumulator = extended(cpu.r[Cpu.RAX], size);
      long old;
      if (host != 0) {
        do {
          old = extended(HostMemory.getVolatile(host, size), size);
        } while (!HostMemory.compareAndSet(host, size, old, old == accumulator ? value : old));
      } else {
        FALLBACK.lock();
        try {
          old = extended(BitOperations.load(cpu, linear, size), size);
          BitOperations.store(cpu, linear, size, old == accumulator ? value : old);
        } finally {
          FALLBACK.unlock();
        }
      }
      Alu.apply(cpu, Alu.CMP, accumulator, old, size);
      if (old != accumulator) {
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
      long host = host(cpu, linear, 8);
      long expected = ExchangeOperations.pair(r, Cpu.RDX, Cpu.RAX);
      long value = ExchangeOperations.pair(r, Cpu.RCX, Cpu.RBX);
      long old;
      if (host != 0) {
        do {
          old = HostMemory.getVolatile(host, 8);
        } while (!HostMemory.compareAndSet(host, 8, old, old == expected ? value : old));
      } else {
        FALLBACK.lock();
        try {
          old = cpu.read64(linear);
          cpu.write64(linear, old == expected ? value : old);
        } finally {
          FALLBACK.unlock();
        }
      }
      ExchangeOperations.compared8(cpu, old == expected, old);
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
      long linear = ExchangeOperations.aligned16(memory.write(cpu, 16));
      long host = host(cpu, linear, 16);
      long low = r[Cpu.RAX];
      long high = r[Cpu.RDX];
      boolean equal;
      if (host != 0 && WideCompareExchange.AVAILABLE) {
        WideCompareExchange.Result old = WideCompareExchange.result();
        equal = WideCompareExchange.run(host, low, high, r[Cpu.RBX], r[Cpu.RCX], old);
        ExchangeOperations.compared16(cpu, equal, old.low(), old.high());
        return;
      }
      FALLBACK.lock();
      try {
        long oldLow = cpu.read64(linear);
        long oldHigh = cpu.read64(linear + 8);
        equal = oldLow == low && oldHigh == high;
        if (equal) {
          cpu.write64(linear, r[Cpu.RBX]);
          cpu.write64(linear + 8, r[Cpu.RCX]);
        }
        ExchangeOperations.compared16(cpu, equal, oldLow, oldHigh);
      } finally {
        FALLBACK.unlock();
      }
    }
  }
}
