// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.interpreter;

import dev.malachite.engine.processor.ExitReason;
import dev.malachite.engine.processor.ProcessorState;
import dev.malachite.engine.processor.VirtualProcessor;
import dev.malachite.engine.processor.interpreter.core.Block;
import dev.malachite.engine.processor.interpreter.core.CodePage;
import dev.malachite.engine.processor.interpreter.core.CodeWrite;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.Operation;
import dev.malachite.engine.processor.interpreter.system.Interrupts;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A processor that interprets: takes blocks of bound operations from the code pages, runs them, and
 * looks between two blocks whether anybody wants its attention.
 */
public final class InterpreterProcessor implements VirtualProcessor {
  private final Cpu cpu;
  private final BlockBuilder builder;
  private final @Nullable Accelerator accelerator;
  private volatile boolean kicked;
  private volatile @Nullable Thread waiting;
  private long instructions;

  /** A processor in its power-on state. */
  public InterpreterProcessor(Cpu cpu) {
    this(cpu, null);
  }

  InterpreterProcessor(Cpu cpu, @Nullable Accelerator accelerator) {
    this.cpu = cpu;
    this.accelerator = accelerator;
    builder = new BlockBuilder(cpu);
    cpu.processor(this);
    cpu.apic.listen(this::attention);
    reset();
  }

  /** Its state, for the backend that owns it. */
  Cpu cpu() {
    return cpu;
  }

  @Override
  public int index() {
    return cpu.index();
  }

  private void attention() {
    cpu.requestAttention();
    Thread thread = waiting;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  @Override
  public void kick() {
    kicked = true;
    attention();
  }

  @Override
  public ExitReason run() {
    cpu.unpark();
    Accelerator fast = accelerator;
    if (fast != null) {
      fast.begin();
    }
    try {
      return loop();
    } finally {
      releaseVectors();
      cpu.park();
    }
  }

  // The hot loop. What changes from block to block lives in locals that the handlers below can
  // see: the block under way and the position in it.
  private ExitReason loop() {
    Cpu c = cpu;
    Accelerator fast = accelerator;
    boolean interpret = false;
    long[] r = c.r;
    Operation[] operations = NONE;
    int i = 0;
    long ip = c.nextIp;
    while (true) {
      try {
        while (true) {
          ip = c.nextIp;
          operations = NONE;
          i = 0;
          if (c.attention()) {
            ExitReason reason = attend();
            if (reason != null) {
              return reason;
            }
            ip = c.nextIp;
            if (stepping()) {
              if (!step()) {
                return ExitReason.TRIPLE_FAULT;
              }
              continue;
            }
          }
          long linear = c.mode64 ? ip : c.segments[Cpu.CS].base + ip & 0xFFFF_FFFFL;
          CodePage page = c.codePage(linear);
          int offset = (int) linear & 4095;
          Block block = page.block(offset);
          if (block == null
              || block.codeSize() != c.codeSize
              || block.second() != null && !sameSecond(block, linear)) {
            block = build(page, offset, linear);
          }
          if (fast != null) {
            if (!interpret) {
              Accelerator.Outcome outcome = fast.run(page, block, offset, ip);
              if (outcome != Accelerator.Outcome.DECLINED) {
                interpret = outcome == Accelerator.Outcome.INTERPRET;
                continue;
              }
            }
            interpret = false;
            if (block.vectors()) {
              fast.releaseVectors();
            }
          }
          long base = ip - offset;
          r[Cpu.IP_BASE] = base;
          long end = base + block.endOffset();
          if (c.mode64) {
            c.nextIp = end;
          } else {
            if (end - 1 > c.segments[Cpu.CS].limit) {
              block = builder.build(page, offset, linear, 1);
              end = base + block.endOffset();
              if (end - 1 > c.segments[Cpu.CS].limit) {
                throw GuestFault.of(GuestFault.GP);
              }
            }
            c.nextIp = end & 0xFFFF_FFFFL;
          }
          c.currentPage(page);
          operations = block.operations();
          for (i = 0; i < operations.length; i++) {
            operations[i].execute(c);
          }
          instructions += i;
        }
      } catch (GuestFault fault) {
        instructions += i;
        if (i < operations.length) {
          ip = r[Cpu.IP_BASE] + operations[i].offset;
        } else {
          ip = c.nextIp;
        }
        if (!deliver(fault, c.mode64 ? ip : ip & 0xFFFF_FFFFL, operation(operations, i))) {
          return ExitReason.TRIPLE_FAULT;
        }
      } catch (CodeWrite write) {
        instructions += i;
        c.nextIp = r[Cpu.IP_BASE] + operations[i].offset;
        if (!c.mode64) {
          c.nextIp &= 0xFFFF_FFFFL;
        }
        if (!step()) {
          return ExitReason.TRIPLE_FAULT;
        }
      }
    }
  }

  private static final Operation[] NONE = {};

  private void releaseVectors() {
    Accelerator fast = accelerator;
    if (fast != null) {
      fast.releaseVectors();
    }
  }

  private static @Nullable Operation operation(Operation[] operations, int i) {
    return i < operations.length ? operations[i] : null;
  }

  private boolean sameSecond(Block block, long linear) {
    CodePage second = block.second();
    return second != null
        && second.valid
        && cpu.codePage(cpu.wrap((linear & -4096L) + 4096)) == second;
  }

  private Block build(CodePage page, int offset, long linear) {
    Block block = builder.build(page, offset, linear, Integer.MAX_VALUE);
    CodePage second = block.second();
    if (page.valid
        && cpu.code.settled(page)
        && (second == null || second.valid && cpu.code.settled(second))) {
      page.keep(offset, block);
    }
    return block;
  }

  private boolean deliver(GuestFault fault, long ip, @Nullable Operation operation) {
    GuestFault exact = fault;
    if (fault.vector() == GuestFault.GP
        && fault.errorCode() == 0
        && cpu.mode64
        && operation != null
        && operation.address != null
        && operation.address.segment() == Cpu.SS
        && notCanonical(operation.address.effective(cpu))) {
      exact = GuestFault.of(GuestFault.SS);
    }
    cpu.allowCodeWrite(true);
    try {
      return Interrupts.exception(cpu, exact, ip);
    } finally {
      cpu.allowCodeWrite(false);
    }
  }

  private static boolean notCanonical(long linear) {
    return linear << 16 >> 16 != linear;
  }

  // ---- between two blocks --------------------------------------------------------------------

  /** True if only one instruction may run before the next look at the world. */
  private boolean stepping() {
    return cpu.interruptShadow || (cpu.systemFlags & Cpu.TF) != 0 || (cpu.dr[7] & 0xFF) != 0;
  }

  private @Nullable ExitReason attend() {
    Cpu c = cpu;
    while (true) {
      c.clearAttention();
      c.serveRequests();
      if (kicked) {
        kicked = false;
        c.requestAttention();
        return ExitReason.KICKED;
      }
      if (c.apic.takeInit()) {
        init();
      }
      int startup = c.apic.takeStartup();
      if (startup >= 0 && c.waitingForStartup) {
        start(startup);
      }
      if (!c.waitingForStartup && !takeInterrupt()) {
        return ExitReason.TRIPLE_FAULT;
      }
      if (!c.halted && !c.waitingForStartup) {
        if (stepping()) {
          c.requestAttention();
        } else {
          // Only an armed breakpoint makes a difference of RF; don't let it stick.
          c.systemFlags &= ~Cpu.RF;
        }
        return null;
      }
      sleep();
    }
  }

  private boolean takeInterrupt() {
    Cpu c = cpu;
    if (c.interruptShadow) {
      // The shadow of STI before HLT ends with HLT: a halted processor takes interrupts.
      if (!c.halted) {
        return true;
      }
      c.interruptShadow = false;
    }
    if (!c.nmiBlocked && c.apic.takeNmi()) {
      c.halted = false;
      c.nmiBlocked = true;
      return interrupt(GuestFault.NMI);
    }
    boolean pending = c.apic.interruptPending();
    c.interruptWaits(pending);
    if (pending && (c.systemFlags & Cpu.IF) != 0) {
      int vector = c.apic.acknowledge();
      if (vector >= 0) {
        c.halted = false;
        return interrupt(vector);
      }
    }
    return true;
  }

  private boolean interrupt(int vector) {
    cpu.allowCodeWrite(true);
    try {
      return Interrupts.external(cpu, vector, cpu.nextIp);
    } finally {
      cpu.allowCodeWrite(false);
    }
  }

  private void sleep() {
    waiting = Thread.currentThread();
    cpu.park();
    while (!cpu.attention()) {
      LockSupport.park(this);
    }
    waiting = null;
    cpu.unpark();
  }

  /**
   * Executes one instruction by itself: while single-stepping, with breakpoints armed, in an
   * interrupt shadow, or when it writes into its own page.
   *
   * @return false for a triple fault
   */
  private boolean step() {
    Cpu c = cpu;
    long ip = c.nextIp;
    boolean traced = (c.systemFlags & Cpu.TF) != 0;
    Operation operation = null;
    try {
      long linear = c.mode64 ? ip : c.segments[Cpu.CS].base + ip & 0xFFFF_FFFFL;
      if ((c.systemFlags & Cpu.RF) == 0 && instructionBreakpoint(linear)) {
        throw GuestFault.of(GuestFault.DB);
      }
      CodePage page = c.codePage(linear);
      Block block = builder.build(page, (int) linear & 4095, linear, 1);
      operation = block.operations()[0];
      if (block.vectors()) {
        releaseVectors();
      }
      c.r[Cpu.IP_BASE] = ip - operation.offset;
      c.nextIp = ip + operation.length;
      if (!c.mode64) {
        c.nextIp &= 0xFFFF_FFFFL;
      }
      c.currentPage(page);
      boolean shadowed = c.interruptShadow;
      c.debugHits = 0;
      c.allowCodeWrite(true);
      c.systemFlags &= ~Cpu.RF;
      operation.execute(c);
      c.allowCodeWrite(false);
      instructions++;
      if (shadowed) {
        c.interruptShadow = false;
      }
      c.requestAttention();
      if (traced) {
        c.dr[6] |= 1 << 14;
      }
      if (traced || c.debugHits != 0) {
        c.dr[6] |= c.debugHits;
        c.debugHits = 0;
        return deliver(GuestFault.of(GuestFault.DB), c.nextIp, null);
      }
      return true;
    } catch (GuestFault fault) {
      c.allowCodeWrite(false);
      c.requestAttention();
      c.debugHits = 0;
      return deliver(fault, ip, operation);
    }
  }

  private boolean instructionBreakpoint(long linear) {
    Cpu c = cpu;
    boolean hit = false;
    for (int i = 0; i < 4; i++) {
      boolean enabled = (c.dr[7] >>> 2 * i & 3) != 0;
      boolean execute = (c.dr[7] >>> 16 + 4 * i & 3) == 0;
      if (enabled && execute && c.dr[i] == linear) {
        c.dr[6] |= 1L << i;
        hit = true;
      }
    }
    return hit;
  }

  // ---- reset, INIT, SIPI ---------------------------------------------------------------------

  @Override
  public void reset() {
    releaseVectors();
    cpu.powerOn();
    cpu.apic.tscOffset(0);
    cpu.waitingForStartup = index() != 0;
    cpu.requestAttention();
  }

  private void init() {
    cpu.apic.reset();
    cpu.init();
    cpu.waitingForStartup = index() != 0;
  }

  private void start(int vector) {
    cpu.waitingForStartup = false;
    cpu.halted = false;
    cpu.segments[Cpu.CS].set(vector << 8, (long) vector << 12, 0xFFFF, 0x9B);
    cpu.nextIp = 0;
    cpu.modeChanged();
  }

  // ---- state ---------------------------------------------------------------------------------

  @Override
  public void save(ProcessorState state) {
    releaseVectors();
    StateTransfer.save(cpu, state);
  }

  @Override
  public void restore(ProcessorState state) {
    releaseVectors();
    StateTransfer.restore(cpu, state);
  }

  @Override
  public long instructions() {
    return instructions;
  }

  @Override
  public long general(int register) {
    return cpu.r[register & 15];
  }

  @Override
  public void general(int register, long value) {
    cpu.r[register & 15] = value;
  }

  @Override
  public long xmm(int register, int half) {
    releaseVectors();
    return cpu.xmm[2 * (register & 15) + (half & 1)];
  }

  @Override
  public void xmm(int register, int half, long value) {
    releaseVectors();
    cpu.xmm[2 * (register & 15) + (half & 1)] = value;
  }

  @Override
  public int privilegeLevel() {
    return cpu.cpl;
  }

  @Override
  public boolean longMode() {
    return cpu.mode64;
  }

  @Override
  public void close() {
    // Owns nothing but heap memory.
  }
}
