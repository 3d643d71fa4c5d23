// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;

/** MOVS, STOS, LODS, CMPS and SCAS, once or repeated. */
final class StringOperations {
  private StringOperations() {}

  /** The operation. */
  static Operation bind(Instruction i) {
    boolean compares = i.opcode == Opcode.CMPS || i.opcode == Opcode.SCAS;
    if (!i.rep && !i.repne) {
      return new Once(i);
    }
    return compares ? new RepeatedCompare(i) : new RepeatedMove(i);
  }

  /** What all of them know and do. */
  abstract static class StringOperation extends Operation {
    final Opcode opcode;
    final int size;
    final int addressSize;
    final long mask;
    final int segment;

    StringOperation(Instruction i) {
      opcode = i.opcode;
      size = i.operands[0].size;
      addressSize = i.addressSize;
      mask = Place.mask(addressSize);
      segment = i.segment;
    }

    /** What the index registers move by. */
    final long step(Cpu cpu) {
      return (cpu.systemFlags & Cpu.DF) != 0 ? -size : size;
    }

    /** Moves one of the index registers. */
    final void advance(Cpu cpu, int register, long by) {
      Place.put(cpu.r, register, 0, addressSize, cpu.r[register] + by);
    }

    /** Reads the element at rSI, sign-extended. */
    final long source(Cpu cpu) {
      long linear = cpu.linearForRead(segment, cpu.r[Cpu.RSI] & mask, size);
      return extended(BitOperations.load(cpu, linear, size));
    }

    /** Reads the element at rDI, sign-extended. */
    final long target(Cpu cpu) {
      long linear = cpu.linearForRead(Cpu.ES, cpu.r[Cpu.RDI] & mask, size);
      return extended(BitOperations.load(cpu, linear, size));
    }

    final long extended(long value) {
      int unused = 64 - 8 * size;
      return value << unused >> unused;
    }

    /** Writes the element at rDI. */
    final void write(Cpu cpu, long value) {
      long linear = cpu.linearForWrite(Cpu.ES, cpu.r[Cpu.RDI] & mask, size);
      BitOperations.store(cpu, linear, size, value);
    }

    /** Does one element and moves the index registers; flags are left to the caller. */
    final void element(Cpu cpu) {
      long step = step(cpu);
      switch (opcode) {
        case MOVS -> {
          write(cpu, source(cpu));
          advance(cpu, Cpu.RSI, step);
          advance(cpu, Cpu.RDI, step);
        }
        case STOS -> {
          write(cpu, cpu.r[Cpu.RAX]);
          advance(cpu, Cpu.RDI, step);
        }
        default -> {
          long value = source(cpu);
          Place.put(cpu.r, Cpu.RAX, 0, size, value);
          advance(cpu, Cpu.RSI, step);
        }
      }
    }
  }

  private static final class Once extends StringOperation {
    Once(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      long step = step(cpu);
      switch (opcode) {
        case CMPS -> {
          long a = source(cpu);
          long b = target(cpu);
          Alu.apply(cpu, Alu.CMP, a, b, size);
          advance(cpu, Cpu.RSI, step);
          advance(cpu, Cpu.RDI, step);
        }
        case SCAS -> {
          long b = target(cpu);
          Alu.apply(cpu, Alu.CMP, extended(cpu.r[Cpu.RAX]), b, size);
          advance(cpu, Cpu.RDI, step);
        }
        default -> element(cpu);
      }
    }
  }

  /**
   * What repeated ones share: they stop after a bounded piece of work with registers that tell how
   * far they got, and go on by being executed again, so that interrupts come in between.
   */
  abstract static class Repeated extends StringOperation {
    /** Bytes after which to look up. */
    static final int PIECE = 4096;

    Repeated(Instruction i) {
      super(i);
    }

    @Override
    public final boolean endsBlock() {
      return true;
    }

    /** Executes the instruction again after this. */
    final void again(Cpu cpu) {
      cpu.nextIp = cpu.r[Cpu.IP_BASE] + offset & (cpu.mode64 ? -1L : 0xFFFF_FFFFL);
    }

    /** Elements this execution may do at most; one where a debugger may look at each. */
    final int budget(Cpu cpu) {
      boolean debugged = (cpu.systemFlags & Cpu.TF) != 0 || (cpu.dr[7] & 0xFF) != 0;
      return debugged ? 1 : PIECE / size;
    }
  }

  /** REP MOVS, STOS and LODS. */
  private static final class RepeatedMove extends Repeated {
    RepeatedMove(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      long count = r[Cpu.RCX] & mask;
      int budget = budget(cpu);
      boolean bulk = opcode != Opcode.LODS && BulkString.possible(cpu);
      while (count != 0) {
        int done = bulk ? bulk(cpu, count, budget) : 0;
        if (done == 0) {
          element(cpu);
          done = 1;
        }
        count -= done;
        budget -= done;
        Place.put(r, Cpu.RCX, 0, addressSize, count);
        if (count != 0 && (budget <= 0 || cpu.attention())) {
          again(cpu);
          return;
        }
      }
    }

    // Does as many elements as lie in the pages of the first ones; 0 if they must go one by one.
    private int bulk(Cpu cpu, long count, int budget) {
      long[] r = cpu.r;
      int most = Long.compareUnsigned(count, budget) < 0 ? (int) count : budget;
      long to = r[Cpu.RDI] & mask;
      most = BulkString.fitting(cpu, Cpu.ES, to, mask, size, most);
      if (opcode == Opcode.STOS) {
        long target = most < 2 ? 0 : BulkString.target(cpu, to, most * size);
        if (target == 0) {
          return 0;
        }
        BulkString.fill(target, r[Cpu.RAX], size, most);
        advance(cpu, Cpu.RDI, (long) most * size);
        return most;
      }
      long from = r[Cpu.RSI] & mask;
      most = BulkString.fitting(cpu, segment, from, mask, size, most);
      long source = most < 2 ? 0 : BulkString.source(cpu, segment, from, most * size);
      long target = source == 0 ? 0 : BulkString.target(cpu, to, most * size);
      if (target == 0) {
        return 0;
      }
      BulkString.copy(source, target, size, most);
      advance(cpu, Cpu.RSI, (long) most * size);
      advance(cpu, Cpu.RDI, (long) most * size);
      return most;
    }
  }

  /** REPE and REPNE CMPS and SCAS. */
  private static final class RepeatedCompare extends Repeated {
    private final boolean whileEqual;

    RepeatedCompare(Instruction i) {
      super(i);
      whileEqual = i.rep;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      long count = r[Cpu.RCX] & mask;
      if (count == 0) {
        return;
      }
      long step = step(cpu);
      int budget = budget(cpu);
      long a;
      long b;
      // Flags change at the end only: a fault leaves them as they were.
      while (true) {
        if (opcode == Opcode.CMPS) {
          a = source(cpu);
          b = target(cpu);
          advance(cpu, Cpu.RSI, step);
        } else {
          a = extended(r[Cpu.RAX]);
          b = target(cpu);
        }
        advance(cpu, Cpu.RDI, step);
        count--;
        budget--;
        Place.put(r, Cpu.RCX, 0, addressSize, count);
        if (count == 0 || a == b != whileEqual) {
          break;
        }
        if (budget <= 0 || cpu.attention()) {
          again(cpu);
          break;
        }
      }
      Alu.apply(cpu, Alu.CMP, a, b, size);
    }
  }
}
