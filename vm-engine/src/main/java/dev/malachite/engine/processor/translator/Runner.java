// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.malachite.engine.host.Libc;
import dev.malachite.engine.processor.interpreter.Accelerator;
import dev.malachite.engine.processor.interpreter.core.Block;
import dev.malachite.engine.processor.interpreter.core.CodePage;
import dev.malachite.engine.processor.interpreter.core.CodeWrite;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Frame;
import dev.malachite.engine.processor.interpreter.core.GuestFault;
import dev.malachite.engine.processor.interpreter.core.HostMemory;
import dev.malachite.engine.processor.interpreter.core.Translation;
import dev.malachite.engine.processor.interpreter.system.SystemCalls;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * Runs translated code on one processor: moves its state into the frame and back, and serves the
 * exits.
 */
final class Runner implements Accelerator {
  /** Flags SYSCALL must clear for translated code to do it: nothing then needs a look. */
  private static final int CLEARED_BY_CALL = Cpu.TF | Cpu.IF | Cpu.DF | Cpu.AC | Cpu.NT;

  private static final int NEVER = Integer.MIN_VALUE;

  private final Translator translator;
  private final Cpu cpu;
  private final long frame;
  private final MemorySegment memory;
  private final JumpCaches jumps;
  private final MethodHandle enter;
  private final MethodHandle enterWithVectors;
  private final long[] exits = new long[Stubs.EXITS];

  /** True while the processor may be executing in the code cache. */
  private volatile boolean inside;

  /** True if the frame has the vector registers' values, false if {@link Cpu#xmm} has. */
  private boolean vectorsInFrame;

  // The last exit, if where it leads to may be put into the code it came from.
  private static final int NO_LINK = 0, LINK_JUMP = 1, LINK_POINT = 2;
  private int linkKind;
  private long linkSite;
  private long linkIp;
  private int linkMode;
  private int linkGeneration;

  /** True if the last exit leads to a translation in which every access is checked by itself. */
  private boolean singly;

  @SuppressWarnings("restricted")
  Runner(Translator translator, Cpu cpu, Stubs stubs) {
    this.translator = translator;
    this.cpu = cpu;
    frame = cpu.frame.address;
    memory = cpu.frame.memory();
    jumps = new JumpCaches(cpu.frame, cpu.mmu.jumpPages);
    FunctionDescriptor function = FunctionDescriptor.ofVoid(JAVA_LONG);
    Linker linker = Linker.nativeLinker();
    enter = linker.downcallHandle(MemorySegment.ofAddress(stubs.enter()), function);
    enterWithVectors =
        linker.downcallHandle(MemorySegment.ofAddress(stubs.enterWithVectors()), function);
  }

  @Override
  public void begin() {
    Libc.gsBase(frame);
    cpu.code.describe(cpu.frame);
  }

  /** How often translated code came back for a reason; any thread, not exact. */
  long exits(int reason) {
    return exits[reason];
  }

  /** How many TLB misses were served without coming back; any thread, not exact. */
  long walks() {
    return HostMemory.get64(frame + Frame.WALKS);
  }

  /** Makes the processor leave the code cache, and waits until it has. Any other thread. */
  void expel() {
    while (inside) {
      cpu.requestAttention();
      Thread.onSpinWait();
    }
  }

  @Override
  public Outcome run(CodePage page, Block block, int offset, long ip) {
    int mode = Mode.of(cpu);
    if (mode < 0 || block.runs < 0) {
      return Outcome.DECLINED;
    }
    boolean alone = singly && ip == linkIp;
    singly = false;
    int kind = alone ? mode | Mode.SINGLY : mode;
    Translation translation = translator.find(block, kind);
    if (translation == null) {
      if (alone || ++block.runs >= translator.threshold()) {
        translation = translate(page, block, offset, kind);
      }
      if (translation == null) {
        linkKind = NO_LINK;
        return Outcome.DECLINED;
      }
    }
    int stale = cpu.mmu.takeStaleJumps();
    if (linkKind != NO_LINK) {
      // An instruction that reaches into another page is never linked: that page may be replaced.
      link(ip, mode, stale | (block.second() == null ? 0 : 1), translation);
    }
    jumps.clear(mode, translation.generation(), stale);
    if (!alone) {
      jumps.put(mode, ip, translation.outer());
      if (block.second() != null) {
        jumps.add(mode, ip + 4096);
      }
    }
    return go(translation, ip);
  }

  private @Nullable Translation translate(CodePage page, Block block, int offset, int mode) {
    CodePage second = block.second();
    if (!page.valid
        || !cpu.code.settled(page)
        || page.block(offset) != block
        || second != null && !(second.valid && cpu.code.settled(second))) {
      return null;
    }
    Translation made = translator.translate(this, page, block, offset, mode);
    if (made == null && page.valid && (second == null || second.valid)) {
      block.runs = NEVER;
    }
    return made;
  }

  // Where nothing was flushed meanwhile, the address is still that of the page the jump is in.
  private void link(long ip, int mode, int stale, Translation target) {
    if (ip == linkIp && mode == linkMode && stale == 0) {
      if (linkKind == LINK_JUMP) {
        translator.link(linkSite, linkGeneration, target);
      } else {
        translator.redirect(linkSite, linkGeneration, target);
      }
    }
    linkKind = NO_LINK;
  }

  // ---- in and out ----------------------------------------------------------------------------

  private Outcome go(Translation translation, long ip) {
    HostMemory.put64(frame + Frame.IP_PAGE, ip & -4096L);
    long target = translation.inner();
    int generation = translation.generation();
    boolean vectors = false;
    while (true) {
      if (!enter(target, generation, vectors)) {
        // The cache is being emptied.
        cpu.nextIp = ip;
        return Outcome.RAN;
      }
      int exit = HostMemory.get32(frame + Frame.EXIT);
      exits[exit]++;
      long page = HostMemory.get64(frame + Frame.IP_PAGE);
      int offset = HostMemory.get32(frame + Frame.EXIT_OFFSET);
      vectors = HostMemory.get32(frame + Frame.VECTORS_WERE_LOADED) != 0;
      if (vectors) {
        vectorsInFrame = true;
      }
      leave();
      switch (exit) {
        case Stubs.LOOK_UP -> {
          cpu.nextIp = at(page, offset);
          if (!cpu.attention()) {
            linkLater(LINK_POINT, generation);
          }
          return Outcome.RAN;
        }
        case Stubs.PAUSE -> {
          cpu.nextIp = at(page, offset);
          return Outcome.RAN;
        }
        case Stubs.LINK -> {
          cpu.nextIp = at(page, offset);
          linkLater(LINK_JUMP, generation);
          return Outcome.RAN;
        }
        case Stubs.SINGLY -> {
          cpu.nextIp = at(page, offset);
          linkLater(LINK_JUMP, generation);
          singly = true;
          return Outcome.RAN;
        }
        case Stubs.JUMP -> {
          return jumped(page, offset);
        }
        case Stubs.MISS -> {
          if (!fill(page, offset)) {
            return Outcome.INTERPRET;
          }
          target = HostMemory.get64(frame + Frame.RESUME);
        }
        case Stubs.ASSIST -> {
          Outcome outcome = assist(page, offset);
          if (outcome != null) {
            return outcome;
          }
          target = HostMemory.get64(frame + Frame.RESUME);
        }
        default -> {
          cpu.nextIp = at(page, offset);
          return Outcome.INTERPRET;
        }
      }
      ip = cpu.nextIp;
    }
  }

  private long at(long page, long offset) {
    return cpu.wrap(page + offset);
  }

  // False if the code is gone meanwhile.
  private boolean enter(long target, int generation, boolean vectors) {
    MemorySegment.copy(cpu.r, 0, memory, JAVA_LONG, Frame.GENERAL, 16);
    int flags = cpu.arithmeticFlags();
    HostMemory.put16(frame + Frame.FLAGS, flags >> 11 & 1 | (flags & 0xFF) << 8);
    HostMemory.put32(frame + Frame.SYSTEM_FLAGS, cpu.systemFlags);
    HostMemory.put64(frame + Frame.FS_BASE, cpu.segments[Cpu.FS].base);
    HostMemory.put64(frame + Frame.GS_BASE, cpu.segments[Cpu.GS].base);
    HostMemory.put64(frame + Frame.KERNEL_GS_BASE, cpu.msrs.kernelGsBase);
    for (int i = 0; i < 6; i++) {
      HostMemory.put16(frame + Frame.SELECTORS + 2L * i, cpu.segments[i].selector);
    }
    HostMemory.put64(frame + Frame.WALK_ROOT, cpu.mmu.plainWalkRoot());
    HostMemory.put64(frame + Frame.TIME_STAMP_OFFSET, cpu.tscAheadOfHostClock());
    HostMemory.put32(frame + Frame.TIME_STAMP_PLAIN, (cpu.cr4 & Cpu.CR4_TSD) == 0 ? 1 : 0);
    HostMemory.put32(frame + Frame.TIME_STAMP_AUX, (int) cpu.msrs.tscAux);
    systemCalls();
    if (!vectorsInFrame) {
      MemorySegment.copy(cpu.xmm, 0, memory, JAVA_LONG, Frame.VECTORS, 32);
      MemorySegment.copy(cpu.ymmHigh, 0, memory, JAVA_LONG, Frame.VECTORS_HIGH, 32);
      HostMemory.put32(frame + Frame.MXCSR, cpu.mxcsr);
      vectorsInFrame = true;
    }
    inside = true;
    if (translator.emptying() || translator.generation() != generation) {
      inside = false;
      return false;
    }
    try {
      if (vectors) {
        enterWithVectors.invokeExact(target);
      } else {
        enter.invokeExact(target);
      }
    } catch (Throwable e) {
      throw new IllegalStateException("translated code threw", e);
    }
    inside = false;
    return true;
  }

  // What SYSCALL and SYSRET in translated code go by.
  private void systemCalls() {
    Cpu c = cpu;
    boolean plain =
        (c.efer & (Cpu.EFER_LMA | Cpu.EFER_SCE)) == (Cpu.EFER_LMA | Cpu.EFER_SCE)
            && (c.msrs.fmask & CLEARED_BY_CALL) == CLEARED_BY_CALL;
    HostMemory.put32(frame + Frame.SYSCALL_PLAIN, plain ? 1 : 0);
    HostMemory.put32(frame + Frame.LEVEL, c.cpl);
    if (plain) {
      int call = SystemCalls.callCode(c);
      int back = SystemCalls.returnBase(c);
      long at = frame + Frame.CALL_SELECTORS;
      HostMemory.put16(at, call);
      HostMemory.put16(at + 2, call + 8);
      HostMemory.put16(at + 4, back + 16 | 3);
      HostMemory.put16(at + 6, back + 8 | 3);
      HostMemory.put64(frame + Frame.CALL_TARGET, c.msrs.lstar);
      HostMemory.put32(frame + Frame.CALL_FLAGS, ~(int) c.msrs.fmask);
    }
  }

  // SYSCALL or SYSRET may have been the last to set the segments.
  private boolean levelChanged() {
    return HostMemory.get32(frame + Frame.LEVEL) != cpu.cpl
        || HostMemory.get16(frame + Frame.SELECTORS + 2L * Cpu.CS) != cpu.segments[Cpu.CS].selector
        || HostMemory.get16(frame + Frame.SELECTORS + 2L * Cpu.SS) != cpu.segments[Cpu.SS].selector;
  }

  private void leave() {
    MemorySegment.copy(memory, JAVA_LONG, Frame.GENERAL, cpu.r, 0, 16);
    int flags = HostMemory.get16(frame + Frame.FLAGS);
    cpu.arithmeticFlags((flags & 1) << 11 | flags >> 8);
    int system = HostMemory.get32(frame + Frame.SYSTEM_FLAGS);
    boolean accessChanged = ((system ^ cpu.systemFlags) & Cpu.AC) != 0;
    cpu.systemFlags = system;
    if (levelChanged()) {
      SystemCalls.enter(cpu, HostMemory.get32(frame + Frame.LEVEL));
    } else if (accessChanged) {
      cpu.modeChanged();
    }
    cpu.segments[Cpu.FS].base = HostMemory.get64(frame + Frame.FS_BASE);
    cpu.segments[Cpu.GS].base = HostMemory.get64(frame + Frame.GS_BASE);
    cpu.msrs.kernelGsBase = HostMemory.get64(frame + Frame.KERNEL_GS_BASE);
    cpu.mxcsr = HostMemory.get32(frame + Frame.MXCSR);
  }

  @Override
  public void releaseVectors() {
    if (vectorsInFrame) {
      MemorySegment.copy(memory, JAVA_LONG, Frame.VECTORS, cpu.xmm, 0, 32);
      MemorySegment.copy(memory, JAVA_LONG, Frame.VECTORS_HIGH, cpu.ymmHigh, 0, 32);
      cpu.mxcsr = HostMemory.get32(frame + Frame.MXCSR);
      vectorsInFrame = false;
    }
  }

  // ---- exits ---------------------------------------------------------------------------------

  private void linkLater(int kind, int generation) {
    linkKind = kind;
    linkSite = HostMemory.get32(frame + Frame.EXIT_DETAIL) & 0xFFFF_FFFFL;
    linkIp = cpu.nextIp;
    linkMode = Mode.of(cpu);
    linkGeneration = generation;
  }

  private Outcome jumped(long page, int offset) {
    long to = HostMemory.get64(frame + Frame.EXIT_LINEAR);
    int detail = HostMemory.get32(frame + Frame.EXIT_DETAIL);
    if (cpu.mode64 && to << 16 >> 16 != to && detail != Compiler.DETAIL_NEXT) {
      // Not an address: undo the instruction, and let the interpreter raise the fault.
      if (detail == Compiler.DETAIL_CALL) {
        cpu.r[Cpu.RSP] += 8;
      } else if (detail >= Compiler.DETAIL_RETURN) {
        cpu.r[Cpu.RSP] -= 8 + detail - Compiler.DETAIL_RETURN;
      }
      cpu.nextIp = at(page, offset);
      return Outcome.INTERPRET;
    }
    cpu.nextIp = to;
    return Outcome.RAN;
  }

  private boolean fill(long page, int offset) {
    cpu.nextIp = at(page, offset);
    long linear = HostMemory.get64(frame + Frame.EXIT_LINEAR);
    int detail = HostMemory.get32(frame + Frame.EXIT_DETAIL);
    try {
      return cpu.fillTlb(linear, detail & 0xFF, (detail & Stubs.WRITES) != 0);
    } catch (GuestFault fault) {
      if (fault.vector() == GuestFault.PF) {
        throw fault;
      }
      return false;
    }
  }

  // Null if the code goes on at RESUME.
  private @Nullable Outcome assist(long page, int offset) {
    Assist assist = translator.assist(HostMemory.get32(frame + Frame.EXIT_DETAIL));
    Cpu c = cpu;
    if (assist.vectors) {
      releaseVectors();
    }
    c.r[Cpu.IP_BASE] = page;
    long next = at(page, assist.end);
    c.nextIp = next;
    c.currentPage(assist.page);
    try {
      assist.operation.execute(c);
    } catch (GuestFault fault) {
      c.nextIp = at(page, offset);
      throw fault;
    } catch (CodeWrite write) {
      c.nextIp = at(page, offset);
      return Outcome.INTERPRET;
    }
    boolean goesOn =
        c.nextIp == next
            && !c.interruptShadow
            && assist.page.valid
            && !c.attention()
            && Mode.of(c) == assist.mode;
    return goesOn ? null : Outcome.RAN;
  }
}
