// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.oracle;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.malachite.engine.decoder.Decoder;
import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.oracle.EngineSide.Engine;
import dev.malachite.engine.oracle.EngineSide.Privilege;
import dev.malachite.engine.oracle.ProgramGenerator.Kind;
import dev.malachite.engine.oracle.ProgramGenerator.Program;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.translator.Effects;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Runs programs interpreted and translated, and compares how they end. */
final class ProgramRunner implements AutoCloseable {
  private static final String[] NAMES = {
    "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13",
    "r14", "r15"
  };
  private static final int ARITHMETIC = Effects.ALL;
  private static final int CODE_AT = (int) (ProgramLayout.CODE - ProgramLayout.BASE);
  private static final int FUEL_AT = (int) (ProgramLayout.FUEL - ProgramLayout.BASE);
  private static final int STACK_AT = (int) (ProgramLayout.STACK - ProgramLayout.BASE);
  private static final long NO_EXECUTE = 1L << 63;
  private static final long PAUSE_NANOSECONDS = 2_000_000;
  private static final int ACCESSED = 0x20;
  private static final int DIRTY = 0x40;
  private static final int GLOBAL = 0x100;

  // The pages that are mapped now this way, now that: first the window's two.
  private static final long[] CHANGING = {
    ProgramLayout.WINDOW, ProgramLayout.WINDOW + 0x1000, ProgramLayout.STACK, ProgramLayout.FUEL
  };
  private static final long NOWHERE = 0x5000_0000L;

  private final EngineSide interpreter;
  private final EngineSide translator;
  private final byte[] window = new byte[ProgramLayout.WINDOW_SIZE];
  private final byte[] stack = new byte[0x1000];
  private final long[] registers = new long[16];
  private final long[] vectors = new long[64];
  private final Decoder decoder = new Decoder(true);
  private final Instruction decoded = new Instruction();
  private @Nullable Program program;
  private Privilege privilege = Privilege.USER;
  private int flags;

  /** Cases that didn't end, and have told nothing. */
  int unfinished;

  private long faults;
  private long staleFlags;

  // Ends what doesn't end, and interrupts all programs now and then.
  private final Thread disturber;
  private volatile boolean closed;

  ProgramRunner() {
    Layout layout = new Layout(ProgramLayout.BASE);
    interpreter = new EngineSide(layout, Engine.INTERPRETER);
    translator = new EngineSide(layout, Engine.TRANSLATOR);
    for (EngineSide side : List.of(interpreter, translator)) {
      page(side, ProgramLayout.ABSENT, 0);
      page(side, ProgramLayout.READ_ONLY, side.physical(ProgramLayout.READ_ONLY) | 5);
      page(side, ProgramLayout.SUPERVISOR, side.physical(ProgramLayout.SUPERVISOR) | 3);
      page(side, ProgramLayout.DEVICE, NOWHERE | 7);
      page(
          side, ProgramLayout.NO_EXECUTE, side.physical(ProgramLayout.NO_EXECUTE) | 7 | NO_EXECUTE);
      page(side, ProgramLayout.STACK - 0x1000, 0);
      page(side, ProgramLayout.STACK + 0x1000, 0);
      side.cpu.mmu.flushAll();
      side.cpu.segments[Cpu.FS].base = ProgramLayout.FS_BASE;
      side.cpu.segments[Cpu.GS].base = ProgramLayout.GS_BASE;
    }
    disturber = Thread.ofPlatform().daemon().start(this::disturb);
  }

  private void disturb() {
    while (!closed) {
      LockSupport.parkNanos(PAUSE_NANOSECONDS);
      interpreter.disturb();
      translator.disturb();
    }
  }

  private static void page(EngineSide side, long linear, long entry) {
    side.memory().writeLong(side.pageEntry(linear), entry);
  }

  String statistics() {
    return String.format(
        Locale.ROOT,
        "%d exceptions, %d with flags that nobody reads out of date; %d cases without an end; %s",
        faults,
        staleFlags,
        unfinished,
        translator.statistics());
  }

  /** The translating side. */
  EngineSide translator() {
    return translator;
  }

  /** Sets the program that {@link #run} runs. */
  void load(Program next, Privilege at, SplittableRandom random) {
    program = next;
    privilege = at;
    random.nextBytes(window);
    random.nextBytes(stack);
    for (EngineSide side : List.of(interpreter, translator)) {
      side.memory().write(side.physical(ProgramLayout.CODE), next.code(), 0, next.code().length);
      side.memory().write(side.physical(ProgramLayout.TABLE), next.table(), 0, 0x1000);
    }
  }

  /** Runs the program from a random state: what differs, or null. */
  @Nullable String run(SplittableRandom random) {
    Program p = program;
    if (p == null) {
      throw new IllegalStateException("no program");
    }
    for (int i = 0; i < 16; i++) {
      window[random.nextInt(window.length)] = (byte) random.nextInt();
    }
    p.registers().start(registers);
    flags = random.nextInt() & 0xCD5;
    for (int i = 0; i < 64; i++) {
      vectors[i] =
          switch (random.nextInt(3)) {
            case 0 -> Values.doubled(random);
            case 1 -> Values.single(random) & 0xFFFF_FFFFL | (long) Values.single(random) << 32;
            default -> Values.lanes(random);
          };
    }
    int mxcsr = 0x1F80 | random.nextInt() & (random.nextInt(3) == 0 ? 0xE07F : 0x603F);
    int fuel = random.nextInt(40);
    boolean flush = random.nextInt(4) == 0;
    if (random.nextInt(4) == 0) {
      remap(random);
    }
    int a = start(interpreter, p, mxcsr, fuel, flush);
    int b = start(translator, p, mxcsr, fuel, flush);
    if (a == EngineSide.NEVER || b == EngineSide.NEVER) {
      unfinished++;
      translator.copyMemory(interpreter);
      return null;
    }
    return compare(p, a, b);
  }

  // Gives the window's pages other places or other bits in the page tables.
  private void remap(SplittableRandom random) {
    boolean swapped = random.nextBoolean();
    boolean one = random.nextBoolean();
    for (int i = 0; i < CHANGING.length; i++) {
      int other = swapped && i < 2 ? 1 - i : i;
      long bits = 7 | random.nextInt() & (ACCESSED | DIRTY | GLOBAL);
      for (EngineSide side : List.of(interpreter, translator)) {
        page(side, CHANGING[i], side.physical(CHANGING[other]) | bits);
        if (one) {
          side.cpu.mmu.flushPage(CHANGING[i]);
        }
      }
    }
    if (!one) {
      interpreter.cpu.mmu.flushAll();
      translator.cpu.mmu.flushAll();
    }
  }

  private int start(EngineSide side, Program p, int mxcsr, int fuel, boolean flush) {
    Cpu cpu = side.cpu;
    side.enter(privilege, p.wide());
    if (flush) {
      cpu.mmu.flushAll();
    }
    System.arraycopy(registers, 0, cpu.r, 0, 16);
    side.flags(flags);
    System.arraycopy(vectors, 0, cpu.xmm, 0, 32);
    System.arraycopy(vectors, 32, cpu.ymmHigh, 0, 32);
    cpu.mxcsr = mxcsr;
    cpu.x87.init();
    cpu.cr2 = 0;
    MemorySegment.copy(window, 0, side.block(), JAVA_BYTE, Layout.WINDOW, window.length);
    MemorySegment.copy(stack, 0, side.block(), JAVA_BYTE, STACK_AT, stack.length);
    side.memory().writeInt(EngineSide.BLOCK + FUEL_AT, fuel);
    side.deviceAccesses = 0;
    if (p.kind() == Kind.SELF_MODIFYING) {
      side.memory().write(side.physical(ProgramLayout.CODE), p.code(), 0, p.code().length);
    }
    return side.run(p.start());
  }

  // ---- comparing -----------------------------------------------------------------------------

  private @Nullable String compare(Program p, int a, int b) {
    Cpu x = interpreter.cpu;
    Cpu y = translator.cpu;
    boolean fault = a >= EngineSide.FAULTS;
    List<String> found = new ArrayList<>();
    differ(found, "port", a, b);
    for (int i = 0; i < 16; i++) {
      differ(found, NAMES[i], x.r[i], y.r[i]);
    }
    differ(found, "rip", x.nextIp, y.nextIp);
    int stale = fault ? 0 : (x.flags() ^ y.flags()) & p.undefined();
    if (fault && a == b) {
      faults++;
      int base = EngineSide.hasErrorCode(a - EngineSide.FAULTS) ? 1 : 0;
      for (int i = 0; i < 5 + base; i++) {
        long difference = interpreter.frame(i) ^ translator.frame(i);
        if (i == 2 + base && (difference & ~ARITHMETIC) == 0) {
          stale = (int) difference;
        } else {
          differ(found, "frame[" + i + "]", interpreter.frame(i), translator.frame(i));
        }
      }
      if (stale != 0) {
        staleFlags++;
        if (p.kind() == Kind.LINE && live(p, interpreter.frame(base), stale) != 0) {
          found.add("flags that are read are wrong in the frame: " + Comparison.flags(stale));
        }
      }
      differ(found, "cr2", x.cr2, y.cr2);
    }
    differ(found, "flags", x.flags(), y.flags() ^ stale);
    differ(found, "mxcsr", x.mxcsr, y.mxcsr);
    for (int i = 0; i < 32; i++) {
      differ(found, "xmm" + i / 2, x.xmm[i], y.xmm[i]);
      differ(found, "high" + i / 2, x.ymmHigh[i], y.ymmHigh[i]);
    }
    differ(found, "x87 control", x.x87.control, y.x87.control);
    differ(found, "x87 status", x.x87.status, y.x87.status);
    differ(found, "x87 top", x.x87.top, y.x87.top);
    differ(found, "x87 tags", x.x87.occupied, y.x87.occupied);
    if (!Arrays.equals(x.x87.significand, y.x87.significand)
        || !Arrays.equals(x.x87.signExponent, y.x87.signExponent)) {
      found.add("x87 registers");
    }
    differ(found, "accesses to devices", interpreter.deviceAccesses, translator.deviceAccesses);
    for (long page : CHANGING) {
      differ(
          found,
          "page table",
          interpreter.memory().readLong(interpreter.pageEntry(page)),
          translator.memory().readLong(translator.pageEntry(page)));
    }
    memory(found, "window", Layout.WINDOW, ProgramLayout.WINDOW_SIZE);
    memory(found, "stack", STACK_AT, 0x1000);
    memory(found, "other pages", Layout.WINDOW + 0x2000, 0x7000);
    if (p.kind() == Kind.SELF_MODIFYING) {
      memory(found, "code", CODE_AT, ProgramLayout.CODE_SIZE);
    }
    return found.isEmpty() ? null : report(p, found);
  }

  private static void differ(List<String> found, String what, long expected, long got) {
    if (expected != got) {
      found.add(
          String.format(
              Locale.ROOT, "%-8s interpreted %016x  translated %016x", what, expected, got));
    }
  }

  private void memory(List<String> found, String what, int from, int size) {
    long at =
        MemorySegment.mismatch(
            interpreter.block(), from, from + size, translator.block(), from, from + size);
    if (at >= 0) {
      long first = Math.min(at, size - 8);
      found.add(
          String.format(
              Locale.ROOT,
              "%s+%x: interpreted %016x  translated %016x",
              what,
              first,
              interpreter.memory().readLong(EngineSide.BLOCK + from + first),
              translator.memory().readLong(EngineSide.BLOCK + from + first)));
    }
  }

  // Which of these flags are read by the instructions from an address on.
  private int live(Program p, long ip, int which) {
    int left = which;
    int at = (int) (ip - ProgramLayout.CODE);
    while (left != 0 && at >= 0 && at < p.code().length) {
      if (decoder.decode(
              p.code(), at, Math.min(15, p.code().length - at), p.wide() ? 8 : 4, decoded)
          != Decoder.Status.OK) {
        return left;
      }
      if (decoded.opcode == Opcode.OUT) {
        return left & ~p.undefined();
      }
      if (at == (int) (ip - ProgramLayout.CODE) && comparesString()) {
        // How far a repeated comparison got is seen in its flags, and both may stop anywhere.
        return 0;
      }
      if ((consumed() & left) != 0) {
        return left;
      }
      left &= ~Effects.flagsKilled(decoded);
      at += decoded.length;
    }
    return left;
  }

  private boolean comparesString() {
    return decoded.opcode == Opcode.CMPS || decoded.opcode == Opcode.SCAS;
  }

  // Flags the instruction needs; those that merely pass through a shift by 0 aren't.
  private int consumed() {
    return switch (decoded.opcode) {
      case SHL, SHR, SAR, ROL, ROR, SHLD, SHRD -> 0;
      case RCL, RCR -> Effects.CF;
      default -> Effects.flagsRead(decoded);
    };
  }

  private String report(Program p, List<String> found) {
    StringBuilder s = new StringBuilder();
    s.append(p.kind()).append(p.wide() ? " 64" : " 32").append(" bits ").append(privilege);
    s.append(", seed ").append(p.seed()).append(", starts at ");
    s.append(Long.toHexString(p.start())).append("\n ");
    for (int i = 0; i < 16; i++) {
      s.append(' ').append(NAMES[i]).append('=').append(Long.toHexString(registers[i]));
    }
    s.append(" flags ").append(Comparison.flags(flags)).append('\n');
    listing(p, s);
    found.forEach(line -> s.append("  -> ").append(line).append('\n'));
    return s.toString();
  }

  private void listing(Program p, StringBuilder s) {
    int at = (int) (p.start() - ProgramLayout.CODE);
    int left = p.kind() == Kind.LINE ? 80 : 400;
    while (left-- > 0 && at < p.code().length) {
      while (at < p.code().length && p.code()[at] == 0) {
        at++;
      }
      int most = Math.min(15, p.code().length - at);
      if (most <= 0
          || decoder.decode(p.code(), at, most, p.wide() ? 8 : 4, decoded) != Decoder.Status.OK) {
        return;
      }
      s.append(
          String.format(
              Locale.ROOT,
              "  %x: %-32s %s%n",
              ProgramLayout.CODE + at,
              HexFormat.of().formatHex(p.code(), at, at + decoded.length),
              decoded.opcode));
      at += decoded.length;
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      disturber.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    interpreter.close();
    translator.close();
  }
}
