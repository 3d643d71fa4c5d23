// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.malachite.engine.decoder.Decoder;
import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.processor.VirtualProcessor;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.CodePages;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.core.Segment;
import dev.malachite.engine.processor.interpreter.core.X87State;
import dev.malachite.engine.time.MachineClock;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Runs one instruction on the interpreter: a 64-bit user-mode processor whose page tables show the
 * memory of the test cases at the addresses the host has it.
 */
final class InterpreterSide implements AutoCloseable {
  /** Where the block of {@link Layout} lies in guest physical memory. */
  private static final long BLOCK = 0x10_0000;

  private static final long TABLES = 0x1000;
  private static final int MAXIMUM_ROUNDS = 10_000;

  private final Layout layout;
  private final GuestMemory memory = new GuestMemory();
  private final MemorySegment window;
  private final OperationBinder binder;
  private final Decoder decoder = new Decoder(true);
  private final Instruction instruction = new Instruction();
  private final byte[] buffer = new byte[32];

  /** What is around the processor. */
  final QuietSurroundings quiet = new QuietSurroundings();

  /** The processor; tests of faults change its control registers. */
  final Cpu cpu;

  InterpreterSide(Layout layout, OperationBinder binder) {
    this.layout = layout;
    this.binder = binder;
    memory.addRegion("oracle", 0, BLOCK + Layout.SIZE, true);
    CodePages code = new CodePages(memory);
    cpu = new Cpu(0, memory, code, quiet, quiet, new MachineClock(), 0);
    code.processors(List.of(cpu));
    // Nothing but its number is asked of it.
    cpu.processor(
        (VirtualProcessor)
            Proxy.newProxyInstance(
                VirtualProcessor.class.getClassLoader(),
                new Class<?>[] {VirtualProcessor.class},
                (proxy, method, arguments) -> 0));
    window = memory.slice(BLOCK + Layout.WINDOW, MachineState.WINDOW);
    buildTables();
    reset();
  }

  /** Sets control registers and segments to those of a user program under Linux. */
  void reset() {
    cpu.cr0 = Cpu.CR0_PE | Cpu.CR0_MP | Cpu.CR0_ET | Cpu.CR0_NE | Cpu.CR0_WP | Cpu.CR0_PG;
    cpu.cr3 = TABLES;
    cpu.cr4 = Cpu.CR4_PAE | Cpu.CR4_OSFXSR | Cpu.CR4_OSXMMEXCPT | Cpu.CR4_OSXSAVE;
    cpu.efer = Cpu.EFER_SCE | Cpu.EFER_LME | Cpu.EFER_LMA | Cpu.EFER_NXE;
    cpu.xcr0 = 3;
    cpu.cpl = 3;
    cpu.segments[Cpu.CS].set(0x33, 0, 0xFFFF_FFFFL, 0xFB | Segment.LONG | Segment.GRANULAR);
    cpu.segments[Cpu.SS].set(0x2B, 0, 0xFFFF_FFFFL, 0xF3 | Segment.BIG | Segment.GRANULAR);
    for (int s : new int[] {Cpu.DS, Cpu.ES, Cpu.FS, Cpu.GS}) {
      cpu.segments[s].set(0, 0, 0, Segment.UNUSABLE);
    }
    cpu.flags(Cpu.IF);
    cpu.modeChanged();
    cpu.mmu.flushAll();
    cpu.unpark();
  }

  private void buildTables() {
    long next = TABLES + 0x1000;
    for (long offset = 0; offset < Layout.SIZE; offset += 4096) {
      long linear = layout.base() + offset;
      long table = TABLES;
      for (int shift = 39; shift > 12; shift -= 9) {
        long slot = table + (linear >>> shift & 511) * 8;
        if (memory.readLong(slot) == 0) {
          memory.writeLong(slot, next | 7);
          next += 0x1000;
        }
        table = memory.readLong(slot) & -4096L;
      }
      memory.writeLong(table + (linear >>> 12 & 511) * 8, BLOCK + offset | 7);
    }
  }

  /** Decodes; null if the decoder refuses the bytes. */
  Decoder.Status decode(byte[] code) {
    java.util.Arrays.fill(buffer, (byte) 0x90);
    System.arraycopy(code, 0, buffer, 0, code.length);
    return decoder.decode(buffer, 0, 15, 8, instruction);
  }

  /** What {@link #decode} found. */
  Instruction decoded() {
    return instruction;
  }

  /**
   * Executes one instruction.
   *
   * @return null if all went well, else what the decoder or binder did not know
   */
  @org.jspecify.annotations.Nullable
  String run(byte[] code, long ip, MachineState in, MachineState out) {
    Decoder.Status status = decode(code);
    if (status != Decoder.Status.OK) {
      return "the decoder says " + status;
    }
    if (instruction.length != code.length) {
      return "the decoder takes " + instruction.length + " of " + code.length + " bytes";
    }
    int offset = (int) ip & 4095;
    Address address = instruction.hasMemory() ? address(instruction, offset) : null;
    Operation operation = binder.bind(instruction, address);
    if (operation == null) {
      return "no operation for " + instruction.opcode;
    }
    operation.offset = offset;
    operation.length = code.length;
    operation.address = address;
    load(in, ip);
    out.fault = -1;
    long where = ip;
    try {
      for (int round = 0; where == ip; round++) {
        if (round == MAXIMUM_ROUNDS) {
          return "it never goes on";
        }
        cpu.nextIp = ip + code.length;
        operation.execute(cpu);
        where = operation.endsBlock() ? cpu.nextIp : ip + code.length;
      }
    } catch (GuestFault fault) {
      out.fault = fault.vector();
    }
    store(out, in);
    out.landing = out.fault >= 0 ? MachineState.NOWHERE : Layout.padAt(ip, code.length, where);
    return null;
  }

  private static Address address(Instruction i, int offset) {
    int base = i.ripRelative ? Cpu.IP_BASE : i.base;
    long displacement = i.ripRelative ? i.displacement + offset + i.length : i.displacement;
    return new Address(
        base,
        i.vectorIndex ? Instruction.NO_REGISTER : i.index,
        i.shift,
        displacement,
        i.addressSize,
        i.segment,
        i.codeSize == 8);
  }

  private void load(MachineState in, long ip) {
    System.arraycopy(in.r, 0, cpu.r, 0, 16);
    cpu.r[Cpu.ZERO] = 0;
    cpu.r[Cpu.IP_BASE] = ip & -4096L;
    cpu.flags(in.flags | Cpu.IF);
    disguiseFlags(new SplittableRandom(in.r[0] ^ in.r[1] ^ in.flags));
    System.arraycopy(in.fx, 20, cpu.xmm, 0, 32);
    System.arraycopy(in.high, 0, cpu.ymmHigh, 0, 32);
    cpu.mxcsr = in.mxcsr();
    X87State x = cpu.x87;
    x.init();
    x.control = in.control();
    x.status = in.status() & ~0x3800;
    x.top = in.top();
    x.occupied = in.tags();
    for (int i = 0; i < 8; i++) {
      x.significand[in.top() + i & 7] = in.significand(i);
      x.signExponent[in.top() + i & 7] = in.signExponent(i);
    }
    MemorySegment.copy(in.memory, 0, window, JAVA_BYTE, 0, MachineState.WINDOW);
  }

  // The same flags as another operation could have left them: operations must look at the bits that
  // count, and at no others.
  private void disguiseFlags(SplittableRandom random) {
    if (cpu.zeroSource != 0) {
      cpu.zeroSource = random.nextLong() | 1L << random.nextInt(64);
    }
    cpu.signSource = cpu.signSource & 1L << 63 | random.nextLong() >>> 1;
    cpu.carries = cpu.carries & 3L << 62 | random.nextLong() >>> 2;
    cpu.adjustSource = cpu.adjustSource & Cpu.AF | random.nextLong() & ~(long) Cpu.AF;
    boolean parity = cpu.parity();
    long low = random.nextInt(256);
    cpu.paritySource = random.nextLong() & ~0xFFL | low;
    if (cpu.parity() != parity) {
      cpu.paritySource ^= 1;
    }
  }

  private void store(MachineState out, MachineState in) {
    System.arraycopy(cpu.r, 0, out.r, 0, 16);
    out.flags = cpu.flags() & 0xCD5;
    System.arraycopy(in.fx, 0, out.fx, 0, 64);
    System.arraycopy(cpu.xmm, 0, out.fx, 20, 32);
    System.arraycopy(cpu.ymmHigh, 0, out.high, 0, 32);
    out.mxcsr(cpu.mxcsr);
    X87State x = cpu.x87;
    out.control(x.control);
    out.status(x.status & ~0x3800 | x.top << 11);
    out.tags(x.occupied);
    for (int i = 0; i < 8; i++) {
      out.st(i, x.signExponent[x.top + i & 7], x.significand[x.top + i & 7]);
    }
    MemorySegment.copy(window, JAVA_BYTE, 0, out.memory, 0, MachineState.WINDOW);
  }

  @Override
  public void close() {
    memory.close();
  }
}
