// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.x87;

import dev.malachite.engine.decoder.Decoder;
import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.processor.InterruptSource;
import dev.malachite.engine.processor.ProcessorExits;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.CodePages;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.core.Segment;
import dev.malachite.engine.processor.interpreter.core.X87State;
import dev.malachite.engine.time.MachineClock;
import java.lang.reflect.Proxy;
import java.util.List;

/** A processor with a megabyte of memory that executes single floating-point instructions. */
final class SmallProcessor implements AutoCloseable {
  /** Where operands lie; the page behind theirs is absent when paging is on. */
  static final int DATA = 0x8000;

  /** The offset of the instructions in the code segment. */
  static final int CODE = 0x1_2345;

  private static final int DIRECTORY = 0x1_0000;
  private static final int TABLE = 0x1_1000;

  final GuestMemory memory = new GuestMemory();
  final Cpu cpu;
  final X87State x87;
  private final Decoder decoder = new Decoder();

  SmallProcessor() {
    memory.addRegion("test", 0, 1 << 20, true);
    CodePages code = new CodePages(memory);
    cpu =
        new Cpu(
            0,
            memory,
            code,
            nothing(ProcessorExits.class),
            nothing(InterruptSource.class),
            new MachineClock(),
            0);
    code.processors(List.of(cpu));
    cpu.unpark();
    x87 = cpu.x87;
    x87.init();
    protectedMode();
  }

  // Whatever is asked of it: zero, false or nothing.
  private static <T> T nothing(Class<T> type) {
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              Class<?> result = method.getReturnType();
              if (result == boolean.class) {
                return false;
              }
              return result == long.class ? (Object) 0L : result == int.class ? 0 : null;
            });
    return type.cast(proxy);
  }

  /** 32-bit protected mode, flat, without paging. */
  void protectedMode() {
    cpu.cr0 = Cpu.CR0_PE | Cpu.CR0_ET | Cpu.CR0_NE;
    cpu.cr4 = Cpu.CR4_OSFXSR;
    for (int i = 0; i < 6; i++) {
      int type = i == Cpu.CS ? 0x9B : 0x93;
      cpu.segments[i].set(8, 0, 0xFFFF_FFFFL, type | Segment.BIG | Segment.GRANULAR);
    }
    cpu.modeChanged();
  }

  /** Real mode with segments from zero and no limit. */
  void realMode() {
    cpu.cr0 = Cpu.CR0_ET | Cpu.CR0_NE;
    for (int i = 0; i < 6; i++) {
      cpu.segments[i].set(0, 0, 0xFFFF_FFFFL, 0x93 | Segment.GRANULAR);
    }
    cpu.modeChanged();
  }

  /** Turns 32-bit paging on; only the page behind {@link #DATA}'s is absent. */
  void paging() {
    memory.writeInt(DIRECTORY, TABLE | 7);
    for (int i = 0; i < 256; i++) {
      memory.writeInt(TABLE + 4 * i, i << 12 | 7);
    }
    memory.writeInt(TABLE + 4 * (DATA / 4096 + 1), 0);
    cpu.cr3 = DIRECTORY;
    cpu.cr0 |= Cpu.CR0_PG | Cpu.CR0_WP;
    cpu.modeChanged();
    cpu.mmu.flushAll();
  }

  /** Executes one instruction, with EBX at {@link #DATA}. */
  void run(int... bytes) {
    byte[] code = new byte[16];
    for (int i = 0; i < bytes.length; i++) {
      code[i] = (byte) bytes[i];
    }
    Instruction i = new Instruction();
    Decoder.Status status = decoder.decode(code, 0, 16, cpu.codeSize, i);
    if (status != Decoder.Status.OK) {
      throw GuestFault.of(GuestFault.UD);
    }
    if (cpu.r[Cpu.RBX] == 0) {
      cpu.r[Cpu.RBX] = DATA;
    }
    cpu.r[Cpu.IP_BASE] = CODE & -4096;
    Address address =
        i.hasMemory()
            ? new Address(i.base, i.index, i.shift, i.displacement, i.addressSize, i.segment, false)
            : null;
    Operation operation = X87Binder.bind(i, address);
    if (operation == null) {
      throw new AssertionError("nobody binds " + i.opcode);
    }
    operation.offset = CODE & 4095;
    operation.length = i.length;
    operation.execute(cpu);
  }

  /** The vector of the fault that an instruction ends in, or -1. */
  int fault(int... bytes) {
    try {
      run(bytes);
      return -1;
    } catch (GuestFault fault) {
      return fault.vector();
    }
  }

  /** Pushes a number. */
  void push(double value) {
    memory.writeLong(0x4000, Double.doubleToRawLongBits(value));
    run(0xDD, 0x05, 0x00, 0x40, 0x00, 0x00); // fld qword [0x4000]
  }

  /** Pushes a number from 16-bit code. */
  void push16(double value) {
    memory.writeLong(0x4000, Double.doubleToRawLongBits(value));
    run(0xDD, 0x06, 0x00, 0x40); // fld qword [0x4000]
  }

  /** ST(0) rounded to binary64, by storing it. */
  double top() {
    run(0xDD, 0x15, 0x00, 0x40, 0x00, 0x00); // fst qword [0x4000]
    return Double.longBitsToDouble(memory.readLong(0x4000));
  }

  /** The control word. */
  void control(int value) {
    memory.writeInt(0x4000, value);
    run(0xD9, 0x2D, 0x00, 0x40, 0x00, 0x00); // fldcw [0x4000]
  }

  int status() {
    return X87Control.status(x87);
  }

  @Override
  public void close() {
    memory.close();
  }
}
