// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi;

import dev.malachite.engine.firmware.uefi.call.Calls;
import dev.malachite.engine.firmware.uefi.call.Service;
import dev.malachite.engine.firmware.uefi.core.Core;
import dev.malachite.engine.firmware.uefi.memory.MemoryType;
import dev.malachite.engine.firmware.uefi.memory.PageMap;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.processor.ProcessorState;
import dev.malachite.engine.processor.ProcessorState.SegmentState;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The state in which UEFI runs programs: long mode, every address mapped to itself, descriptor
 * tables, a stack (UEFI 2.10, section 2.3.4).
 */
final class FirstState {
  private static final int STACK_PAGES = 64;

  /** One table of level 4, one of level 3, four of level 2 for the first 4 GiB. */
  private static final int TABLE_PAGES = 6;

  private static final int CODE = 0x10;
  private static final int DATA = 0x18;
  private static final int VECTORS = 32;

  /** Vectors that push an error code themselves. */
  private static final int WITH_ERROR_CODE = 1 << 8 | 0xF << 10 | 1 << 14 | 1 << 17 | 1 << 21;

  private static final int HANDLER = 32;

  /**
   * Vector of the timer that wakes a program that halts; the next one is for spurious interrupts.
   */
  private static final int TIMER_VECTOR = 0x40;

  private static final int GATES = 256;

  /** Room that a caller leaves on the stack (Microsoft convention). */
  private static final int SHADOW = 32;

  /** Where the code behind the exceptions' handlers begins. */
  private static final int TIMER_CODE = VECTORS * HANDLER;

  private static final int ACKNOWLEDGE = 0;
  private static final int SPURIOUS = 32;
  private static final int STOP = 64;
  private static final int FIRST = 128;

  /** The local APIC (SDM volume 3, table 10-1): 10 ms of its 200 MHz, periodic. */
  private static final int APIC = 0xFEE0_0000;

  private static final int[][] TIMER_ON = {
    {0xF0, 0x100 | TIMER_VECTOR + 1},
    {0x3E0, 0xB},
    {0x320, 0x2_0000 | TIMER_VECTOR},
    {0x380, 2_000_000}
  };

  private static final int[][] TIMER_OFF = {
    {0x320, 0x1_0000 | TIMER_VECTOR}, {0x380, 0}, {0xF0, 0xFF}
  };

  private final Core core;
  private final long tables;
  private final long stack;
  private final long descriptors;
  private final long handlers;

  FirstState(Core core) {
    this.core = core;
    PageMap pages = core.pages();
    tables = pages.allocate(TABLE_PAGES, MemoryType.BOOT_DATA, Long.MAX_VALUE);
    stack = pages.allocate(STACK_PAGES, MemoryType.BOOT_DATA, Long.MAX_VALUE);
    descriptors = pages.allocate(2, MemoryType.BOOT_DATA, Long.MAX_VALUE);
    handlers = pages.allocate(1, MemoryType.BOOT_CODE, Long.MAX_VALUE);
    core.space().ownPageTables(tables);
  }

  private void mapEverything() {
    GuestMemory memory = core.space().memory();
    memory.writeLong(tables, tables + 0x1000 | 3);
    for (int i = 0; i < 512; i++) {
      long entry = i < 4 ? tables + 0x2000 + i * 0x1000L | 3 : (long) i << 30 | 0x83;
      memory.writeLong(tables + 0x1000 + i * 8L, entry);
    }
    for (int i = 0; i < 4 * 512; i++) {
      memory.writeLong(tables + 0x2000 + i * 8L, (long) i << 21 | 0x83);
    }
  }

  // Each handler pushes its vector, then goes to the firmware and never comes back.
  private void catchExceptions(Service service) {
    GuestMemory memory = core.space().memory();
    int id = core.calls().reserve("exception", service);
    for (int i = 0; i < VECTORS; i++) {
      long at = handlers + (long) i * HANDLER;
      byte[] code = new byte[HANDLER];
      Arrays.fill(code, (byte) 0xF4);
      int n = 0;
      if ((WITH_ERROR_CODE >>> i & 1) == 0) {
        code[n++] = 0x6A;
        code[n++] = 0;
      }
      // push vector; mov r11, cr2; mov r10d, id; mov rax, cr3; out PORT, eax; hlt; jmp to the hlt.
      int[] rest = {
        0x6A,
        i,
        0x41,
        0x0F,
        0x20,
        0xD3,
        0x41,
        0xBA,
        id & 0xFF,
        id >> 8,
        0,
        0,
        0x0F,
        0x20,
        0xD8,
        0xE7,
        Calls.PORT,
        0xF4,
        0xEB,
        0xFD
      };
      for (int b : rest) {
        code[n++] = (byte) b;
      }
      memory.write(at, code, 0, HANDLER);
      gate(i, at);
    }
  }

  // An interrupt gate (SDM volume 3, figure 6-8).
  private void gate(int vector, long at) {
    GuestMemory memory = core.space().memory();
    long idt = descriptors + PageMap.PAGE + 16L * vector;
    memory.writeLong(idt, at & 0xFFFF | CODE << 16 | 0x8E00L << 32 | (at >>> 16 & 0xFFFF) << 48);
    memory.writeLong(idt + 8, at >>> 32);
  }

  // Programs may halt and count on a timer's interrupt, as every firmware has one.
  private void wakeProgramsThatHalt(long start, long idle) {
    // push rax; (end of interrupt); pop rax; iretq.
    code(
        ACKNOWLEDGE, b -> registers(b.put((byte) 0x50), new int[][] {{0xB0, 0}}).putInt(0xCF48_58));
    // Drivers of programs (iPXE's for VMBus) have interrupts sent that nobody waits for.
    for (int vector = VECTORS; vector < GATES; vector++) {
      gate(vector, handlers + TIMER_CODE + ACKNOWLEDGE);
    }
    code(SPURIOUS, b -> b.putShort((short) 0xCF48));
    gate(TIMER_VECTOR + 1, handlers + TIMER_CODE + SPURIOUS);
    code(STOP, b -> registers(b, TIMER_OFF).put((byte) 0xC3));
    // …; mov rax, start; call rax; again: mov rax, idle; call rax; jmp again.
    code(FIRST, b -> call(call(registers(b, TIMER_ON), start), idle).putShort((short) 0xF2EB));
  }

  private static ByteBuffer call(ByteBuffer b, long function) {
    return b.putShort((short) 0xB848).putLong(function).putShort((short) 0xD0FF);
  }

  // mov eax, register; mov dword [rax], value.
  private static ByteBuffer registers(ByteBuffer b, int[][] values) {
    for (int[] pair : values) {
      b.put((byte) 0xB8).putInt(APIC + pair[0]).putShort((short) 0x00C7).putInt(pair[1]);
    }
    return b;
  }

  private void code(int offset, Consumer<ByteBuffer> writer) {
    ByteBuffer b = Core.table(128);
    writer.accept(b);
    core.space().memory().write(handlers + TIMER_CODE + offset, Core.bytes(b), 0, b.position());
  }

  /** Guest code that stops the timer; it returns as a function does. */
  long stopTimer() {
    return handlers + TIMER_CODE + STOP;
  }

  /**
   * Sets the processor up.
   *
   * @param start the function that boots
   * @param idle the function that follows it, again and again
   * @param exception told of processor exceptions
   */
  void place(ProcessorState s, long start, long idle, Service exception) {
    mapEverything();
    catchExceptions(exception);
    wakeProgramsThatHalt(start, idle);
    GuestMemory memory = core.space().memory();
    long[] gdt = {0, 0, 0x00AF_9B00_0000_FFFFL, 0x00CF_9300_0000_FFFFL};
    for (int i = 0; i < gdt.length; i++) {
      memory.writeLong(descriptors + 8L * i, gdt[i]);
    }
    Arrays.fill(s.segments, new SegmentState(DATA, 0, -1, 0xC93));
    s.segments[ProcessorState.CS] = new SegmentState(CODE, 0, -1, 0xA9B);
    s.segments[ProcessorState.LDTR] = new SegmentState(0, 0, 0xFFFF, 0x82);
    s.segments[ProcessorState.TR] = new SegmentState(0, 0, 0xFFFF, 0x8B);
    s.gdtBase = descriptors;
    s.gdtLimit = 8 * gdt.length - 1;
    s.idtBase = descriptors + PageMap.PAGE;
    s.idtLimit = 16 * GATES - 1;
    s.cr0 = 0x8000_0033L;
    s.cr3 = tables;
    s.cr4 = 0x620;
    s.efer = 0xD00;
    s.rflags = 0x202;
    s.fxsave[0] = 0x7F;
    s.fxsave[1] = 3;
    s.fxsave[24] = (byte) 0x80;
    s.fxsave[25] = 0x1F;
    Arrays.fill(s.general, 0);
    long top = stack + STACK_PAGES * PageMap.PAGE - 64;
    s.general[4] = top - SHADOW;
    s.rip = handlers + TIMER_CODE + FIRST;
  }
}
