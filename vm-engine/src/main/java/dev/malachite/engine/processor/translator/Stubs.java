// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import static dev.malachite.engine.processor.translator.Assembler.R10;
import static dev.malachite.engine.processor.translator.Assembler.R11;
import static dev.malachite.engine.processor.translator.Assembler.R12;
import static dev.malachite.engine.processor.translator.Assembler.R13;
import static dev.malachite.engine.processor.translator.Assembler.R14;
import static dev.malachite.engine.processor.translator.Assembler.R15;
import static dev.malachite.engine.processor.translator.Assembler.R8;
import static dev.malachite.engine.processor.translator.Assembler.R9;
import static dev.malachite.engine.processor.translator.Assembler.RAX;
import static dev.malachite.engine.processor.translator.Assembler.RBP;
import static dev.malachite.engine.processor.translator.Assembler.RBX;
import static dev.malachite.engine.processor.translator.Assembler.RCX;
import static dev.malachite.engine.processor.translator.Assembler.RDI;
import static dev.malachite.engine.processor.translator.Assembler.RDX;
import static dev.malachite.engine.processor.translator.Assembler.RSI;
import static dev.malachite.engine.processor.translator.Assembler.RSP;
import static dev.malachite.engine.processor.translator.Assembler.at;
import static dev.malachite.engine.processor.translator.Assembler.frame;

import dev.malachite.engine.processor.interpreter.core.Frame;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;

/**
 * The pieces of machine code that all translations share: the way in, the ways out, loading and
 * saving the vector registers.
 *
 * <p>While translated code runs, GS points to the processor's {@link Frame}, guest registers are in
 * host registers as {@link Registers} says, RAX and R11 are free, and the stack is the thread's
 * own.
 */
final class Stubs {
  /** Exit: go on at {@code IP_PAGE + EXIT_OFFSET}; somebody wants attention, or code is gone. */
  static final int LOOK_UP = 0;

  /** Exit: as LOOK_UP, and the jump at cache offset {@code EXIT_DETAIL} may be linked. */
  static final int LINK = 1;

  /** Exit: go on at linear address {@code EXIT_LINEAR}; EXIT_DETAIL says how it got there. */
  static final int JUMP = 2;

  /**
   * Exit: an access missed the TLB. EXIT_LINEAR is its address, EXIT_DETAIL its size with {@link
   * #WRITES}; RESUME is where to try again.
   */
  static final int MISS = 3;

  /** Exit: interpret operation number EXIT_DETAIL and go on at RESUME. */
  static final int ASSIST = 4;

  /** Exit: interpret the instruction at {@code IP_PAGE + EXIT_OFFSET} and look where it leads. */
  static final int INTERPRET = 5;

  /** Exit: somebody wants attention in the middle of the instruction at EXIT_OFFSET. */
  static final int PAUSE = 6;

  /** Exit: as LINK, to a translation in which every access is checked by itself. */
  static final int SINGLY = 7;

  /** How many reasons to exit there are. */
  static final int EXITS = 8;

  /** In EXIT_DETAIL of {@link #MISS}: the access writes. */
  static final int WRITES = 0x100;

  @SuppressWarnings("restricted")
  private static final long CLOCK =
      Linker.nativeLinker()
          .defaultLookup()
          .find("clock_gettime")
          .map(MemorySegment::address)
          .orElseThrow(() -> new IllegalStateException("the C library has no clock_gettime"));

  private final long enter;
  private final long enterWithVectors;
  private final long[] exits = new long[EXITS];
  private final long loadVectors;
  private final long miss;
  private final long tryMiss;
  private final long timeStamp;

  /** Writes the stubs into an empty cache. */
  Stubs(CodeCache cache, boolean wideVectors) {
    Assembler a = new Assembler();
    a.start(cache.next());
    int save = a.label();
    int leave = a.label();

    // load vectors: called from translated code.
    loadVectors = a.here();
    emitLoadVectors(a, wideVectors);
    a.ret();

    a.align(16, 0);
    enterWithVectors = a.here();
    emitPrologue(a);
    a.call(loadVectors);
    emitGo(a);

    a.align(16, 0);
    enter = a.here();
    emitPrologue(a);
    emitGo(a);

    for (int i = 0; i < exits.length; i++) {
      a.align(16, 0);
      exits[i] = a.here();
      a.storeImmediate(4, frame(Frame.EXIT), i);
      a.jump(leave);
    }
    // A miss comes by a call: its return address is where to try again.
    a.align(16, 0);
    int other = a.label();
    miss = a.here();
    WalkStub.emit(a, other);
    a.align(16, 0);
    a.place(other);
    a.store(8, frame(Frame.EXIT_LINEAR), RAX);
    a.store(4, frame(Frame.EXIT_DETAIL), R11);
    a.shiftRight(4, R11, WalkStub.OFFSET_SHIFT);
    a.store(4, frame(Frame.EXIT_OFFSET), R11);
    a.pop(RAX);
    a.store(8, frame(Frame.RESUME), RAX);
    a.jumpTo(exits[MISS]);

    a.align(16, 0);
    int failed = a.label();
    tryMiss = a.here();
    WalkStub.emit(a, failed);
    a.place(failed);
    a.arithmetic(4, Assembler.XOR, R11, R11);
    a.ret();

    a.align(16, 0);
    timeStamp = a.here();
    emitTimeStamp(a, wideVectors);

    a.align(16, 0);
    a.place(leave);
    for (int g = 0; g < 16; g++) {
      int host = Registers.host(g);
      if (host >= 0) {
        a.store(8, frame(Frame.GENERAL + 8 * g), host);
      }
    }
    a.loadZero(1, RAX, frame(Frame.VECTORS_LOADED));
    a.store(4, frame(Frame.VECTORS_WERE_LOADED), RAX);
    a.op(0, false, 0x85, RAX, RAX, false);
    a.jumpIf(Assembler.NOT_EQUAL, save);
    int out = a.label();
    a.place(out);
    a.load(8, RSP, frame(Frame.HOST_STACK));
    for (int r : new int[] {R15, R14, R13, R12, RBP, RBX}) {
      a.pop(r);
    }
    a.ret();
    a.place(save);
    emitSaveVectors(a, wideVectors);
    a.jump(out);
    a.finish();
    cache.add(a.code(), a.size());
    cache.keep();
  }

  /** Host address of the function that enters translated code; its argument says where. */
  long enter() {
    return enter;
  }

  /** As {@link #enter}, with the guest's vector registers loaded. */
  long enterWithVectors() {
    return enterWithVectors;
  }

  /** Where translated code jumps to leave with a reason. */
  long exit(int reason) {
    return exits[reason];
  }

  /** What translated code calls to have the guest's vector registers loaded. */
  long loadVectors() {
    return loadVectors;
  }

  /** What translated code calls when RAX missed the TLB; R11 holds the access's size and kind. */
  long miss() {
    return miss;
  }

  /** As {@link #miss}, but always comes back: with R11 zero if the TLB can't be filled in place. */
  long tryMiss() {
    return tryMiss;
  }

  /** What translated code calls to have the time stamp counter in RAX; R11 and flags are lost. */
  long timeStamp() {
    return timeStamp;
  }

  // The machine's clock is the host's monotonic one, which only the C library knows how to read.
  // Its function may use what registers it likes, but not the guest's.
  private static void emitTimeStamp(Assembler a, boolean wideVectors) {
    int[] kept = {RCX, RDX, RSI, RDI, R8, R9, R10};
    for (int r : kept) {
      a.push(r);
    }
    a.push(RBP);
    a.move(RBP, RSP);
    a.lea(8, RSP, RSP, -1, 0, -16);
    a.arithmeticImmediate(8, Assembler.AND, RSP, -16);
    int plain = a.label();
    int back = a.label();
    a.arithmeticImmediate(4, Assembler.CMP, frame(Frame.VECTORS_LOADED), 0);
    a.jumpIf(Assembler.EQUAL, plain);
    emitSaveVectors(a, wideVectors);
    emitReadClock(a);
    emitLoadVectors(a, wideVectors);
    a.jump(back);
    a.place(plain);
    emitReadClock(a);
    a.place(back);
    a.load(8, RAX, at(RSP));
    a.op(0, true, 0x69, RAX, RAX, false); // imul
    a.int32(1_000_000_000);
    a.arithmetic(8, Assembler.ADD, RAX, at(RSP, 8));
    a.move(RSP, RBP);
    a.pop(RBP);
    for (int i = kept.length - 1; i >= 0; i--) {
      a.pop(kept[i]);
    }
    a.arithmetic(8, Assembler.ADD, RAX, frame(Frame.TIME_STAMP_OFFSET));
    a.ret();
  }

  // clock_gettime(CLOCK_MONOTONIC, stack pointer).
  private static void emitReadClock(Assembler a) {
    a.constant(RDI, 1);
    a.move(RSI, RSP);
    a.constant(RAX, CLOCK);
    a.bytes(0xFF, 0xD0); // call rax
  }

  private static void emitPrologue(Assembler a) {
    for (int r : new int[] {RBX, RBP, R12, R13, R14, R15}) {
      a.push(r);
    }
    a.store(8, frame(Frame.HOST_STACK), RSP);
    a.store(8, frame(Frame.ENTER), RDI);
  }

  private static void emitGo(Assembler a) {
    for (int g = 0; g < 16; g++) {
      int host = Registers.host(g);
      if (host >= 0) {
        a.load(8, host, frame(Frame.GENERAL + 8 * g));
      }
    }
    a.load(8, RAX, frame(Frame.EXIT_LINEAR));
    a.jumpIndirect(frame(Frame.ENTER));
  }

  private static void emitLoadVectors(Assembler a, boolean wide) {
    a.storeImmediate(4, frame(Frame.VECTORS_LOADED), 1);
    a.op(0, false, 0x0FAE, 3, frame(Frame.HOST_MXCSR), false);
    a.op(0, false, 0x0FAE, 2, frame(Frame.MXCSR), false);
    for (int i = 0; i < 16; i++) {
      a.op(0, false, 0x0F10, i, frame(Frame.VECTORS + 16 * i), false);
    }
    if (wide) {
      for (int i = 0; i < 16; i++) {
        highHalf(a, true, i);
      }
    }
  }

  private static void emitSaveVectors(Assembler a, boolean wide) {
    a.storeImmediate(4, frame(Frame.VECTORS_LOADED), 0);
    a.op(0, false, 0x0FAE, 3, frame(Frame.MXCSR), false);
    a.op(0, false, 0x0FAE, 2, frame(Frame.HOST_MXCSR), false);
    for (int i = 0; i < 16; i++) {
      a.op(0, false, 0x0F11, i, frame(Frame.VECTORS + 16 * i), false);
    }
    if (wide) {
      for (int i = 0; i < 16; i++) {
        highHalf(a, false, i);
      }
      a.bytes(0xC5, 0xF8, 0x77); // vzeroupper
    }
  }

  // VINSERTF128 ymm, ymm, [frame], 1 and VEXTRACTF128 [frame], ymm, 1 (SDM volume 2).
  private static void highHalf(Assembler a, boolean load, int register) {
    int r = register >= 8 ? 0 : 0x80;
    int vvvv = load ? (~register & 15) << 3 : 0x78;
    a.bytes(0x65, 0xC4, r | 0x63, vvvv | 5, load ? 0x18 : 0x19, (register & 7) << 3 | 4, 0x25);
    a.int32(Frame.VECTORS_HIGH + 16 * register);
    a.int8(1);
  }
}
