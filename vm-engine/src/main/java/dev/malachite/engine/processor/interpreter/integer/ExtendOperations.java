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

/** MOVZX, MOVSX, MOVSXD, LEA, and the widening of the accumulator (CBW, CWD and their kin). */
final class ExtendOperations {
  private ExtendOperations() {}

  /** MOVZX, MOVSX or MOVSXD. */
  static Operation bindExtend(Instruction i, @Nullable Address address) {
    boolean signed = i.opcode != Opcode.MOVZX;
    int from = i.operands[1].size;
    int to = i.operands[0].size;
    if (to == 2 || i.operands[1].kind == Kind.HIGH_BYTE && signed) {
      return new Generic(i, address, signed);
    }
    if (address == null) {
      if (!signed) {
        return from == 1 ? new Zero8(i) : new Zero16(i);
      }
      if (to == 4) {
        return from == 4 ? new Generic(i, null, true) : new Signed32(i, 32 - 8 * from);
      }
      return new Signed64(i, 64 - 8 * from);
    }
    if (!signed) {
      return from == 1 ? new ZeroMem8(i, address) : new ZeroMem16(i, address);
    }
    if (to == 4) {
      return switch (from) {
        case 1 -> new SignedMem8To32(i, address);
        case 2 -> new SignedMem16To32(i, address);
        default -> new Generic(i, address, true);
      };
    }
    return switch (from) {
      case 1 -> new SignedMem8To64(i, address);
      case 2 -> new SignedMem16To64(i, address);
      default -> new SignedMem32To64(i, address);
    };
  }

  /** LEA. */
  static Operation bindLea(Instruction i, Address address) {
    return switch (i.operandSize) {
      case 8 -> new Lea64(i, address);
      case 4 -> new Lea32(i, address);
      default -> new Lea16(i, address);
    };
  }

  /** CBW, CWDE, CDQE, CWD, CDQ or CQO. */
  static Operation bindAccumulator(Instruction i) {
    return switch (i.opcode) {
      case CBW -> new Widen(1);
      case CWDE -> new Widen(2);
      case CDQE -> new Widen(4);
      case CWD -> new SignToDx(2);
      case CDQ -> new SignToDx(4);
      default -> new SignToDx(8);
    };
  }

  // To 32 bits is to 64: the upper half becomes zero in either case.
  private static final class Zero8 extends Forms.ByteRegReg {
    Zero8(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      r[target] = r[source] >> sourceShift & 0xFF;
    }
  }

  private static final class Zero16 extends Forms.RegReg {
    Zero16(Instruction i) {
      super(i);
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      r[target] = r[source] & 0xFFFF;
    }
  }

  private static final class Signed32 extends Forms.RegReg {
    private final int shift;

    Signed32(Instruction i, int shift) {
      super(i);
      this.shift = shift;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      r[target] = ((int) r[source] << shift >> shift) & 0xFFFF_FFFFL;
    }
  }

  private static final class Signed64 extends Forms.RegReg {
    private final int shift;

    Signed64(Instruction i, int shift) {
      super(i);
      this.shift = shift;
    }

    @Override
    public void execute(Cpu cpu) {
      long[] r = cpu.r;
      r[target] = r[source] << shift >> shift;
    }
  }

  private static final class ZeroMem8 extends Forms.RegMem {
    ZeroMem8(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.r[target] = cpu.read8(memory.read(cpu, 1));
    }
  }

  private static final class ZeroMem16 extends Forms.RegMem {
    ZeroMem16(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.r[target] = cpu.read16(memory.read(cpu, 2));
    }
  }

  private static final class SignedMem8To32 extends Forms.RegMem {
    SignedMem8To32(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.r[target] = (byte) cpu.read8(memory.read(cpu, 1)) & 0xFFFF_FFFFL;
    }
  }

  private static final class SignedMem16To32 extends Forms.RegMem {
    SignedMem16To32(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.r[target] = (short) cpu.read16(memory.read(cpu, 2)) & 0xFFFF_FFFFL;
    }
  }

  private static final class SignedMem8To64 extends Forms.RegMem {
    SignedMem8To64(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.r[target] = (byte) cpu.read8(memory.read(cpu, 1));
    }
  }

  private static final class SignedMem16To64 extends Forms.RegMem {
    SignedMem16To64(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.r[target] = (short) cpu.read16(memory.read(cpu, 2));
    }
  }

  private static final class SignedMem32To64 extends Forms.RegMem {
    SignedMem32To64(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.r[target] = cpu.read32(memory.read(cpu, 4));
    }
  }

  private static final class Generic extends Operation {
    private final Place target;
    private final Place source;
    private final long mask;

    Generic(Instruction i, @Nullable Address address, boolean signed) {
      target = new Place(i, 0, null);
      source = new Place(i, 1, address);
      mask = signed ? -1L : Place.mask(source.size);
    }

    @Override
    public void execute(Cpu cpu) {
      target.store(cpu, 0, source.read(cpu) & mask);
    }
  }

  private static final class Lea64 extends Forms.RegMem {
    Lea64(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.r[target] = memory.effective(cpu);
    }
  }

  private static final class Lea32 extends Forms.RegMem {
    Lea32(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.r[target] = memory.effective(cpu) & 0xFFFF_FFFFL;
    }
  }

  private static final class Lea16 extends Forms.RegMem {
    Lea16(Instruction i, Address memory) {
      super(i, memory);
    }

    @Override
    public void execute(Cpu cpu) {
      Place.put(cpu.r, target, 0, 2, memory.effective(cpu));
    }
  }

  /** Sign-extends a part of RAX to twice its size. */
  private static final class Widen extends Operation {
    private final int from;

    Widen(int from) {
      this.from = from;
    }

    @Override
    public void execute(Cpu cpu) {
      int shift = 64 - 8 * from;
      Place.put(cpu.r, Cpu.RAX, 0, 2 * from, cpu.r[Cpu.RAX] << shift >> shift);
    }
  }

  /** Fills RDX or a part of it with the sign of the accumulator. */
  private static final class SignToDx extends Operation {
    private final int size;

    SignToDx(int size) {
      this.size = size;
    }

    @Override
    public void execute(Cpu cpu) {
      Place.put(cpu.r, Cpu.RDX, 0, size, cpu.r[Cpu.RAX] << 64 - 8 * size >> 63);
    }
  }
}
