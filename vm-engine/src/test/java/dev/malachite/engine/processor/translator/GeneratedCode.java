// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import dev.malachite.engine.decoder.Decoder;
import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Instruction.Operand;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Frame;
import dev.malachite.engine.processor.interpreter.core.HostMemory;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the code a translator has made, with the guest's decoder, and says what in it could reach
 * memory of the host other than the guest's and the processor's frame.
 *
 * <p>Allowed are: places of the frame by GS, with an index in R11 whose bound is known; an address
 * in a register that the check against the TLB has left there, or a place behind it, for no more
 * bytes than checked, for writing only if checked for writing, aligned where the host demands it;
 * the same taken from the frame, where nothing but such an address was put. What registers hold is
 * followed along all jumps. The pieces all translations share, of {@link Stubs}, aren't read.
 */
public final class GeneratedCode {
  private static final int RAX = 0, RSP = 4, RSI = 6, RDI = 7, R11 = 11;
  private static final int GS = 5;
  private static final int LONGEST = 15;
  private static final int CHECK = 6;
  private static final long UNBOUNDED = Long.MAX_VALUE;
  private static final int MOST_REPORTS = 10;

  private final long base;
  private final long first;
  private final long frameSize;
  private final byte[] code;
  private final Decoder decoder = new Decoder(true);
  private final List<Instruction> instructions = new ArrayList<>();
  private final List<Integer> offsets = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();

  // What is known where jumps lead, as far as they have been followed.
  private final TreeMap<Integer, Facts> targets = new TreeMap<>();
  private boolean changed;

  /** What is known of registers at one place. */
  private static final class Facts {
    final Address[] addresses = new Address[16];
    final Address[] spans = new Address[Frame.SPAN_COUNT];
    Address scratch = Address.NONE;
    long bound = UNBOUNDED;

    Facts() {
      java.util.Arrays.fill(addresses, Address.NONE);
      java.util.Arrays.fill(spans, Address.NONE);
    }

    void copyFrom(Facts other) {
      System.arraycopy(other.addresses, 0, addresses, 0, 16);
      System.arraycopy(other.spans, 0, spans, 0, spans.length);
      scratch = other.scratch;
      bound = other.bound;
    }

    /** Leaves what both know; true if that is less than before. */
    boolean meet(Facts other) {
      boolean less = other.bound > bound;
      less |= meet(addresses, other.addresses);
      less |= meet(spans, other.spans);
      if (scratch.size != 0 && !scratch.equals(other.scratch)) {
        scratch = Address.NONE;
        less = true;
      }
      bound = Math.max(bound, other.bound);
      return less;
    }

    private static boolean meet(Address[] to, Address[] other) {
      boolean less = false;
      for (int i = 0; i < to.length; i++) {
        if (to[i].size != 0 && !to[i].equals(other[i])) {
          to[i] = Address.NONE;
          less = true;
        }
      }
      return less;
    }
  }

  /**
   * A checked address.
   *
   * @param size bytes it is good for; 0 for none
   */
  private record Address(int size, boolean write, int alignment) {
    static final Address NONE = new Address(0, false, 1);

    /** A place some bytes behind it. */
    Address behind(long bytes) {
      boolean within = bytes >= 0 && bytes < size;
      int aligned = bytes == 0 ? alignment : 1;
      return within ? new Address(size - (int) bytes, write, aligned) : NONE;
    }
  }

  private GeneratedCode(Translator translator, long frameSize) {
    base = translator.cacheBase();
    this.frameSize = frameSize;
    try (CodeCache cache = new CodeCache(1 << 20)) {
      Stubs unused = new Stubs(cache, true);
      first = unused.enter() > 0 ? cache.used() : 0;
    }
    code = read();
  }

  /**
   * Reads all code in a translator's cache, in which nothing may be executing.
   *
   * @param frameSize bytes of a processor's frame
   * @return what shouldn't be there, one a line; at most a few
   */
  public static List<String> violations(Translator translator, long frameSize) {
    GeneratedCode g = new GeneratedCode(translator, frameSize);
    g.decode();
    g.collectResumptions();
    do {
      g.changed = false;
      g.follow(false);
    } while (g.changed);
    g.follow(true);
    return g.violations;
  }

  /** How many instructions {@link #violations} would read. */
  public static int instructions(Translator translator, long frameSize) {
    GeneratedCode g = new GeneratedCode(translator, frameSize);
    g.decode();
    return g.instructions.size();
  }

  // The cache's contents up to where nothing was written.
  private byte[] read() {
    java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
    int zeros = 0;
    for (long at = base + first; zeros < 64; at++) {
      int b = HostMemory.get8(at);
      zeros = b == 0 ? zeros + 1 : 0;
      bytes.write(b);
    }
    return bytes.toByteArray();
  }

  private void report(int at, Instruction i, String what) {
    if (violations.size() < MOST_REPORTS) {
      int from = Math.max(0, at - 40);
      violations.add(
          String.format(
              Locale.ROOT,
              "+%x: %s (%s): %s; before it %s",
              at,
              HexFormat.of().formatHex(code, at, at + i.length),
              i.opcode,
              what,
              HexFormat.of().formatHex(code, from, at)));
    }
  }

  // ---- instructions --------------------------------------------------------------------------

  private void decode() {
    int at = 0;
    boolean ends = true;
    while (at < code.length - 64) {
      if (ends && gap(at)) {
        at = at + 16 & -16;
        continue;
      }
      Instruction i = new Instruction();
      if (decoder.decode(code, at, Math.min(LONGEST, code.length - at), 8, i)
          != Decoder.Status.OK) {
        i.length = 1;
        report(at, i, "no instruction");
        return;
      }
      instructions.add(i);
      offsets.add(at);
      ends = ends(i);
      boolean patched =
          i.opcode == Opcode.JMP
              && i.length == 5
              && (at & 7) == 0
              && code[at + 5] == (byte) 0x90
              && code[at + 6] == (byte) 0x90
              && code[at + 7] == (byte) 0x90;
      at += patched ? 9 : i.length;
    }
  }

  // Between two regions.
  private boolean gap(int at) {
    int end = at + 15 & -16;
    for (int i = at; i < end; i++) {
      if (code[i] != 0) {
        return false;
      }
    }
    return at < end || code[at] == 0 && code[at + 1] == 0 && code[at + 2] == 0;
  }

  private static boolean ends(Instruction i) {
    return i.opcode == Opcode.JMP || i.opcode == Opcode.RET;
  }

  private int target(int n) {
    return offsets.get(n)
        + instructions.get(n).length
        + (int) instructions.get(n).operands[0].value;
  }

  private static boolean direct(Instruction i) {
    return switch (i.opcode) {
      case JMP, JCC, CALL -> i.operands[0].kind == Kind.RELATIVE;
      default -> false;
    };
  }

  // Nothing is known where the code is entered again after the interpreter has helped.
  private void collectResumptions() {
    for (int n = 0; n < instructions.size(); n++) {
      Instruction i = instructions.get(n);
      if (i.opcode == Opcode.LEA && i.ripRelative) {
        targets.put(offsets.get(n) + i.length + (int) i.displacement, new Facts());
      }
    }
  }

  // ---- facts ---------------------------------------------------------------------------------

  private void follow(boolean judging) {
    Facts facts = new Facts();
    boolean falls = false;
    for (int n = 0; n < instructions.size(); n++) {
      Instruction i = instructions.get(n);
      int at = offsets.get(n);
      Facts incoming = targets.get(at);
      if (incoming != null) {
        if (falls) {
          changed |= incoming.meet(facts);
        }
        facts.copyFrom(incoming);
      } else if (!falls) {
        facts.copyFrom(new Facts());
      }
      if (judging) {
        judge(n, at, i, facts);
      }
      if (direct(i) && i.opcode != Opcode.CALL) {
        branch(at, n, i, facts);
      }
      update(n, i, facts);
      falls = !ends(i);
    }
  }

  private void branch(int at, int n, Instruction i, Facts facts) {
    int target = target(n);
    if (target < -first || target >= code.length) {
      report(at, i, "a jump out of the cache");
    } else if (target >= 0) {
      Facts there = targets.get(target);
      if (there == null) {
        there = new Facts();
        there.copyFrom(facts);
        targets.put(target, there);
        changed = true;
      } else {
        changed |= there.meet(facts);
      }
    }
  }

  private void judge(int n, int at, Instruction i, Facts facts) {
    switch (i.opcode.group()) {
      case SYSTEM -> report(at, i, "a system instruction");
      case X87 -> report(at, i, "an x87 instruction");
      default -> {}
    }
    switch (i.opcode) {
      case RET, PUSH, POP, PUSHF, POPF, CLD, STD, LEAVE, ENTER, XLAT, LODS, SCAS, CMPS, LDMXCSR ->
          report(at, i, "not to be used");
      case DIV, IDIV -> {
        if (i.operands[i.operandCount - 1].kind != Kind.GENERAL
            || i.operands[i.operandCount - 1].register != R11
            || !guarded(n)) {
          report(at, i, "a division without a look at its operands");
        }
      }
      case MOVS, STOS -> strings(at, i, facts);
      case JMP -> {
        if (i.operands[0].kind != Kind.RELATIVE && !jumpCache(i)) {
          report(at, i, "a jump to an address from anywhere");
        }
      }
      case CALL -> {
        if (i.operands[0].kind != Kind.RELATIVE || target(n) >= 0) {
          report(at, i, "a call of anything but the shared pieces");
        }
      }
      default -> {}
    }
    int used = RegisterUse.registersRead(i) | RegisterUse.registersWritten(i);
    if (i.opcode != Opcode.CALL && (used & 1 << RSP) != 0) {
      report(at, i, "use of the host's stack");
    }
    if (i.hasMemory() && i.opcode != Opcode.LEA && i.opcode != Opcode.NOP) {
      memory(at, i, facts);
    }
  }

  private boolean guarded(int n) {
    for (int back = 1; back <= 3 && back <= n; back++) {
      if (instructions.get(n - back).opcode == Opcode.JCC) {
        return true;
      }
    }
    return false;
  }

  private static boolean jumpCache(Instruction i) {
    return i.operands[0].kind == Kind.MEMORY
        && i.segment == GS
        && i.base == Instruction.NO_REGISTER
        && i.index == R11
        && i.displacement >= Frame.JUMPS;
  }

  private void strings(int at, Instruction i, Facts facts) {
    boolean source = i.opcode == Opcode.MOVS;
    if (!i.rep
        || i.addressSize != 8
        || facts.addresses[RDI].size == 0
        || !facts.addresses[RDI].write
        || source && facts.addresses[RSI].size == 0) {
      report(at, i, "a string that wasn't checked");
    }
  }

  private void memory(int at, Instruction i, Facts facts) {
    int bytes = i.opcode == Opcode.JMP ? 8 : MemoryUse.bytes(i);
    if (bitString(i) && i.operands[1].register == R11 && facts.bound < 8L * i.operands[0].size) {
      bytes = i.operands[0].size;
    }
    if (i.segment == GS) {
      long last = i.displacement + bytes;
      boolean known = i.base == Instruction.NO_REGISTER && i.addressSize == 8 && !i.ripRelative;
      if (i.index != Instruction.NO_REGISTER) {
        known &= i.index == R11 && i.shift == 0 && facts.bound != UNBOUNDED;
        last += facts.bound;
      }
      if (!known || bytes == 0 || i.displacement < 0 || last > frameSize) {
        report(at, i, "not within the frame");
      }
      return;
    }
    boolean plain =
        i.base != Instruction.NO_REGISTER
            && i.index == Instruction.NO_REGISTER
            && i.segment < 4
            && i.addressSize == 8
            && !i.ripRelative;
    Address address = plain ? facts.addresses[i.base].behind(i.displacement) : Address.NONE;
    if (address.size == 0) {
      report(at, i, "an address that wasn't checked");
    } else if (bytes == 0 || bytes > address.size) {
      report(at, i, bytes + " bytes, checked for " + address.size);
    } else if (MemoryUse.writes(i) && !address.write) {
      report(at, i, "writes what was checked for reading");
    } else if (MemoryUse.alignment(i) > address.alignment) {
      report(at, i, "alignment wasn't checked");
    }
  }

  // A bit that a register counts: it may lie anywhere unless that register's value is small.
  private static boolean bitString(Instruction i) {
    return switch (i.opcode) {
      case BT, BTC, BTR, BTS -> i.operands[1].kind == Kind.GENERAL;
      default -> false;
    };
  }

  private void update(int n, Instruction i, Facts facts) {
    Address checked = checked(n);
    if (checked != null) {
      facts.addresses[RAX] = checked;
      return;
    }
    Operand to = i.operands[0];
    Operand from = i.operands[1];
    boolean move = i.opcode == Opcode.MOV && i.operandSize == 8;
    Address moved = Address.NONE;
    if (move && from.kind == Kind.GENERAL) {
      moved = facts.addresses[from.register];
    } else if (move && from.kind == Kind.MEMORY && scratch(i)) {
      moved = facts.scratch;
    } else if (move && from.kind == Kind.MEMORY && span(i) >= 0) {
      moved = facts.spans[span(i)];
    } else if (i.opcode == Opcode.LEA && i.operandSize == 8 && plainAddress(i)) {
      moved = facts.addresses[i.base].behind(i.displacement);
    }
    if (i.hasMemory() && i.segment == GS && MemoryUse.writes(i) && scratch(i)) {
      facts.scratch = move ? moved : Address.NONE;
    }
    if (i.hasMemory() && MemoryUse.writes(i)) {
      for (int k = 0; k < Frame.SPAN_COUNT; k++) {
        if (span(i) == k) {
          facts.spans[k] = move ? moved : Address.NONE;
        } else if (overlaps(i, Frame.SPANS + 8L * k)) {
          facts.spans[k] = Address.NONE;
        }
      }
    }
    long bound = bound(i, facts.bound);
    int written = RegisterUse.registersWritten(i);
    for (int r = 0; r < 16; r++) {
      if ((written >> r & 1) != 0) {
        facts.addresses[r] = Address.NONE;
      }
    }
    if ((written >> R11 & 1) != 0) {
      facts.bound = bound;
    }
    if ((move || i.opcode == Opcode.LEA) && to.kind == Kind.GENERAL) {
      facts.addresses[to.register] = moved;
    }
    int aligned = n > 0 && facts.addresses[RAX].size != 0 ? alignment(n + 1, 0) : 1;
    if (aligned > 1) {
      Address known = facts.addresses[RAX];
      facts.addresses[RAX] = new Address(known.size, known.write, aligned);
    }
    if (i.opcode == Opcode.CALL) {
      // The shared pieces leave the guest's registers and the frame's scratch alone.
      facts.addresses[RAX] = Address.NONE;
      facts.addresses[R11] = Address.NONE;
      facts.bound = UNBOUNDED;
    }
  }

  private static boolean plainAddress(Instruction i) {
    return i.addressSize == 8
        && !i.ripRelative
        && i.base != Instruction.NO_REGISTER
        && i.index == Instruction.NO_REGISTER;
  }

  // Which of the frame's spans an instruction accesses, or -1.
  private static int span(Instruction i) {
    long place = i.displacement - Frame.SPANS;
    boolean known =
        i.segment == GS
            && i.base == Instruction.NO_REGISTER
            && i.index == Instruction.NO_REGISTER
            && place >= 0
            && place < 8 * Frame.SPAN_COUNT
            && (place & 7) == 0;
    return known ? (int) (place >> 3) : -1;
  }

  // Places of the frame that an index is added to are tables elsewhere.
  private static boolean overlaps(Instruction i, long place) {
    return i.segment == GS
        && i.index == Instruction.NO_REGISTER
        && i.displacement < place + 8
        && i.displacement + Math.max(1, MemoryUse.bytes(i)) > place;
  }

  private static boolean scratch(Instruction i) {
    return i.segment == GS
        && i.base == Instruction.NO_REGISTER
        && i.index == Instruction.NO_REGISTER
        && i.displacement == Frame.SCRATCH;
  }

  // How large R11 can be behind an instruction that writes it.
  private static long bound(Instruction i, long before) {
    boolean half = i.operandSize == 4;
    long least = half ? Math.min(before, 0xFFFF_FFFFL) : before;
    long value = i.operandCount > 1 ? i.operands[1].value : 0;
    boolean constant = i.operandCount > 1 && i.operands[1].kind == Kind.IMMEDIATE;
    return switch (i.opcode) {
      case AND -> constant && half && value >= 0 ? value : UNBOUNDED;
      case SHR -> constant && half ? least >>> value : UNBOUNDED;
      case SHL -> {
        long shifted = least == UNBOUNDED ? UNBOUNDED : least << value;
        yield constant && half && shifted <= 0xFFFF_FFFFL && shifted >= 0 ? shifted : UNBOUNDED;
      }
      default -> UNBOUNDED;
    };
  }

  // ---- the check against the TLB -------------------------------------------------------------

  // What the check that ends with this instruction has established about RAX, or null:
  //   [test al, alignment - 1; jne] mov r11d, eax; shr r11d, 7; and r11d, mask;
  //   sub rax, gs:[tag + r11]; cmp rax, 4096 - size; ja; add rax, gs:[host + r11]
  private @Nullable Address checked(int n) {
    Instruction add = instructions.get(n);
    if (n < CHECK
        || add.opcode != Opcode.ADD
        || !inTable(add)
        || add.operands[0].kind != Kind.GENERAL
        || add.operands[0].register != RAX
        || column(add) != 16) {
      return null;
    }
    Instruction above = instructions.get(n - 1);
    Instruction cmp = instructions.get(n - 2);
    Instruction sub = instructions.get(n - 3);
    Instruction and = instructions.get(n - 4);
    Instruction shr = instructions.get(n - 5);
    Instruction mov = instructions.get(n - 6);
    boolean same =
        above.opcode == Opcode.JCC
            && above.condition() == 7
            && registerAndConstant(cmp, Opcode.CMP, RAX, 8)
            && sub.opcode == Opcode.SUB
            && inTable(sub)
            && sub.operandSize == 8
            && sub.operands[0].kind == Kind.GENERAL
            && sub.operands[0].register == RAX
            && table(sub) == table(add)
            && (column(sub) == 0 || column(sub) == 8)
            && registerAndConstant(and, Opcode.AND, R11, 4)
            && and.operands[1].value == Frame.TLB_BYTES - 32
            && registerAndConstant(shr, Opcode.SHR, R11, 4)
            && shr.operands[1].value == 7
            && mov.opcode == Opcode.MOV
            && mov.operandSize == 4
            && mov.operands[0].register == R11
            && mov.operands[1].kind == Kind.GENERAL
            && mov.operands[1].register == RAX;
    long limit = cmp.operandCount > 1 ? cmp.operands[1].value : 0;
    if (!same || limit < 4096 - Span.LONGEST || limit >= 4096 || entered(n - 5, n)) {
      report(offsets.get(n), add, "half a check");
      return null;
    }
    return new Address((int) (4096 - limit), column(sub) == 8, alignment(n, CHECK));
  }

  // What an address is known to be a multiple of by a test that ends some instructions before one.
  private int alignment(int n, int before) {
    int jump = n - before - 1;
    if (jump < 1) {
      return 1;
    }
    Instruction not = instructions.get(jump);
    Instruction test = instructions.get(jump - 1);
    boolean tests =
        not.opcode == Opcode.JCC
            && not.condition() == 5
            && registerAndConstant(test, Opcode.TEST, RAX, 1);
    return tests ? (int) test.operands[1].value + 1 : 1;
  }

  // True if a jump leads to one of these instructions.
  private boolean entered(int from, int to) {
    return !targets.subMap(offsets.get(from), true, offsets.get(to), true).isEmpty();
  }

  private static boolean registerAndConstant(Instruction i, Opcode opcode, int register, int size) {
    return i.opcode == opcode
        && i.operandCount == 2
        && i.operands[0].kind == Kind.GENERAL
        && i.operands[0].register == register
        && i.operands[0].size == size
        && i.operands[1].kind == Kind.IMMEDIATE;
  }

  private static boolean inTable(Instruction i) {
    return i.hasMemory()
        && i.segment == GS
        && i.base == Instruction.NO_REGISTER
        && i.index == R11
        && i.shift == 0
        && i.displacement >= Frame.TLBS
        && i.displacement < Frame.JUMPS;
  }

  private static long table(Instruction i) {
    return (i.displacement - Frame.TLBS) / Frame.TLB_BYTES;
  }

  private static long column(Instruction i) {
    return (i.displacement - Frame.TLBS) % Frame.TLB_BYTES;
  }
}
