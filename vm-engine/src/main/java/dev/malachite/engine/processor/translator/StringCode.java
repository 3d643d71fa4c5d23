// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import static dev.malachite.engine.processor.translator.Assembler.ADD;
import static dev.malachite.engine.processor.translator.Assembler.AND;
import static dev.malachite.engine.processor.translator.Assembler.CMP;
import static dev.malachite.engine.processor.translator.Assembler.EQUAL;
import static dev.malachite.engine.processor.translator.Assembler.NOT_EQUAL;
import static dev.malachite.engine.processor.translator.Assembler.R10;
import static dev.malachite.engine.processor.translator.Assembler.R11;
import static dev.malachite.engine.processor.translator.Assembler.RAX;
import static dev.malachite.engine.processor.translator.Assembler.RCX;
import static dev.malachite.engine.processor.translator.Assembler.RDI;
import static dev.malachite.engine.processor.translator.Assembler.RSI;
import static dev.malachite.engine.processor.translator.Assembler.SUB;
import static dev.malachite.engine.processor.translator.Assembler.frame;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Frame;

/**
 * Translates REP MOVS and REP STOS going up: as many elements as lie in the current pages at once,
 * by the host's own instruction. An element that crosses a page, and going down, is the
 * interpreter's.
 */
final class StringCode {
  private static final int ABOVE = 7;

  private final Generator g;
  private final Assembler a;

  StringCode(Generator generator) {
    g = generator;
    a = generator.a;
  }

  /** Translates the instruction if it is one of these. */
  boolean translate(Instruction i) {
    if (i.opcode != Opcode.STOS && i.opcode != Opcode.MOVS) {
      return false;
    }
    boolean copies = i.opcode == Opcode.MOVS;
    int size = i.operands[0].size;
    int shift = Integer.numberOfTrailingZeros(size);
    g.keepFlags(g.step().liveBefore);
    int again = a.label();
    int done = a.label();
    int odd = g.giveUp();
    a.sized(4, 0xF6, 0, frame(Frame.SYSTEM_FLAGS)); // test
    a.int32(Cpu.DF);
    a.jumpIf(NOT_EQUAL, odd);
    a.place(again);
    a.op(0, true, 0x85, RCX, RCX, false);
    a.jumpIf(EQUAL, done);
    if (copies) {
      a.move(RAX, RSI);
      g.check(size, Generator.READ);
      a.store(8, frame(Frame.SCRATCH), RAX);
    }
    a.move(RAX, RDI);
    g.check(size, Generator.WRITE);
    // R11: how many elements fit.
    fitting(R11, RAX, shift);
    atMost(R11, RCX);
    a.store(8, frame(Frame.SCRATCH_2), RDI);
    a.move(RDI, RAX);
    if (copies) {
      a.load(8, RAX, frame(Frame.SCRATCH));
      a.store(8, frame(Frame.SCRATCH_3), RSI);
      a.move(RSI, RAX);
      fitting(RAX, RSI, shift);
      atMost(R11, RAX);
    }
    // Nothing from here on can fault. RCX: elements left; R11: elements now.
    a.arithmetic(8, SUB, RCX, R11);
    a.store(8, frame(Frame.TARGET), RCX);
    a.move(RCX, R11);
    if (!copies) {
      a.move(RAX, R10);
    }
    a.int8(0xF3);
    if (size == 2) {
      a.int8(0x66);
    } else if (size == 8) {
      a.int8(0x48);
    }
    a.int8((copies ? 0xA4 : 0xAA) | (size == 1 ? 0 : 1));
    // R11 elements further on.
    if (shift != 0) {
      a.shiftLeft(8, R11, shift);
    }
    a.move(RDI, R11);
    a.arithmetic(8, ADD, RDI, frame(Frame.SCRATCH_2));
    if (copies) {
      a.move(RSI, R11);
      a.arithmetic(8, ADD, RSI, frame(Frame.SCRATCH_3));
    }
    a.load(8, RCX, frame(Frame.TARGET));
    a.op(0, true, 0x85, RCX, RCX, false);
    a.jumpIf(EQUAL, done);
    a.arithmeticImmediate(4, CMP, frame(Frame.ATTENTION), 0);
    a.jumpIf(EQUAL, again);
    a.storeImmediate(4, frame(Frame.EXIT_OFFSET), g.step().offset);
    a.jumpTo(g.stubs.exit(Stubs.PAUSE));
    a.place(done);
    return true;
  }

  // How many elements lie between a host address and the end of its page: at least one, because
  // the first one was checked.
  private void fitting(int to, int address, int shift) {
    if (to != address) {
      a.move(to, address);
    }
    a.arithmeticImmediate(4, AND, to, 4095);
    a.op(0, true, 0xF7, 3, to, false); // neg
    a.arithmeticImmediate(8, ADD, to, 4096);
    if (shift != 0) {
      a.shiftRight(8, to, shift);
    }
  }

  private void atMost(int register, int limit) {
    a.arithmetic(8, CMP, register, limit);
    a.op(0, true, 0x0F40 | ABOVE, register, limit, false); // cmova
  }
}
