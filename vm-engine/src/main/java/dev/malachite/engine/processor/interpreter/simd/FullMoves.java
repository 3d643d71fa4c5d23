// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.simd;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.HostMemory;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** Moves of whole XMM registers: MOVAPS, MOVUPS, MOVDQA, MOVDQU and their kin. */
final class FullMoves {
  private FullMoves() {}

  static Operation of(Instruction i, @Nullable Address memory, boolean aligned) {
    if (memory == null) {
      return new Copy(2 * i.operands[0].register, 2 * i.operands[1].register);
    }
    if (i.operands[0].kind == Kind.MEMORY) {
      int source = 2 * i.operands[1].register;
      return aligned ? new AlignedStore(memory, source) : new Store(memory, source);
    }
    int target = 2 * i.operands[0].register;
    return aligned ? new AlignedLoad(target, memory) : new Load(target, memory);
  }

  private static void load(Cpu cpu, long at, int target) {
    long[] x = cpu.xmm;
    long host = cpu.hostForRead(at, 16);
    if (host != 0) {
      x[target] = HostMemory.get64(host);
      x[target + 1] = HostMemory.get64(host + 8);
    } else {
      long low = cpu.read64(at);
      x[target + 1] = cpu.read64(cpu.wrap(at + 8));
      x[target] = low;
    }
  }

  private static final class Copy extends Operation {
    private final int target;
    private final int source;

    Copy(int target, int source) {
      this.target = target;
      this.source = source;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      x[target] = x[source];
      x[target + 1] = x[source + 1];
    }
  }

  private static final class AlignedLoad extends Operation {
    private final int target;
    private final Address memory;

    AlignedLoad(int target, Address memory) {
      this.target = target;
      this.memory = memory;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      load(cpu, Sse.alignedRead(cpu, memory), target);
    }
  }

  private static final class Load extends Operation {
    private final int target;
    private final Address memory;

    Load(int target, Address memory) {
      this.target = target;
      this.memory = memory;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      load(cpu, memory.read(cpu, 16), target);
    }
  }

  private static final class AlignedStore extends Operation {
    private final Address memory;
    private final int source;

    AlignedStore(Address memory, int source) {
      this.memory = memory;
      this.source = source;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      Sse.write(cpu, Sse.alignedWrite(cpu, memory), x[source], x[source + 1]);
    }
  }

  private static final class Store extends Operation {
    private final Address memory;
    private final int source;

    Store(Address memory, int source) {
      this.memory = memory;
      this.source = source;
    }

    @Override
    public void execute(Cpu cpu) {
      Sse.check(cpu);
      long[] x = cpu.xmm;
      Sse.write(cpu, memory.write(cpu, 16), x[source], x[source + 1]);
    }
  }
}
