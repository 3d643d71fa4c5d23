// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import static dev.malachite.engine.processor.translator.Assembler.R11;
import static dev.malachite.engine.processor.translator.Assembler.R15;
import static dev.malachite.engine.processor.translator.Assembler.RAX;
import static dev.malachite.engine.processor.translator.Assembler.RBP;
import static dev.malachite.engine.processor.translator.Assembler.at;
import static dev.malachite.engine.processor.translator.Assembler.frame;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Instruction.Operand;
import dev.malachite.engine.processor.interpreter.core.Frame;

/** Translates the stack, near calls and returns, and the instructions about flags. */
final class ControlCode {
  /** The guest's stack pointer. */
  private static final int STACK = R15;

  private final Generator g;
  private final Assembler a;

  ControlCode(Generator generator) {
    g = generator;
    a = generator.a;
  }

  /** Translates the instruction if it is one of these and goes on with the next one. */
  boolean translate(Instruction i) {
    switch (i.opcode) {
      case PUSH -> push(i);
      case POP -> pop(i);
      case LEAVE -> leave();
      case NOP, ENDBR32, ENDBR64, PREFETCH, PREFETCHW -> {}
      case PAUSE -> a.bytes(0xF3, 0x90);
      case LFENCE -> a.bytes(0x0F, 0xAE, 0xE8);
      case MFENCE -> a.bytes(0x0F, 0xAE, 0xF0);
      case SFENCE -> a.bytes(0x0F, 0xAE, 0xF8);
      case CLC -> carry(0xF8);
      case STC -> carry(0xF9);
      case CMC -> carry(0xF5);
      default -> {
        return false;
      }
    }
    return true;
  }

  private int word() {
    return g.wide() ? 8 : 4;
  }

  /** Moves the stack pointer; flags stay. */
  void moveStack(int by) {
    a.lea(word(), STACK, STACK, -1, 0, by);
  }

  // The word to be pushed, by way of RAX.
  private long pushPlace() {
    return g.stack(STACK, -word(), Generator.WRITE);
  }

  private void push(Instruction i) {
    Operand from = i.operands[0];
    if (from.kind == Kind.MEMORY) {
      a.load(word(), RAX, g.place(i, word(), Generator.READ));
      a.store(8, frame(Frame.SCRATCH), RAX);
      long place = pushPlace();
      a.load(8, R11, frame(Frame.SCRATCH));
      a.store(word(), place, R11);
    } else {
      long place = pushPlace();
      if (from.kind == Kind.IMMEDIATE) {
        a.storeImmediate(word(), place, (int) from.value);
      } else {
        a.store(word(), place, g.use(from.register, R11));
      }
    }
    moveStack(-word());
  }

  // The word a register points to, by way of RAX.
  private long popPlace(int stack) {
    return g.stack(stack, 0, Generator.READ);
  }

  private void pop(Instruction i) {
    long place = popPlace(STACK);
    int to = Registers.host(i.operands[0].register);
    if (to == STACK) {
      a.load(word(), STACK, place);
      return;
    }
    int register = to >= 0 ? to : R11;
    a.load(word(), register, place);
    g.done(i.operands[0].register, register);
    moveStack(word());
  }

  private void leave() {
    a.load(word(), R11, popPlace(RBP));
    a.lea(word(), STACK, RBP, -1, 0, word());
    a.move(RBP, R11);
  }

  private void carry(int opcode) {
    if (g.needsFlags()) {
      g.loadFlags();
    }
    a.int8(opcode);
    g.flagsWritten();
  }

  // ---- calls and returns ---------------------------------------------------------------------

  /** Pushes the address of the next instruction. */
  void pushReturn() {
    long place = pushPlace();
    a.load(8, R11, frame(Frame.IP_PAGE));
    a.lea(word(), R11, R11, -1, 0, g.step().end());
    a.store(word(), place, R11);
    moveStack(-word());
  }

  /** Pops the address to return to into RAX. */
  void popReturn(Instruction i) {
    g.keepFlags(g.step().liveBefore);
    a.load(word(), RAX, popPlace(STACK));
    moveStack(word() + (i.operandCount == 0 ? 0 : (int) i.operands[0].value));
  }

  /** Puts where an indirect jump or call goes into RAX; a call's return address is pushed. */
  void indirect(Instruction i, boolean call) {
    Operand to = i.operands[0];
    if (to.kind == Kind.MEMORY) {
      int address = g.address(i, word(), Generator.READ);
      a.load(word(), RAX, at(address));
    } else {
      g.keepFlags(g.step().liveBefore);
      if (!call) {
        a.load(word(), RAX, Registers.place(to.register));
        return;
      }
    }
    if (call) {
      if (to.kind != Kind.MEMORY) {
        a.load(word(), RAX, Registers.place(to.register));
      }
      a.store(8, frame(Frame.TARGET), RAX);
      if (g.wide()) {
        // A call to what is no address faults before it has pushed anything.
        a.move(R11, RAX);
        a.shiftLeft(8, R11, 16);
        a.op(0, true, 0xC1, 7, R11, false); // sar
        a.int8(16);
        a.arithmetic(8, Assembler.CMP, R11, RAX);
        a.jumpIf(Assembler.NOT_EQUAL, g.giveUp());
      }
      pushReturn();
      a.load(8, RAX, frame(Frame.TARGET));
    }
  }
}
