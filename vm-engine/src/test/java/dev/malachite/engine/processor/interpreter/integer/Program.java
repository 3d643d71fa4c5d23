// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter.integer;

import dev.malachite.engine.decoder.Decoder;
import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.processor.InterruptSource;
import dev.malachite.engine.processor.ProcessorExits;
import dev.malachite.engine.processor.VirtualProcessor;
import dev.malachite.engine.processor.interpreter.core.Address;
import dev.malachite.engine.processor.interpreter.core.CodePages;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.core.Segment;
import dev.malachite.engine.time.MachineClock;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Machine code in 4 MiB of memory and a processor to run it: 16 and 32-bit code without paging,
 * 64-bit code with an identity mapping of the first 2 MiB, all with the highest privilege.
 */
final class Program implements AutoCloseable {
  /** Where code starts. */
  static final long CODE = 0x1000;

  /** Behind the memory, and not mapped in 64-bit mode: 2 MiB. */
  static final long END = 0x20_0000;

  private static final long TABLES = 0x30_0000;

  final GuestMemory memory;
  final Cpu cpu;
  private final int codeSize;
  private final Map<Long, Operation[]> blocks = new HashMap<>();
  private final Decoder decoder = new Decoder();
  private final Instruction instruction = new Instruction();

  Program(int codeSize) {
    this(codeSize, new GuestMemory());
  }

  private Program(int codeSize, GuestMemory memory) {
    this.codeSize = codeSize;
    this.memory = memory;
    if (memory.regions().isEmpty()) {
      memory.addRegion("program", 0, 0x40_0000, true);
    }
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
    cpu.processor(nothing(VirtualProcessor.class));
    cpu.cr0 = Cpu.CR0_PE | Cpu.CR0_ET | Cpu.CR0_WP;
    if (codeSize == 8) {
      memory.writeLong(TABLES, TABLES + 0x1000 | 3);
      memory.writeLong(TABLES + 0x1000, TABLES + 0x2000 | 3);
      memory.writeLong(TABLES + 0x2000, TABLES + 0x3000 | 3);
      for (int i = 0; i < 512; i++) {
        memory.writeLong(TABLES + 0x3000 + 8L * i, 4096L * i | 3);
      }
      cpu.cr3 = TABLES;
      cpu.cr4 = Cpu.CR4_PAE;
      cpu.efer = Cpu.EFER_LME | Cpu.EFER_LMA;
      cpu.cr0 |= Cpu.CR0_PG;
    }
    int size = codeSize == 8 ? Segment.LONG : codeSize == 4 ? Segment.BIG : 0;
    int stackSize = codeSize == 2 ? 0 : Segment.BIG;
    cpu.segments[Cpu.CS].set(8, 0, 0xFFFF_FFFFL, 0x9B | size | Segment.GRANULAR);
    for (int s : new int[] {Cpu.ES, Cpu.SS, Cpu.DS, Cpu.FS, Cpu.GS}) {
      cpu.segments[s].set(16, 0, 0xFFFF_FFFFL, 0x93 | stackSize | Segment.GRANULAR);
    }
    cpu.flags(2);
    cpu.modeChanged();
    cpu.r[Cpu.RSP] = 0x8000;
    cpu.nextIp = CODE;
    cpu.unpark();
  }

  /** Another processor with the same memory. */
  Program another() {
    return new Program(codeSize, memory);
  }

  private static <T> T nothing(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              Class<?> result = method.getReturnType();
              return result == int.class
                  ? 0
                  : result == long.class ? 0L : result == boolean.class ? false : null;
            }));
  }

  /** Puts bytes, given in hexadecimal with spaces as you like, into memory. */
  Program put(long at, String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    memory.write(at, bytes, 0, bytes.length);
    return this;
  }

  /** Decodes and binds the instruction at an address below 4 GiB. */
  Operation bind(long ip) {
    byte[] bytes = new byte[15];
    memory.read(ip, bytes, 0, 15);
    Decoder.Status status = decoder.decode(bytes, 0, 15, cpu.codeSize, instruction);
    if (status != Decoder.Status.OK) {
      throw new IllegalStateException(status + " at 0x" + Long.toHexString(ip));
    }
    int offset = (int) ip & 4095;
    Address address = address(offset);
    Operation operation = IntegerBinder.bind(instruction, address);
    if (operation == null) {
      throw new IllegalStateException("no operation for " + instruction.opcode);
    }
    operation.offset = offset;
    operation.length = instruction.length;
    operation.address = address;
    return operation;
  }

  private @Nullable Address address(int offset) {
    Instruction i = instruction;
    if (!i.hasMemory()) {
      return null;
    }
    long displacement = i.displacement + (i.ripRelative ? offset + i.length : 0);
    int base = i.ripRelative ? Cpu.IP_BASE : i.base;
    return new Address(
        base, i.index, i.shift, displacement, i.addressSize, i.segment, i.codeSize == 8);
  }

  /** The operations from an address on, up to and with one that ends a block. */
  Operation[] block(long ip) {
    return blockUpTo(ip, -1);
  }

  /** Executes blocks, bound once, until the instruction pointer has a value at the end of one. */
  void runBlocks(long end) {
    while (cpu.nextIp != end) {
      long ip = cpu.nextIp;
      Operation[] block = blocks.get(ip);
      if (block == null) {
        block = blockUpTo(ip, end);
        blocks.put(ip, block);
      }
      cpu.r[Cpu.IP_BASE] = ip & -4096L;
      Operation last = block[block.length - 1];
      cpu.nextIp = (ip & -4096L) + last.offset + last.length;
      for (Operation operation : block) {
        operation.execute(cpu);
      }
    }
  }

  private Operation[] blockUpTo(long ip, long end) {
    List<Operation> all = new ArrayList<>();
    long at = ip;
    do {
      Operation operation = bind(at);
      all.add(operation);
      at += operation.length;
    } while (at != end && !all.getLast().endsBlock());
    return all.toArray(Operation[]::new);
  }

  /** Executes the instruction at the instruction pointer. */
  void step() {
    long ip = cpu.nextIp;
    Operation operation = bind(ip);
    cpu.r[Cpu.IP_BASE] = ip & -4096L;
    cpu.nextIp = ip + operation.length;
    operation.execute(cpu);
  }

  /** Executes instructions until the instruction pointer has a value. */
  void runTo(long end) {
    for (int i = 0; cpu.nextIp != end; i++) {
      if (i == 1_000_000) {
        throw new IllegalStateException("it never gets there");
      }
      step();
    }
  }

  /** Executes code given in hexadecimal from its first byte until it runs off its end. */
  Program run(String hex) {
    put(CODE, hex);
    cpu.nextIp = CODE;
    runTo(CODE + hex.replace(" ", "").length() / 2);
    return this;
  }

  @Override
  public void close() {
    memory.close();
  }
}
