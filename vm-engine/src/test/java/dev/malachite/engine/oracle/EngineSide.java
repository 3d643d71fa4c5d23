// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.malachite.engine.decoder.Decoder;
import dev.malachite.engine.interrupt.ApicBus;
import dev.malachite.engine.interrupt.LocalApic;
import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.processor.ExitReason;
import dev.malachite.engine.processor.VirtualProcessor;
import dev.malachite.engine.processor.interpreter.InterpreterBackend;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Segment;
import dev.malachite.engine.processor.interpreter.core.X87State;
import dev.malachite.engine.processor.translator.Translator;
import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs code on a whole processor in long mode, interpreted or translated, until it writes to a
 * port: landing pads do, and so do the handlers of all exceptions.
 *
 * <p>The block of a {@link Layout} lies at the layout's linear addresses for user and supervisor
 * code; system tables, handlers and the handlers' stack lie at {@link #KERNEL} for supervisor code
 * only. One thread only.
 */
final class EngineSide implements AutoCloseable {
  /** Which of the two ways to run. */
  enum Engine {
    INTERPRETER,
    TRANSLATOR
  }

  /** How user and supervisor code is run. */
  enum Privilege {
    USER,
    SUPERVISOR
  }

  /** Linear address of physical address 0 for supervisor code. */
  static final long KERNEL = 0xFFFF_8000_0000_0000L;

  /** Where the block of {@link Layout} lies in guest physical memory. */
  static final long BLOCK = 0x10_0000;

  /** Ports from here on tell the vector of an exception. */
  static final int FAULTS = 0x80;

  /** The port that tells of execution where there is no program. */
  static final int LOST = 0x7F;

  /** In place of a port: the processor shut down, or ran into a loop. */
  static final int NEVER = -2;

  private static final int MOST_ROUNDS = 100;
  private static final long TABLES = 0x18_0000;
  private static final long MEMORY = 0x20_0000;
  private static final long IDT = 0x8_0000;
  private static final long GDT = 0x8_1000;
  private static final long TSS = 0x8_2000;
  private static final long HANDLERS = 0x8_3000;
  private static final long STACK_TOP = 0x8_6000;

  private final Layout layout;
  private final GuestMemory memory = new GuestMemory();
  private final MachineClock clock = new MachineClock();
  private final TimerQueue timers = new TimerQueue(clock);
  private final VirtualProcessor processor;
  private final @Nullable Translator translator;
  private final MemorySegment block;
  private final Cpu[] cpus = new Cpu[1];
  private int port = -1;

  /** A digest of all accesses to device memory so far. */
  long deviceAccesses;

  /** The processor's state. */
  final Cpu cpu;

  /** True where tests can use {@link Engine#TRANSLATOR}. */
  static boolean translates() {
    return Translator.available();
  }

  EngineSide(Layout layout, Engine engine) {
    this.layout = layout;
    memory.addRegion("oracle", 0, MEMORY, true);
    ApicBus bus = new ApicBus();
    translator = engine == Engine.TRANSLATOR ? new Translator(new Decoder(true), true, 1) : null;
    Translator fast = translator;
    InterpreterBackend backend =
        new InterpreterBackend(
            memory,
            ports(),
            List.of(new LocalApic(0, bus, clock, timers)),
            clock,
            0,
            made -> {
              cpus[0] = made;
              return fast != null ? fast.accelerator(made) : new Interpreted();
            });
    processor = backend.processors().getFirst();
    cpu = cpus[0];
    block = memory.slice(BLOCK, Layout.SIZE);
    buildTables();
    buildSystem();
    cpu.cr0 = Cpu.CR0_PE | Cpu.CR0_MP | Cpu.CR0_ET | Cpu.CR0_NE | Cpu.CR0_WP | Cpu.CR0_PG;
    cpu.cr3 = TABLES;
    cpu.cr4 = Cpu.CR4_PAE | Cpu.CR4_OSFXSR | Cpu.CR4_OSXMMEXCPT | Cpu.CR4_OSXSAVE;
    cpu.cr4 |= Cpu.CR4_PGE;
    cpu.efer = Cpu.EFER_SCE | Cpu.EFER_LME | Cpu.EFER_LMA | Cpu.EFER_NXE;
    cpu.xcr0 = 7;
    cpu.gdtBase = KERNEL + GDT;
    cpu.gdtLimit = 0xFF;
    cpu.idtBase = KERNEL + IDT;
    cpu.idtLimit = 0xFFF;
    cpu.tr.set(0x40, KERNEL + TSS, 0x68 + 0x20, 0x8B);
    cpu.mmu.flushAll();
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
    memory.writeLong(TABLES + 256 * 8, next | 3);
    memory.writeLong(next, next + 0x1000 | 3);
    memory.writeLong(next + 0x1000, 0x183); // 2 MiB from physical address 0, global
  }

  private void buildSystem() {
    // What gets lost in memory where nothing is ends there.
    for (long gpa = 0; gpa < IDT; gpa += 4) {
      memory.writeInt(gpa, pad(LOST));
    }
    memory.writeLong(GDT + 8, 0x00AF_9B00_0000_FFFFL);
    memory.writeLong(GDT + 16, 0x00CF_9300_0000_FFFFL);
    memory.writeLong(TSS + 4, KERNEL + STACK_TOP);
    memory.writeLong(TSS + 36, KERNEL + STACK_TOP);
    memory.writeShort(TSS + 102, 0x68); // all ports below 0x100 are allowed
    for (int vector = 0; vector < 256; vector++) {
      long handler = KERNEL + HANDLERS + 16L * vector;
      memory.writeLong(
          IDT + 16L * vector,
          handler & 0xFFFF | 0x8 << 16 | 0xEE01L << 32 | (handler & 0xFFFF_0000L) << 32);
      memory.writeLong(IDT + 16L * vector + 8, handler >>> 32);
      long stop = pad(FAULTS + Math.min(vector, 0x7F));
      memory.writeInt(HANDLERS + 16L * vector, (int) stop);
    }
  }

  /** Code of four bytes that tells a number and stops. */
  static int pad(int number) {
    return 0xE6 | number << 8 | 0xFEEB << 16; // out number, al; jmp $
  }

  Layout layout() {
    return layout;
  }

  GuestMemory memory() {
    return memory;
  }

  /** Takes over all memory of another side but page tables. */
  void copyMemory(EngineSide other) {
    byte[] all = new byte[(int) (BLOCK + Layout.SIZE)];
    other.memory.read(0, all, 0, all.length);
    memory.write(0, all, 0, all.length);
  }

  /** The block of the layout. */
  MemorySegment block() {
    return block;
  }

  /** Physical address of a linear address in the block. */
  long physical(long linear) {
    return linear - layout.base() + BLOCK;
  }

  /** Physical address of the table entry of a page in the block. */
  long pageEntry(long linear) {
    long table = TABLES;
    for (int shift = 39; shift > 12; shift -= 9) {
      table = memory.readLong(table + (linear >>> shift & 511) * 8) & -4096L;
    }
    return table + (linear >>> 12 & 511) * 8;
  }

  /** What the translator has done; for an interpreter nothing. */
  String statistics() {
    return translator == null ? "" : translator.statistics().toString();
  }

  @Nullable Translator translator() {
    return translator;
  }

  // ---- running -------------------------------------------------------------------------------

  /** Sets privilege and code segment: 64-bit code, or 32-bit code in compatibility mode. */
  void enter(Privilege privilege, boolean wide) {
    int dpl = privilege == Privilege.USER ? 0x60 : 0;
    cpu.cpl = dpl >> 5;
    int size = wide ? Segment.LONG : Segment.BIG;
    cpu.segments[Cpu.CS].set(0x33, 0, 0xFFFF_FFFFL, 0x9B | dpl | size | Segment.GRANULAR);
    int data = 0x93 | dpl | Segment.BIG | Segment.GRANULAR;
    for (int s : new int[] {Cpu.SS, Cpu.DS, Cpu.ES}) {
      cpu.segments[s].set(0x2B, 0, 0xFFFF_FFFFL, data);
    }
    for (int s : new int[] {Cpu.FS, Cpu.GS}) {
      cpu.segments[s].set(0x2B, cpu.segments[s].base, 0xFFFF_FFFFL, data);
    }
    cpu.modeChanged();
  }

  /** Sets arithmetic flags and DF. */
  void flags(int flags) {
    cpu.flags(flags & 0xCD5 | Cpu.IF);
  }

  /**
   * Runs from a linear address until a port is written.
   *
   * @return the port, or {@link #NEVER}
   */
  int run(long ip) {
    cpu.nextIp = ip;
    cpu.halted = false;
    port = -1;
    int rounds = 0;
    while (port < 0) {
      if (processor.run() != ExitReason.KICKED || ++rounds > MOST_ROUNDS) {
        return NEVER;
      }
    }
    return port;
  }

  /** Has the processor stop at the next opportunity, and go on. Any thread. */
  void disturb() {
    processor.kick();
  }

  /**
   * A quadword of the frame an exception's handler got: 0 is the lowest on its stack. 0 if the
   * program itself wrote what handlers write, and there is no frame.
   */
  long frame(int index) {
    long at = cpu.r[Cpu.RSP] - KERNEL + 8L * index;
    return memory.covers(at, 8) ? memory.readLong(at) : 0;
  }

  /** True if exceptions of this vector push an error code. */
  static boolean hasErrorCode(int vector) {
    return vector == 8 || vector >= 10 && vector <= 14 || vector == 17;
  }

  // ---- state of single instructions ----------------------------------------------------------

  /** Puts code and its landing pads into the code page. */
  void code(byte[] code, long ip) {
    int at = (int) (ip - layout.base());
    for (int pad = 0; pad < Layout.PADS; pad++) {
      memory.writeInt(physical(Layout.padAddress(ip, code.length, pad)), pad(pad));
    }
    memory.write(BLOCK + at, code, 0, code.length);
  }

  /** Executes one instruction that {@link #code} has put there. */
  void run(long ip, MachineState in, MachineState out) {
    load(in);
    int reached = run(ip);
    boolean fault = reached >= FAULTS;
    out.fault = fault ? reached - FAULTS : -1;
    out.landing = fault ? MachineState.NOWHERE : reached;
    store(out, in);
  }

  private void load(MachineState in) {
    System.arraycopy(in.r, 0, cpu.r, 0, 16);
    flags(in.flags);
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
    MemorySegment.copy(in.memory, 0, block, JAVA_BYTE, Layout.WINDOW, MachineState.WINDOW);
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
    MemorySegment.copy(block, JAVA_BYTE, Layout.WINDOW, out.memory, 0, MachineState.WINDOW);
  }

  @Override
  public void close() {
    timers.close();
    if (translator != null) {
      translator.close();
    }
    memory.close();
  }

  /** Never runs anything. */
  private static final class Interpreted
      implements dev.malachite.engine.processor.interpreter.Accelerator {
    @Override
    public void begin() {}

    @Override
    public Outcome run(
        dev.malachite.engine.processor.interpreter.core.CodePage page,
        dev.malachite.engine.processor.interpreter.core.Block decoded,
        int offset,
        long ip) {
      return Outcome.DECLINED;
    }

    @Override
    public void releaseVectors() {}
  }

  private Ports ports() {
    Ports p = new Ports();
    p.level(dev.malachite.engine.processor.CpuidModel.Level.V3);
    return p;
  }

  private final class Ports extends QuietSurroundings {
    @Override
    public void writePort(VirtualProcessor writer, int number, int size, int value) {
      port = number;
      writer.kick();
    }

    @Override
    public long readMmio(VirtualProcessor reader, long gpa, int size) {
      deviceAccesses = (deviceAccesses * 31 + gpa) * 31 + size;
      return gpa * 0x9E37_79B9_7F4A_7C15L ^ deviceAccesses;
    }

    @Override
    public void writeMmio(VirtualProcessor writer, long gpa, int size, long value) {
      deviceAccesses = ((deviceAccesses * 31 + gpa) * 31 + size) * 31 + value;
    }
  }
}
