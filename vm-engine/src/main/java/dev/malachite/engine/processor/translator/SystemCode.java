// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import static dev.malachite.engine.processor.translator.Assembler.AND;
import static dev.malachite.engine.processor.translator.Assembler.CMP;
import static dev.malachite.engine.processor.translator.Assembler.NOT_EQUAL;
import static dev.malachite.engine.processor.translator.Assembler.OR;
import static dev.malachite.engine.processor.translator.Assembler.R10;
import static dev.malachite.engine.processor.translator.Assembler.R11;
import static dev.malachite.engine.processor.translator.Assembler.RAX;
import static dev.malachite.engine.processor.translator.Assembler.XOR;
import static dev.malachite.engine.processor.translator.Assembler.at;
import static dev.malachite.engine.processor.translator.Assembler.frame;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Operand;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Frame;

/**
 * Translates the system instructions that kernels execute all the time. Where something out of the
 * ordinary is asked for, the interpreter executes the instruction instead.
 */
final class SystemCode {
  /** Flags that POPF doesn't change here, because they have consequences. */
  private static final int UNUSUAL = Cpu.TF | Cpu.DF | Cpu.IOPL | Cpu.NT | Cpu.AC | Cpu.ID;

  private final Generator g;
  private final Assembler a;
  private final ControlCode control;

  SystemCode(Generator generator, ControlCode control) {
    g = generator;
    a = generator.a;
    this.control = control;
  }

  /** Translates the instruction if it is one of these and goes on with the next one. */
  boolean translate(Instruction i) {
    switch (i.opcode) {
      case CLD -> systemFlag(AND, ~Cpu.DF);
      case STD -> systemFlag(OR, Cpu.DF);
      case CLI -> systemFlag(AND, ~Cpu.IF);
      case STI -> enableInterrupts();
      case STAC -> systemFlag(OR, Cpu.AC);
      case CLAC -> systemFlag(AND, ~Cpu.AC);
      case PUSHF -> pushFlags();
      case POPF -> popFlags();
      case LAHF -> loadHigh();
      case SAHF -> storeHigh();
      case SWAPGS -> swapGs();
      case RDTSC, RDTSCP -> timeStamp(i.opcode == Opcode.RDTSCP);
      case RDFSBASE -> readBase(i, Frame.FS_BASE);
      case RDGSBASE -> readBase(i, Frame.GS_BASE);
      case WRFSBASE -> writeBase(i, Frame.FS_BASE);
      case WRGSBASE -> writeBase(i, Frame.GS_BASE);
      case MOV_SEG -> selector(i);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void systemFlag(int operation, int value) {
    g.keepFlags(g.step().liveBefore);
    a.arithmeticImmediate(4, operation, frame(Frame.SYSTEM_FLAGS), value);
  }

  // An interrupt that waits must be taken behind the next instruction, and none before it: code
  // that may look up at once goes to the interpreter, too.
  private void enableInterrupts() {
    Step next = g.step().next;
    if (next == null || next.loop) {
      g.keepFlags(Effects.ALL);
      g.flagsInFrame = true;
      g.interpret(g.step().offset);
      return;
    }
    g.keepFlags(g.step().liveBefore);
    a.arithmeticImmediate(4, CMP, frame(Frame.INTERRUPT_WAITS), 0);
    a.jumpIf(NOT_EQUAL, g.giveUp());
    a.arithmeticImmediate(4, OR, frame(Frame.SYSTEM_FLAGS), Cpu.IF);
  }

  private void pushFlags() {
    g.saveFlags(Effects.ALL);
    g.stack(Assembler.R15, -8, Generator.WRITE);
    a.store(8, frame(Frame.SCRATCH), RAX);
    flags(R11);
    a.arithmeticImmediate(4, AND, R11, ~(Cpu.RF | Cpu.VM));
    a.load(8, RAX, frame(Frame.SCRATCH));
    a.store(8, at(RAX), R11);
    control.moveStack(-8);
  }

  private void popFlags() {
    g.stack(Assembler.R15, 0, Generator.READ);
    int unusual = g.giveUp();
    a.load(8, R11, at(RAX));
    a.move32(RAX, R11);
    a.arithmetic(4, XOR, RAX, frame(Frame.SYSTEM_FLAGS));
    a.sized(4, 0xF6, 0, RAX); // test eax, imm32
    a.int32(UNUSUAL);
    a.jumpIf(NOT_EQUAL, unusual);
    a.arithmeticImmediate(4, CMP, frame(Frame.INTERRUPT_WAITS), 0);
    a.jumpIf(NOT_EQUAL, unusual);
    a.arithmeticImmediate(4, AND, frame(Frame.SYSTEM_FLAGS), ~(Cpu.IF | Cpu.RF));
    a.move32(RAX, R11);
    a.arithmeticImmediate(4, AND, RAX, Cpu.IF);
    a.sized(4, OR << 3, RAX, frame(Frame.SYSTEM_FLAGS));
    arithmeticFlags(R11);
    control.moveStack(8);
  }

  // AH is bits 15 to 8 of R10.
  private void loadHigh() {
    g.loadFlags();
    a.int8(0x9F); // lahf
    a.store(8, frame(Frame.SCRATCH), R10);
    a.op(0, false, 0x88, 4, frame(Frame.SCRATCH + 1), false); // mov [scratch + 1], ah
    a.load(8, R10, frame(Frame.SCRATCH));
  }

  private void storeHigh() {
    if (g.needsFlags()) {
      g.loadFlags();
    }
    a.move(RAX, R10);
    a.int8(0x9E); // sahf
    g.flagsWritten();
  }

  private void swapGs() {
    a.load(8, RAX, frame(Frame.GS_BASE));
    a.load(8, R11, frame(Frame.KERNEL_GS_BASE));
    a.store(8, frame(Frame.KERNEL_GS_BASE), RAX);
    a.store(8, frame(Frame.GS_BASE), R11);
  }

  private void timeStamp(boolean withProcessor) {
    g.keepFlags(g.step().liveBefore);
    a.arithmeticImmediate(4, CMP, frame(Frame.TIME_STAMP_PLAIN), 0);
    a.jumpIf(Assembler.EQUAL, g.giveUp());
    a.call(g.stubs.timeStamp());
    a.move32(Registers.host(0), RAX);
    a.shiftRight(8, RAX, 32);
    a.move32(Registers.host(2), RAX);
    if (withProcessor) {
      a.load(4, Registers.host(1), frame(Frame.TIME_STAMP_AUX));
    }
  }

  private void readBase(Instruction i, int base) {
    Operand to = i.operands[0];
    int register = g.target(to.register, RAX, false);
    a.load(i.operandSize, register, frame(base));
    g.done(to.register, register);
  }

  private void writeBase(Instruction i, int base) {
    g.keepFlags(g.step().liveBefore);
    int from = g.use(i.operands[0].register, R11);
    if (i.operandSize == 8) {
      a.move(RAX, from);
      a.shiftLeft(8, RAX, 16);
      a.op(0, true, 0xC1, 7, RAX, false); // sar
      a.int8(16);
      a.arithmetic(8, CMP, RAX, from);
      a.jumpIf(NOT_EQUAL, g.giveUp());
    } else {
      a.move32(RAX, from);
    }
    a.store(8, frame(base), RAX);
  }

  private void selector(Instruction i) {
    Operand to = i.operands[0];
    long from = frame(Frame.SELECTORS + 2 * i.operands[1].register);
    int size = i.operandSize;
    int register = g.target(to.register, RAX, size == 2);
    if (size == 2) {
      a.sized(2, 0x8A, register, from);
    } else {
      a.loadZero(2, register, from);
    }
    g.done(to.register, register);
  }

  // ---- system calls --------------------------------------------------------------------------

  // SYSCALL from 64-bit user code (SDM volume 2): RCX and R11 take what comes back, the flags are
  // cut, level and segments change. RAX is where it goes.
  void call() {
    g.keepFlags(Effects.ALL);
    a.arithmeticImmediate(4, CMP, frame(Frame.SYSCALL_PLAIN), 0);
    a.jumpIf(Assembler.EQUAL, g.giveUp());
    a.load(8, Assembler.RCX, frame(Frame.IP_PAGE));
    a.lea(8, Assembler.RCX, Assembler.RCX, -1, 0, g.step().end());
    flags(R11);
    a.arithmeticImmediate(4, AND, R11, ~Cpu.RF);
    a.store(8, Registers.place(11), R11);
    a.arithmetic(4, AND, R11, frame(Frame.CALL_FLAGS));
    a.move32(RAX, R11);
    a.arithmeticImmediate(4, AND, RAX, ~(Effects.ALL | 2));
    a.store(4, frame(Frame.SYSTEM_FLAGS), RAX);
    arithmeticFlags(R11);
    level(0, 0);
    a.load(8, RAX, frame(Frame.CALL_TARGET));
  }

  // SYSRET to 64-bit user code. RAX is where it goes.
  void comeBack() {
    g.keepFlags(g.step().liveBefore);
    int unusual = g.giveUp();
    a.arithmeticImmediate(4, CMP, frame(Frame.SYSCALL_PLAIN), 0);
    a.jumpIf(Assembler.EQUAL, unusual);
    a.arithmeticImmediate(4, CMP, frame(Frame.USER_IS_WIDE), 0);
    a.jumpIf(Assembler.EQUAL, unusual);
    a.arithmeticImmediate(4, CMP, frame(Frame.INTERRUPT_WAITS), 0);
    a.jumpIf(NOT_EQUAL, unusual);
    a.move(RAX, Assembler.RCX);
    a.shiftLeft(8, RAX, 16);
    a.op(0, true, 0xC1, 7, RAX, false); // sar
    a.int8(16);
    a.arithmetic(8, CMP, RAX, Assembler.RCX);
    a.jumpIf(NOT_EQUAL, unusual);
    a.load(8, R11, Registers.place(11));
    a.sized(4, 0xF6, 0, R11); // test
    a.int32(~(Effects.ALL | 2 | Cpu.IF | Cpu.ID));
    a.jumpIf(NOT_EQUAL, unusual);
    a.move32(RAX, R11);
    a.arithmeticImmediate(4, AND, RAX, Cpu.IF | Cpu.ID);
    a.store(4, frame(Frame.SYSTEM_FLAGS), RAX);
    arithmeticFlags(R11);
    level(3, 4);
    a.move(RAX, Assembler.RCX);
  }

  private void level(int level, int selectors) {
    a.storeImmediate(4, frame(Frame.LEVEL), level);
    a.loadZero(2, R11, frame(Frame.CALL_SELECTORS + selectors));
    a.store(2, frame(Frame.SELECTORS + 2 * Cpu.CS), R11);
    a.loadZero(2, R11, frame(Frame.CALL_SELECTORS + selectors + 2));
    a.store(2, frame(Frame.SELECTORS + 2 * Cpu.SS), R11);
  }

  // Puts all flags together from the frame. Uses RAX.
  private void flags(int to) {
    a.loadZero(1, to, frame(Frame.FLAGS));
    a.shiftLeft(4, to, 11);
    a.loadZero(1, RAX, frame(Frame.FLAGS + 1));
    a.arithmetic(4, OR, to, RAX);
    a.arithmetic(4, OR, to, frame(Frame.SYSTEM_FLAGS));
    a.arithmeticImmediate(4, OR, to, 2);
  }

  // Puts a register's arithmetic flags into the frame; the register is lost.
  private void arithmeticFlags(int from) {
    a.store(1, frame(Frame.FLAGS + 1), from);
    a.shiftRight(4, from, 11);
    a.arithmeticImmediate(4, AND, from, 1);
    a.store(1, frame(Frame.FLAGS), from);
    g.flagsInHost = false;
    g.flagsInFrame = true;
  }
}
