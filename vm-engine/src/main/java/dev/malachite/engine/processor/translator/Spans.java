// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Instruction.Operand;
import dev.malachite.engine.processor.interpreter.core.Cpu;
import dev.malachite.engine.processor.interpreter.core.Frame;
import org.jspecify.annotations.Nullable;

/**
 * Finds the {@link Span}s of a region's blocks: follows what constants registers differ by, and
 * puts accesses by the same registers together.
 *
 * <p>A block ends where control may come from elsewhere, or where the interpreter helps: it may
 * change anything. Only for 64-bit code. One thread only.
 */
final class Spans {
  /** What stands for the instruction pointer, and for no register. */
  private static final int PAGE = -1, NONE = -2;

  // What is known of each register: a number for what it was, and what was added since.
  private final int[] value = new int[16];
  private final long[] distance = new long[16];
  private int values;

  // The spans of the block, by the values their addresses are made of.
  private final Span[] spans = new Span[Frame.SPAN_COUNT];
  private final int[] base = new int[Frame.SPAN_COUNT];
  private final int[] index = new int[Frame.SPAN_COUNT];
  private final int[] shift = new int[Frame.SPAN_COUNT];
  private int count;
  private int branches;

  Spans() {}

  /** Gives the steps of a region their spans. */
  void find(Step[] steps, int number) {
    if (number == 0 || (steps[0].mode & (Mode.WIDE | Mode.SINGLY)) != Mode.WIDE) {
      return;
    }
    for (int i = 0; i < number; i++) {
      Step step = steps[i];
      if (i == 0 || step.leader || step.assisted || steps[i - 1].next != step) {
        begin();
      }
      if (step.assisted) {
        continue;
      }
      Instruction instruction = step.instruction;
      operand(step, instruction);
      stack(step, instruction);
      follow(instruction);
      if (step.flow == Step.Flow.BRANCH) {
        branches++;
      }
      if (step.modeAfter != step.mode || i + 1 < number && steps[i + 1].assisted) {
        begin();
      }
    }
  }

  private void begin() {
    count = 0;
    branches = 0;
    for (int r = 0; r < 16; r++) {
      forget(r);
    }
  }

  private void forget(int register) {
    value[register] = values++;
    distance[register] = 0;
  }

  // ---- accesses ------------------------------------------------------------------------------

  private void operand(Step step, Instruction i) {
    int size = MemoryUse.bytes(i);
    if (size == 0 || i.addressSize != 8 || i.segment >= Cpu.FS || i.vectorIndex) {
      return;
    }
    boolean writes = MemoryUse.writes(i);
    if (i.ripRelative) {
      step.spanAt = step.end() + i.displacement;
      step.span = span(PAGE, NONE, 0, step.spanAt, size, writes);
      return;
    }
    if (i.base == Instruction.NO_REGISTER) {
      return;
    }
    step.spanAt = i.displacement + distance[i.base];
    int by = NONE;
    if (i.index != Instruction.NO_REGISTER) {
      by = value[i.index];
      step.spanAt += distance[i.index] << i.shift;
    }
    step.span = span(value[i.base], by, by == NONE ? 0 : i.shift, step.spanAt, size, writes);
  }

  // What is pushed and popped.
  private void stack(Step step, Instruction i) {
    switch (i.opcode) {
      case PUSH, CALL -> stack(step, Cpu.RSP, -8, true);
      case POP, RET -> stack(step, Cpu.RSP, 0, false);
      case LEAVE -> stack(step, Cpu.RBP, 0, false);
      default -> {}
    }
  }

  private void stack(Step step, int register, int at, boolean writes) {
    step.stackAt = distance[register] + at;
    step.stackSpan = span(value[register], NONE, 0, step.stackAt, 8, writes);
  }

  private @Nullable Span span(
      int fromBase, int fromIndex, int scale, long at, int size, boolean writes) {
    for (int n = count - 1; n >= 0; n--) {
      if (base[n] == fromBase && index[n] == fromIndex && shift[n] == scale) {
        if (spans[n].join(branches, at, size, writes)) {
          return spans[n];
        }
        break;
      }
    }
    if (count == spans.length) {
      return null;
    }
    Span made = new Span(count, branches, at, size, writes);
    base[count] = fromBase;
    index[count] = fromIndex;
    shift[count] = scale;
    spans[count++] = made;
    return made;
  }

  // ---- registers -----------------------------------------------------------------------------

  private void follow(Instruction i) {
    Operand to = i.operands[0];
    Operand from = i.operands[1];
    boolean wide = i.operandCount > 0 && to.kind == Kind.GENERAL && to.size == 8;
    boolean constant = wide && i.operandCount == 2 && from.kind == Kind.IMMEDIATE;
    switch (i.opcode) {
      case ADD -> add(i, constant, from.value);
      case SUB -> add(i, constant, -from.value);
      case INC -> add(i, wide, 1);
      case DEC -> add(i, wide, -1);
      case MOV -> copy(i, wide && from.kind == Kind.GENERAL, from.register, 0);
      case LEA -> {
        boolean plain =
            i.addressSize == 8
                && !i.ripRelative
                && i.base != Instruction.NO_REGISTER
                && i.index == Instruction.NO_REGISTER;
        copy(i, wide && plain, i.base, i.displacement);
      }
      case PUSH, CALL -> distance[Cpu.RSP] -= 8;
      case POP -> {
        distance[Cpu.RSP] += 8;
        forget(to.register);
      }
      case LEAVE -> {
        value[Cpu.RSP] = value[Cpu.RBP];
        distance[Cpu.RSP] = distance[Cpu.RBP] + 8;
        forget(Cpu.RBP);
      }
      default -> forgetWritten(i);
    }
  }

  private void add(Instruction i, boolean known, long constant) {
    if (known) {
      distance[i.operands[0].register] += constant;
    } else {
      forgetWritten(i);
    }
  }

  private void copy(Instruction i, boolean known, int register, long constant) {
    if (known) {
      value[i.operands[0].register] = value[register];
      distance[i.operands[0].register] = distance[register] + constant;
    } else {
      forgetWritten(i);
    }
  }

  private void forgetWritten(Instruction i) {
    int written = RegisterUse.registersWritten(i);
    for (int r = 0; r < 16; r++) {
      if ((written >> r & 1) != 0) {
        forget(r);
      }
    }
  }
}
