// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import static dev.malachite.engine.processor.translator.Assembler.ADD;
import static dev.malachite.engine.processor.translator.Assembler.AND;
import static dev.malachite.engine.processor.translator.Assembler.CMP;
import static dev.malachite.engine.processor.translator.Assembler.R11;
import static dev.malachite.engine.processor.translator.Assembler.RAX;
import static dev.malachite.engine.processor.translator.Assembler.SUB;
import static dev.malachite.engine.processor.translator.Assembler.at;
import static dev.malachite.engine.processor.translator.Assembler.frame;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Instruction.Operand;
import dev.malachite.engine.processor.interpreter.core.Frame;
import dev.malachite.engine.processor.interpreter.core.Tlb;
import java.util.ArrayList;
import java.util.List;

/**
 * What the translation of every instruction needs: flags, guest registers, checked addresses.
 *
 * <p>Flags: the guest's are in the host's flags, in the frame, or both; what is written here is
 * remembered in {@link #flagsInHost} and {@link #flagsInFrame}. Before host flags are overwritten,
 * {@link #keepFlags} saves them if anybody may read them later.
 *
 * <p>Memory: {@link #address} puts a checked host address into RAX. Nothing of the instruction may
 * have happened before, since the check may raise a fault.
 */
final class Generator {
  static final int READ = 0;
  static final int WRITE = Stubs.WRITES;

  private static final int TLB_MASK = Frame.TLB_BYTES - 32;

  final Assembler a = new Assembler();
  final Stubs stubs;

  /** Code out of the way, written behind the region's. */
  private final List<Runnable> cold = new ArrayList<>();

  private Step step = new Step();
  private long cacheBase;

  /** True if the host's flags are the guest's, as far as anybody may read them. */
  boolean flagsInHost;

  /** True if the frame's flags are the guest's, as far as anybody may read them. */
  boolean flagsInFrame;

  Generator(Stubs stubs) {
    this.stubs = stubs;
  }

  /** Starts a region's code at a host address, in a cache at another. */
  void start(long address, long cache) {
    a.start(address);
    cacheBase = cache;
    cold.clear();
  }

  /** Starts an instruction. */
  void step(Step next) {
    step = next;
  }

  /** The instruction under way. */
  Step step() {
    return step;
  }

  /** The mode. */
  int mode() {
    return step.mode;
  }

  /** True in 64-bit mode. */
  boolean wide() {
    return (step.mode & Mode.WIDE) != 0;
  }

  /** Which TLB and jump cache serve. */
  int access() {
    return step.mode & 3;
  }

  /** Adds code to be written behind the region's. */
  void later(Runnable code) {
    cold.add(code);
  }

  /** Writes what is out of the way, and mends the jumps. */
  void finish() {
    for (int i = 0; i < cold.size(); i++) {
      cold.get(i).run();
    }
    cold.clear();
    a.finish();
  }

  // ---- flags ---------------------------------------------------------------------------------

  /**
   * Saves the flags in the frame if they are only in the host's. Host flags stay. Uses RAX unless
   * only CF counts.
   *
   * @param live the flags that count
   */
  void saveFlags(int live) {
    if (flagsInHost && !flagsInFrame) {
      if ((live & ~Effects.CF) == 0) {
        a.op(0, false, 0x0F92, 0, frame(Frame.FLAGS + 1), true); // setc
      } else {
        a.int8(0x9F); // lahf
        a.op(0, false, 0x0F90, 0, RAX, true); // seto al
        a.sized(2, 0x88, RAX, frame(Frame.FLAGS));
      }
      flagsInFrame = true;
    }
  }

  /** To be called before host flags are overwritten by anything but the instruction itself. */
  void keepFlags(int live) {
    if (live != 0) {
      saveFlags(live);
    }
    flagsInHost = false;
  }

  /** Makes the host's flags the guest's. Uses RAX. */
  void loadFlags() {
    if (onlyCarryCounts()) {
      loadCarry(RAX);
    } else if (!flagsInHost) {
      a.loadZero(2, RAX, frame(Frame.FLAGS));
      a.arithmeticImmediate(1, ADD, RAX, 127);
      a.int8(0x9E); // sahf
      flagsInHost = true;
    }
  }

  private boolean onlyCarryCounts() {
    return (step.liveBefore & ~Effects.CF) == 0;
  }

  // A byte is loaded because a byte may have been stored just before.
  private void loadCarry(int register) {
    if (!flagsInHost) {
      a.loadZero(1, register, frame(Frame.FLAGS + 1));
      a.op(0, false, 0x0FBA, 4, register, false); // bt
      a.int8(0);
      flagsInHost = true;
    }
  }

  /** To be called behind an instruction that wrote flags: the host's are the guest's now. */
  void flagsWritten() {
    flagsInHost = true;
    flagsInFrame = false;
  }

  /** True if the instruction needs flags as they were before, for itself or those behind it. */
  boolean needsFlags() {
    Instruction i = step.instruction;
    if (Effects.flagsRead(i) != 0 && !Support.passesFlags(i) || Support.flagsConsumed(i) != 0) {
      return true;
    }
    int written = Effects.flagsWritten(i);
    return written != 0 && (step.liveAfter & ~Effects.flagsKilled(i)) != 0;
  }

  // ---- registers -----------------------------------------------------------------------------

  /** A host register that holds a guest's: its own, or {@code scratch} loaded from the frame. */
  int use(int guest, int scratch) {
    int host = Registers.host(guest);
    if (host >= 0) {
      return host;
    }
    a.load(8, scratch, Registers.place(guest));
    return scratch;
  }

  /** A register operand's value in a host register; {@code scratch} may be used. */
  int source(Operand operand, int scratch) {
    if (operand.kind == Kind.HIGH_BYTE) {
      int parent = use(operand.register, scratch);
      a.store(8, frame(Frame.SCRATCH), parent);
      a.loadZero(1, scratch, frame(Frame.SCRATCH + 1));
      return scratch;
    }
    return use(operand.register, scratch);
  }

  /**
   * A host register to write a guest's value into; {@link #done} follows.
   *
   * @param old true if the old value is needed, or part of it stays
   */
  int target(int guest, int scratch, boolean old) {
    int host = Registers.host(guest);
    if (host >= 0) {
      return host;
    }
    if (old) {
      a.load(8, scratch, Registers.place(guest));
    }
    return scratch;
  }

  /** Puts a value back that {@link #target} gave a scratch register for. */
  void done(int guest, int register) {
    if (Registers.host(guest) < 0) {
      a.store(8, Registers.place(guest), register);
    }
  }

  // ---- memory --------------------------------------------------------------------------------

  /** Puts the effective address, without segment base, into a register. Host flags stay. */
  void effective(Instruction i, int to, int other) {
    int size = i.addressSize;
    if (i.ripRelative) {
      long fromPage = step.end() + i.displacement;
      a.load(8, to, frame(Frame.IP_PAGE));
      add(to, fromPage);
      if (size == 4) {
        a.move32(to, to);
      }
      return;
    }
    int base = i.base == Instruction.NO_REGISTER ? -1 : Registers.host(i.base);
    int index = i.index == Instruction.NO_REGISTER ? -1 : Registers.host(i.index);
    if (base < 0 && i.base != Instruction.NO_REGISTER) {
      a.load(8, to, Registers.place(i.base));
      base = to;
    }
    if (index < 0 && i.index != Instruction.NO_REGISTER) {
      int at = base == to ? other : to;
      a.load(8, at, Registers.place(i.index));
      index = at;
    }
    if (base < 0 && index < 0) {
      a.constant(to, size == 8 ? i.displacement : i.displacement & 0xFFFF_FFFFL);
    } else if (Assembler.fits32(i.displacement)) {
      a.lea(size, to, base, index, i.shift, (int) i.displacement);
    } else {
      // Only moffs has 64 bits of displacement, and no registers.
      throw new IllegalStateException("displacement of 64 bits with a register");
    }
  }

  // Adds a constant without touching flags.
  private void add(int register, long value) {
    if (Assembler.fits32(value)) {
      a.lea(8, register, register, -1, 0, (int) value);
    } else {
      a.lea(8, register, register, -1, 0, Integer.MAX_VALUE);
      a.lea(8, register, register, -1, 0, (int) (value - Integer.MAX_VALUE));
    }
  }

  /** Puts the linear address of the memory operand into RAX; R11 and host flags may change. */
  void linear(Instruction i) {
    effective(i, RAX, R11);
    if (i.segment >= 4) {
      a.arithmetic(wide() ? 8 : 4, ADD, RAX, frame(i.segment == 4 ? Frame.FS_BASE : Frame.GS_BASE));
    }
  }

  /**
   * Puts the checked host address of the memory operand into RAX. R11 and the host's flags are
   * lost.
   *
   * @param size bytes accessed
   * @param access {@link #READ} or {@link #WRITE}
   * @return RAX
   */
  int address(Instruction i, int size, int access) {
    keepFlags(step.liveBefore);
    Span span = step.span;
    if (span == null || !span.serves(step.spanAt, size, access)) {
      linear(i);
      check(size, access);
      return RAX;
    }
    if (span.checked) {
      known(span, step.spanAt);
    } else {
      linear(i);
      check(span, step.spanAt);
    }
    return RAX;
  }

  /**
   * As {@link #address}, for instructions that access it once and before they change flags: the
   * host's are left alone if no check is needed.
   *
   * @return the operand; its register is RAX
   */
  long place(Instruction i, int size, int access) {
    Span span = step.span;
    if (span != null && span.checked && span.serves(step.spanAt, size, access)) {
      a.load(8, RAX, frame(span.slot));
      return at(RAX, span.from(step.spanAt));
    }
    return at(address(i, size, access));
  }

  /** As {@link #place}, for instructions that need flags: these are loaded. */
  long placeWithFlags(Instruction i, int size, int access) {
    Span span = step.span;
    if (span != null && span.checked && span.serves(step.spanAt, size, access)) {
      loadFlags();
      a.load(8, RAX, frame(span.slot));
      return at(RAX, span.from(step.spanAt));
    }
    return at(addressWithFlags(i, size, access));
  }

  /**
   * The word that is pushed or popped, as {@link #place} gives a memory operand.
   *
   * @param stack host register that points to the stack
   * @param by how far from there the word is
   */
  long stack(int stack, int by, int access) {
    int size = wide() ? 8 : 4;
    Span span = step.stackSpan;
    if (span != null && span.serves(step.stackAt, size, access)) {
      if (span.checked) {
        a.load(8, RAX, frame(span.slot));
        return at(RAX, span.from(step.stackAt));
      }
      keepFlags(step.liveBefore);
      a.lea(size, RAX, stack, -1, 0, by);
      check(span, step.stackAt);
      return at(RAX);
    }
    keepFlags(step.liveBefore);
    if (by != 0) {
      a.lea(size, RAX, stack, -1, 0, by);
    } else if (size == 8) {
      a.move(RAX, stack);
    } else {
      a.move32(RAX, stack);
    }
    check(size, access);
    return at(RAX);
  }

  // Puts the host address of a place in a span that was checked into RAX.
  private void known(Span span, long place) {
    a.load(8, RAX, frame(span.slot));
    forward(span.from(place));
  }

  private void forward(int by) {
    if (by != 0) {
      a.lea(8, RAX, RAX, -1, 0, by);
    }
  }

  // Checks the span in which the linear address in RAX is, and turns that into a host address.
  private void check(Span span, long place) {
    int by = span.from(place);
    forward(-by);
    int again = a.label();
    int miss = compare(span.size(), span.access(), again);
    a.store(8, frame(span.slot), RAX);
    forward(by);
    span.checked = true;
    int tag = tag(span.access());
    int kind = access();
    int offset = step.offset;
    later(
        () -> {
          a.place(miss);
          a.arithmetic(8, ADD, RAX, frame(tag, R11));
          int singly = a.label();
          a.lea(4, R11, RAX, -1, 0, span.size() - 1);
          a.arithmetic(4, Assembler.XOR, R11, RAX);
          a.op(0, false, 0xF7, 0, R11, false); // test
          a.int32(-4096);
          a.jumpIf(Assembler.NOT_EQUAL, singly);
          a.constant(R11, WalkStub.access(1, span.access(), kind, offset));
          a.call(stubs.tryMiss());
          a.op(0, false, 0x85, R11, R11, false); // test
          a.jumpIf(Assembler.NOT_EQUAL, again);
          a.place(singly);
          a.keepInLine(1);
          int stub = a.label();
          a.jump(stub);
          long site = a.here() - 4;
          a.place(stub);
          a.storeImmediate(4, frame(Frame.EXIT_OFFSET), offset);
          a.storeImmediate(4, frame(Frame.EXIT_DETAIL), (int) (site - cacheBase));
          a.jumpTo(stubs.exit(Stubs.SINGLY));
        });
  }

  /**
   * As {@link #address}, for instructions that need flags: these are loaded.
   *
   * @return RAX or R11
   */
  int addressWithFlags(Instruction i, int size, int access) {
    address(i, size, access);
    if (onlyCarryCounts()) {
      loadCarry(R11);
      return RAX;
    }
    a.move(R11, RAX);
    loadFlags();
    return R11;
  }

  /** Turns the linear address in RAX into a host address; {@link #keepFlags} came before. */
  void check(int size, int access) {
    int again = a.label();
    int miss = compare(size, access, again);
    int tag = tag(access);
    int offset = step.offset;
    int kind = access();
    later(
        () -> {
          a.place(miss);
          a.arithmetic(8, ADD, RAX, frame(tag, R11));
          a.constant(R11, WalkStub.access(size, access, kind, offset));
          a.call(stubs.miss());
          a.jump(again);
        });
  }

  // Looks into the TLB, and returns the label to which it jumps if nothing is there.
  private int compare(int size, int access, int again) {
    int tag = tag(access);
    int miss = a.label();
    a.place(again);
    a.move32(R11, RAX);
    a.shiftRight(4, R11, 7);
    a.arithmeticImmediate(4, AND, R11, TLB_MASK);
    a.arithmetic(8, SUB, RAX, frame(tag, R11));
    a.arithmeticImmediate(8, CMP, RAX, 4096 - size);
    a.jumpIf(Assembler.ABOVE, miss);
    a.arithmetic(8, ADD, RAX, frame(table() + Tlb.HOST, R11));
    return miss;
  }

  private int table() {
    return Frame.TLBS + access() * Frame.TLB_BYTES;
  }

  private int tag(int access) {
    return table() + (access == WRITE ? Tlb.WRITE_TAG : Tlb.READ_TAG);
  }

  /**
   * As {@link #address}, with #GP unless the linear address is a multiple of {@code alignment},
   * which comes before any page fault.
   */
  void alignedAddress(Instruction i, int size, int access, int alignment) {
    keepFlags(step.liveBefore);
    Span span = step.span;
    if (span == null || !span.serves(step.spanAt, size, access)) {
      linear(i);
      checkAlignment(alignment);
      check(size, access);
    } else {
      if (span.checked) {
        known(span, step.spanAt);
      } else {
        linear(i);
        check(span, step.spanAt);
      }
      // Guest and host addresses are alike within a page, and no page fault can come any more.
      checkAlignment(alignment);
    }
  }

  /** As {@link #alignedAddress}; the operand as {@link #place} gives it. */
  long alignedPlace(Instruction i, int size, int access, int alignment) {
    if (alignment == 1) {
      return place(i, size, access);
    }
    alignedAddress(i, size, access, alignment);
    return at(RAX);
  }

  // Raises #GP by way of the interpreter unless the address in RAX is aligned.
  private void checkAlignment(int alignment) {
    if (alignment > 1) {
      a.sized(1, 0xF6, 0, RAX);
      a.int8(alignment - 1);
      a.jumpIf(Assembler.NOT_EQUAL, giveUp());
    }
  }

  /** A label to jump to in order to have the interpreter execute the instruction under way. */
  int giveUp() {
    int label = a.label();
    int offset = step.offset;
    later(
        () -> {
          a.place(label);
          interpret(offset);
        });
    return label;
  }

  /** Leaves, to have the instruction at an offset interpreted. */
  void interpret(int offset) {
    a.storeImmediate(4, frame(Frame.EXIT_OFFSET), offset);
    a.jumpTo(stubs.exit(Stubs.INTERPRET));
  }
}
