// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** Single flags, fences, hints, XLAT, BOUND and what else stands alone. */
final class MiscellaneousOperations {
  private MiscellaneousOperations() {}

  /** The operation, or null if it isn't one of these. */
  static @Nullable Operation bind(Instruction i, @Nullable Address address) {
    return switch (i.opcode) {
      case NOP, ENDBR32, ENDBR64, PREFETCH, PREFETCHW -> new Nothing();
      case PAUSE -> new Pause();
      case LFENCE, MFENCE, SFENCE -> new Fence();
      case CLFLUSH, CLFLUSHOPT -> address == null ? null : new Flush(address);
      case CLC, STC, CMC, CLD, STD -> new Flag(i.opcode);
      case LAHF -> new LoadFlags();
      case SAHF -> new StoreFlags();
      case SALC -> new CarryToAl();
      case XLAT -> new Translate(i);
      case BOUND -> address == null ? null : new Bound(i, address);
      default -> null;
    };
  }

  private static final class Nothing extends Operation {
    @Override
    public void execute(Cpu cpu) {
      // A hint at most.
    }
  }

  /** PAUSE: the host processor, too, likes to know that this is a waiting loop. */
  private static final class Pause extends Operation {
    @Override
    public void execute(Cpu cpu) {
      Thread.onSpinWait();
    }
  }

  private static final class Fence extends Operation {
    @Override
    public void execute(Cpu cpu) {
      VarHandle.fullFence();
    }
  }

  /** CLFLUSH: guest memory has no cache of ours; what a read would raise is raised. */
  private static final class Flush extends Operation {
    private final Address memory;

    Flush(Address memory) {
      this.memory = memory;
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.hostForRead(memory.read(cpu, 1), 1);
    }
  }

  private static final class Flag extends Operation {
    private final Opcode opcode;

    Flag(Opcode opcode) {
      this.opcode = opcode;
    }

    @Override
    public void execute(Cpu cpu) {
      switch (opcode) {
        case CLC -> cpu.setCarry(false);
        case STC -> cpu.setCarry(true);
        case CMC -> cpu.setCarry(!cpu.carry());
        case CLD -> cpu.systemFlags &= ~Cpu.DF;
        default -> cpu.systemFlags |= Cpu.DF;
      }
    }
  }

  private static final class LoadFlags extends Operation {
    @Override
    public void execute(Cpu cpu) {
      Place.put(cpu.r, Cpu.RAX, 8, 1, cpu.flags());
    }
  }

  private static final class StoreFlags extends Operation {
    @Override
    public void execute(Cpu cpu) {
      int keep = cpu.overflow() ? Cpu.OF : 0;
      cpu.arithmeticFlags((int) (cpu.r[Cpu.RAX] >> 8) & 0xFF | keep);
    }
  }

  /** SALC: an undocumented SBB AL, AL without flags. */
  private static final class CarryToAl extends Operation {
    @Override
    public void execute(Cpu cpu) {
      Place.put(cpu.r, Cpu.RAX, 0, 1, cpu.carry() ? 0xFF : 0);
    }
  }

  private static final class Translate extends Operation {
    private final int segment;
    private final long mask;

    Translate(Instruction i) {
      segment = i.segment;
      mask = Place.mask(i.addressSize);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      long effective = r[Cpu.RBX] + (r[Cpu.RAX] & 0xFF) & mask;
      Place.put(r, Cpu.RAX, 0, 1, cpu.read8(cpu.linearForRead(segment, effective, 1)));
    }
  }

  private static final class Bound extends Operation {
    private final Place index;
    private final Address memory;
    private final int size;

    Bound(Instruction i, Address memory) {
      index = new Place(i, 0, null);
      this.memory = memory;
      size = i.operandSize;
    }

    @Override
    public void execute(Cpu cpu) {
      long linear = memory.read(cpu, 2 * size);
      long second = cpu.wrap(linear + size);
      long low = size == 2 ? (short) cpu.read16(linear) : cpu.read32(linear);
      long high = size == 2 ? (short) cpu.read16(second) : cpu.read32(second);
      long value = index.load(cpu, 0);
      if (value < low || value > high) {
        throw GuestFault.of(GuestFault.BR);
      }
    }
  }
}
