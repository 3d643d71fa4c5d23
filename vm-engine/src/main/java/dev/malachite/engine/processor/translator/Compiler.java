// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import static dev.malachite.engine.processor.translator.Assembler.CMP;
import static dev.malachite.engine.processor.translator.Assembler.R11;
import static dev.malachite.engine.processor.translator.Assembler.RAX;
import static dev.malachite.engine.processor.translator.Assembler.RCX;
import static dev.malachite.engine.processor.translator.Assembler.frame;

import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.Frame;
import org.jspecify.annotations.Nullable;

/**
 * Translates a {@link Region}: one piece of host code with jumps within it, entries, and exits.
 *
 * <p>An entry has two addresses. The outer one is for jumps that come with a linear address in RAX,
 * and sets the frame's page; the inner one, eight bytes aligned, is for jumps from within the page
 * and starts with a look at the attention flag in one instruction of nine bytes, over which a jump
 * is put when the code is no longer valid. Loops have such a look at their head, too.
 *
 * <p>At every leader, flags that are live are in the frame.
 */
final class Compiler {
  /** What becomes of places where code is found again: an entry, or a loop's head. */
  interface Result {
    /** An entry at an offset of the page, for a mode. */
    void entry(int offset, int mode, long inner, long outer);

    /** A place to put a jump to {@code gone} over when the code is no longer valid. */
    void point(long at, long gone);

    /** A number for an operation that the interpreter executes. */
    int assist(Step step);
  }

  private static final int PAGE = 4096;

  private final Stubs stubs;
  private final Generator g;
  private final Assembler a;
  private final IntegerCode integers;
  private final ControlCode control;
  private final BitCode bits;
  private final VectorCode vectors;
  private final VexCode vex;
  private final SystemCode system;
  private final StringCode strings;
  private long cacheBase;

  Compiler(Stubs stubs) {
    this.stubs = stubs;
    g = new Generator(stubs);
    a = g.a;
    integers = new IntegerCode(g);
    control = new ControlCode(g);
    bits = new BitCode(g);
    vectors = new VectorCode(g);
    vex = new VexCode(g);
    system = new SystemCode(g, control);
    strings = new StringCode(g);
  }

  /** The code; valid until the next region. */
  Assembler code() {
    return a;
  }

  /**
   * Translates a region to code that will be at the cache's next free place.
   *
   * @param result takes entries and points, once the code's addresses are known
   */
  void compile(Region region, CodeCache cache, Result result) {
    cacheBase = cache.base();
    g.start(cache.next(), cacheBase);
    Step[] steps = region.steps();
    int count = region.count();
    for (int i = 0; i < count; i++) {
      Step step = steps[i];
      step.label = a.label();
      step.entryLabel = a.label();
      step.loopLabel = a.label();
    }
    for (int i = 0; i < count; i++) {
      Step step = steps[i];
      if (step.leader) {
        boolean falls = i > 0 && steps[i - 1].next == step;
        if (falls && step.liveBefore != 0) {
          g.saveFlags(step.liveBefore);
        }
        if (step.loop) {
          loopHead(step, result);
        }
        g.flagsInHost = false;
        g.flagsInFrame = true;
        a.place(step.label);
      }
      g.step(step);
      translate(region, step, result);
      Step following = i + 1 < count ? steps[i + 1] : null;
      boolean goesOn = step.flow == Step.Flow.NEXT || step.flow == Step.Flow.BRANCH;
      if (goesOn && (step.next == null || step.next != following)) {
        goTo(region, step.next, step.end(), step);
      }
    }
    for (int i = 0; i < count; i++) {
      if (steps[i].entry) {
        entry(steps[i], region.vectors, result);
      }
    }
    g.finish();
  }

  // ---- entries -------------------------------------------------------------------------------

  private void look(long offset, int label) {
    a.align(8, 0);
    a.place(label);
    a.op(0, false, 0x83, 7, frame(Frame.ATTENTION), false);
    a.int8(0);
    int stub = a.label();
    a.jumpIf(Assembler.NOT_EQUAL, stub);
    g.later(
        () -> {
          a.place(stub);
          a.storeImmediate(4, frame(Frame.EXIT_OFFSET), (int) offset);
          a.storeImmediate(4, frame(Frame.EXIT_DETAIL), (int) (a.address(label) - cacheBase));
          a.jumpTo(stubs.exit(Stubs.LOOK_UP));
        });
    gone = stub;
  }

  private int gone;

  private void loopHead(Step step, Result result) {
    look(step.offset, step.loopLabel);
    int stub = gone;
    int label = step.loopLabel;
    g.later(() -> result.point(a.address(label), a.address(stub)));
  }

  private void entry(Step step, boolean withVectors, Result result) {
    a.align(8, 15);
    long outer = a.here();
    a.bytes(0x48, 0x25); // and rax, imm32
    a.int32(-PAGE);
    a.store(8, frame(Frame.IP_PAGE), RAX);
    look(step.offset, step.entryLabel);
    int stub = gone;
    if (withVectors) {
      int label = step.label;
      a.op(0, false, 0x83, 7, frame(Frame.VECTORS_LOADED), false);
      a.int8(0);
      a.jumpIf(Assembler.NOT_EQUAL, label);
      a.call(stubs.loadVectors());
    }
    a.jump(step.label);
    int offset = step.offset;
    int mode = step.mode;
    int label = step.entryLabel;
    g.later(
        () -> {
          result.point(a.address(label), a.address(stub));
          result.entry(offset, mode, a.address(label), outer);
        });
  }

  // ---- one instruction -----------------------------------------------------------------------

  private void translate(Region region, Step step, Result result) {
    Instruction i = step.instruction;
    if (step.assisted) {
      assist(step, result);
      return;
    }
    switch (step.flow) {
      case NEXT -> {
        if (!integers.translate(i)
            && !control.translate(i)
            && !vectors.translate(i)
            && !bits.translate(i)
            && !vex.translate(i)
            && !system.translate(i)
            && !strings.translate(i)) {
          throw new IllegalStateException(i.opcode + " can't be translated");
        }
      }
      case BRANCH -> branch(region, step);
      case JUMP -> goTo(region, step.target, step.targetOffset, step);
      case CALL -> {
        control.pushReturn();
        exitTo(region, step.targetOffset);
      }
      case INDIRECT_CALL -> {
        control.indirect(i, true);
        jump(step, DETAIL_CALL);
      }
      case INDIRECT_JUMP -> {
        control.indirect(i, false);
        jump(step, DETAIL_JUMP);
      }
      case RETURN -> {
        control.popReturn(i);
        jump(step, DETAIL_RETURN + (i.operandCount == 0 ? 0 : (int) i.operands[0].value));
      }
      case SYSTEM_CALL -> {
        system.call();
        jump(step, DETAIL_NEXT, Support.callAccess(step.mode));
      }
      case SYSTEM_RETURN -> {
        system.comeBack();
        jump(step, DETAIL_NEXT, Mode.USER);
      }
      case UNKNOWN -> throw new IllegalStateException(i.opcode + " ends a region");
    }
  }

  /** EXIT_DETAIL of a jump exit: what to undo if the address can't be gone to. */
  static final int DETAIL_JUMP = 0, DETAIL_CALL = 1, DETAIL_NEXT = 2, DETAIL_RETURN = 0x10000;

  private void assist(Step step, Result result) {
    g.keepFlags(Effects.ALL);
    g.flagsInFrame = true;
    if (step.flow == Step.Flow.UNKNOWN) {
      g.interpret(step.offset);
      return;
    }
    int number = result.assist(step);
    a.storeImmediate(4, frame(Frame.EXIT_OFFSET), step.offset);
    a.storeImmediate(4, frame(Frame.EXIT_DETAIL), number);
    // lea rax, [rip + what comes behind]
    a.bytes(0x48, 0x8D, 0x05);
    int at = a.size() + 4;
    a.int32(0);
    a.store(8, frame(Frame.RESUME), RAX);
    a.jumpTo(stubs.exit(Stubs.ASSIST));
    a.mend(at - 4, a.size() - at);
  }

  private void branch(Region region, Step step) {
    boolean byFlags = step.instruction.opcode == Opcode.JCC;
    if (byFlags) {
      g.loadFlags();
    }
    if (live(region, step.target, step.targetOffset) != 0) {
      g.saveFlags(step.liveAfter);
    }
    if (!byFlags) {
      branchByCount(region, step);
      return;
    }
    int condition = step.instruction.condition();
    if (step.target != null) {
      boolean back = step.target.offset <= step.offset;
      a.jumpIf(condition, back ? step.target.loopLabel : step.target.label);
    } else if (region.linkable(step.targetOffset)) {
      a.keepInLine(2);
      int stub = a.label();
      a.jumpIf(condition, stub);
      link(stub, step.targetOffset, a.here() - 4);
    } else {
      int stub = a.label();
      long target = step.targetOffset;
      a.jumpIf(condition, stub);
      g.later(
          () -> {
            a.place(stub);
            crossPage(step, target);
          });
    }
  }

  // JCXZ and LOOP: the host's JCXZ reaches 127 bytes only, so it jumps to or over a jump.
  private void branchByCount(Region region, Step step) {
    Instruction i = step.instruction;
    boolean loop = i.opcode == Opcode.LOOP;
    if (loop) {
      a.lea(i.addressSize, RCX, RCX, -1, 0, -1);
    }
    boolean linkable = step.target == null && region.linkable(step.targetOffset);
    if (linkable) {
      a.keepInLine((i.addressSize == 4 ? 1 : 0) + (loop ? 2 : 4) + 1);
    }
    if (i.addressSize == 4) {
      a.int8(0x67);
    }
    a.bytes(0xE3, loop ? 5 : 2);
    if (!loop) {
      a.bytes(0xEB, 5);
    }
    if (step.target != null) {
      boolean back = step.target.offset <= step.offset;
      a.jump(back ? step.target.loopLabel : step.target.label);
      return;
    }
    int stub = a.label();
    a.jump(stub);
    if (linkable) {
      link(stub, step.targetOffset, a.here() - 4);
    } else {
      long target = step.targetOffset;
      g.later(
          () -> {
            a.place(stub);
            crossPage(step, target);
          });
    }
  }

  private static int live(Region region, @Nullable Step step, long offset) {
    return step != null ? step.liveBefore : region.liveAt(offset);
  }

  // ---- leaving -------------------------------------------------------------------------------

  // Goes to a step of the region, or out of it.
  private void goTo(Region region, @Nullable Step target, long offset, Step from) {
    if (target == null) {
      exitTo(region, offset);
      return;
    }
    if (target.liveBefore != 0) {
      g.saveFlags(from.liveAfter);
    }
    a.jump(target.offset <= from.offset ? target.loopLabel : target.label);
  }

  // Leaves for an offset from the page's start.
  private void exitTo(Region region, long offset) {
    if (region.liveAt(offset) != 0) {
      g.saveFlags(Effects.ALL);
    }
    if (region.linkable(offset)) {
      a.keepInLine(1);
      int stub = a.label();
      a.jump(stub);
      link(stub, offset, a.here() - 4);
    } else {
      crossPage(g.step(), offset);
    }
  }

  // The way out that a jump takes until it is linked.
  private void link(int stub, long offset, long site) {
    g.later(
        () -> {
          a.place(stub);
          a.storeImmediate(4, frame(Frame.EXIT_OFFSET), (int) offset);
          a.storeImmediate(4, frame(Frame.EXIT_DETAIL), (int) (site - cacheBase));
          a.jumpTo(stubs.exit(Stubs.LINK));
        });
  }

  private void crossPage(Step step, long offset) {
    a.load(8, RAX, frame(Frame.IP_PAGE));
    a.lea(g.wide() ? 8 : 4, RAX, RAX, -1, 0, (int) offset);
    boolean next = offset == step.end();
    boolean call = step.flow == Step.Flow.CALL;
    jump(step, next ? DETAIL_NEXT : call ? DETAIL_CALL : DETAIL_JUMP);
  }

  private void jump(Step step, int detail) {
    jump(step, detail, g.access());
  }

  // Jumps to the linear address in RAX by the jump cache of an access kind.
  private void jump(Step step, int detail, int access) {
    int cache = Frame.JUMPS + access * Frame.JUMP_BYTES;
    int miss = a.label();
    int offset = step.offset;
    // JumpCaches.index
    a.op(0, false, 0x69, R11, RAX, false); // imul
    a.int32(JumpCaches.HASH);
    a.shiftRight(4, R11, JumpCaches.HASH_SHIFT);
    a.shiftLeft(4, R11, Integer.numberOfTrailingZeros(Frame.JUMP_SET_BYTES));
    a.arithmetic(8, CMP, RAX, frame(cache, R11));
    a.jumpIf(Assembler.NOT_EQUAL, miss);
    a.jumpIndirect(frame(cache + 8, R11));
    g.later(
        () -> {
          a.place(miss);
          int neither = a.label();
          a.arithmetic(8, CMP, RAX, frame(cache + 16, R11));
          a.jumpIf(Assembler.NOT_EQUAL, neither);
          a.jumpIndirect(frame(cache + 24, R11));
          a.place(neither);
          a.store(8, frame(Frame.EXIT_LINEAR), RAX);
          a.storeImmediate(4, frame(Frame.EXIT_OFFSET), offset);
          a.storeImmediate(4, frame(Frame.EXIT_DETAIL), detail);
          a.jumpTo(stubs.exit(Stubs.JUMP));
        });
  }
}
