// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.processor.interpreter.core.Operation;
import org.jspecify.annotations.Nullable;

/** One instruction of a {@link Region}, with what translation finds out about it. */
final class Step {
  /** How control goes on behind an instruction. */
  enum Flow {
    /** With the next one. */
    NEXT,
    /** With the next one, or at {@link #targetOffset}. */
    BRANCH,
    /** At {@link #targetOffset}. */
    JUMP,
    /** At {@link #targetOffset}, and back behind the instruction later. */
    CALL,
    /** At an address known when it is executed. */
    INDIRECT_JUMP,
    /** At an address known when it is executed, and back behind the instruction later. */
    INDIRECT_CALL,
    /** At an address on the stack. */
    RETURN,
    /** In the kernel. */
    SYSTEM_CALL,
    /** In the user's program. */
    SYSTEM_RETURN,
    /** Only the interpreter knows. */
    UNKNOWN
  }

  /** The instruction. */
  final Instruction instruction = new Instruction();

  /** Offset in its page. */
  int offset;

  /** The mode it is translated for. */
  int mode;

  /** The mode behind it. */
  int modeAfter;

  /** How control goes on. */
  Flow flow = Flow.NEXT;

  /** Where a branch, jump or call goes, as a distance from the page's start. */
  long targetOffset;

  /** The step behind this one, or null if it isn't in the region. */
  @Nullable Step next;

  /** The step a branch or jump goes to, or null if it isn't in the region. */
  @Nullable Step target;

  /** True if the interpreter executes it. */
  boolean assisted;

  /** What executes it in the interpreter, where {@link #assisted}. */
  @Nullable Operation operation;

  /** True if control comes here from elsewhere than the step before. */
  boolean leader;

  /** True if the region may be entered here. */
  boolean entry;

  /** True if a jump goes backwards to it. */
  boolean loop;

  /** Arithmetic flags somebody may read that are as they are before this step. */
  int liveBefore;

  /** Arithmetic flags somebody may read that are as they are behind this step. */
  int liveAfter;

  /** What its memory operand is checked with, or null if by itself; and where it is there. */
  @Nullable Span span;

  long spanAt;

  /**
   * What the word it pushes or pops is checked with, or null if by itself; and where it is there.
   */
  @Nullable Span stackSpan;

  long stackAt;

  /** Label of the step's code. */
  int label;

  /** Label of the entry from within the page, if it is one. */
  int entryLabel;

  /** Label of the loop's head, where {@link #loop}. */
  int loopLabel;

  Step() {}

  /** Makes it anew for another instruction. */
  void clear(int at, int forMode) {
    offset = at;
    mode = forMode;
    modeAfter = forMode;
    flow = Flow.NEXT;
    targetOffset = 0;
    next = null;
    target = null;
    assisted = false;
    operation = null;
    leader = false;
    entry = false;
    loop = false;
    liveBefore = 0;
    liveAfter = 0;
    span = null;
    stackSpan = null;
  }

  /** Offset in the page of the byte behind the instruction. */
  int end() {
    return offset + instruction.length;
  }
}
