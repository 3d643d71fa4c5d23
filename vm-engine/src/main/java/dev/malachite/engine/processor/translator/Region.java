// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import dev.malachite.engine.decoder.Decoder;
import dev.malachite.engine.decoder.Instruction;
import dev.malachite.engine.decoder.Instruction.Kind;
import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.Binder;
import dev.malachite.engine.processor.interpreter.core.Block;
import dev.malachite.engine.processor.interpreter.core.CodePage;
import dev.malachite.engine.processor.interpreter.core.HostMemory;
import dev.malachite.engine.processor.interpreter.core.Translation;
import org.jspecify.annotations.Nullable;

/**
 * The instructions of a page that are translated together: those that were executed and that
 * branches within the page connect with the one the region starts at.
 *
 * <p>Reused for one region after the other. One thread only.
 */
final class Region {
  private static final int MOST = 400;
  private static final int PAGE = 4096;
  private static final int LOOK_AHEAD = 8;
  private static final int LONGEST = 15;

  private final Decoder decoder;
  private final byte[] bytes = new byte[PAGE + LONGEST];
  private final Step[] pool = new Step[MOST];
  private final @Nullable Step[] byOffset = new @Nullable Step[PAGE];
  private final int[] pending = new int[2 * MOST];
  private final int[] pendingMode = new int[2 * MOST];
  private int pendingCount;
  private int count;
  private int codeSize;
  private int generation;
  private @Nullable CodePage page;
  private final Instruction ahead = new Instruction();
  private final Spans spans = new Spans();

  /** True if any step uses vector registers. */
  boolean vectors;

  Region(Decoder decoder) {
    this.decoder = decoder;
    for (int i = 0; i < MOST; i++) {
      pool[i] = new Step();
    }
  }

  /** The steps, in the order they were found: a step's successor mostly follows it. */
  Step[] steps() {
    return pool;
  }

  /** How many of {@link #steps} count. */
  int count() {
    return count;
  }

  /**
   * Collects the region that starts at an offset, as far as it isn't translated yet.
   *
   * @param forGeneration the current filling of the code cache
   * @return false if not even the first instruction can be translated
   */
  boolean collect(CodePage codePage, int start, int forMode, int forGeneration) {
    generation = forGeneration;
    forget();
    pendingCount = 0;
    codeSize = (forMode & Mode.WIDE) != 0 ? 8 : 4;
    page = codePage;
    vectors = false;
    HostMemory.copyOut(codePage.host, bytes, 0, PAGE);
    chain(start, forMode);
    while (pendingCount > 0) {
      pendingCount--;
      chain(pending[pendingCount], pendingMode[pendingCount]);
    }
    if (count == 0) {
      return false;
    }
    pool[0].entry = true;
    connect();
    flow();
    spans.find(pool, count);
    return true;
  }

  /**
   * Collects the one instruction that starts at an offset and reaches into another page.
   *
   * @return false if it can't be translated
   */
  boolean collectCrossing(CodePage first, CodePage second, int start, int mode) {
    forget();
    codeSize = (mode & Mode.WIDE) != 0 ? 8 : 4;
    page = first;
    vectors = false;
    HostMemory.copyOut(first.host, bytes, 0, PAGE);
    HostMemory.copyOut(second.host, bytes, PAGE, LONGEST);
    Step step = pool[0];
    step.clear(start, mode);
    if (decoder.decode(bytes, start, PAGE + LONGEST - start, codeSize, step.instruction)
        != Decoder.Status.OK) {
      return false;
    }
    classify(step);
    if (step.assisted) {
      return false;
    }
    count = 1;
    step.leader = true;
    step.entry = true;
    byOffset[start] = step;
    flow();
    return true;
  }

  private void forget() {
    for (int i = 0; i < count; i++) {
      byOffset[pool[i].offset] = null;
    }
    count = 0;
  }

  /** True if a jump to an offset may go there directly: its instruction is all in this page. */
  boolean linkable(long offset) {
    if (offset < 0 || offset >= PAGE) {
      return false;
    }
    int at = (int) offset;
    return at <= PAGE - LONGEST
        || decoder.decode(bytes, at, PAGE - at, codeSize, ahead) == Decoder.Status.OK;
  }

  // Decodes from an offset on until control goes elsewhere.
  private void chain(int from, int fromMode) {
    int offset = from;
    int mode = fromMode;
    if (byOffset[offset] != null) {
      return;
    }
    while (offset < PAGE && byOffset[offset] == null && count < MOST) {
      Step step = pool[count];
      step.clear(offset, mode);
      if (decoder.decode(bytes, offset, PAGE - offset, codeSize, step.instruction)
          != Decoder.Status.OK) {
        return;
      }
      count++;
      byOffset[offset] = step;
      classify(step);
      if (step.flow != Step.Flow.NEXT && (mode & Mode.SINGLY) != 0) {
        return;
      }
      switch (step.flow) {
        case BRANCH -> {
          want(step.targetOffset, mode);
          if (!wanted(step.end(), mode)) {
            return;
          }
        }
        case JUMP -> {
          want(step.targetOffset, mode);
          return;
        }
        case CALL, INDIRECT_CALL -> {
          if (!wanted(step.end(), mode)) {
            return;
          }
        }
        case INDIRECT_JUMP, RETURN, SYSTEM_CALL, SYSTEM_RETURN, UNKNOWN -> {
          return;
        }
        default -> {}
      }
      offset = step.end();
      mode = step.modeAfter;
    }
  }

  private void want(long offset, int mode) {
    if (offset >= 0
        && offset < PAGE
        && byOffset[(int) offset] == null
        && pendingCount < pending.length
        && wanted((int) offset, mode)) {
      pendingMode[pendingCount] = mode;
      pending[pendingCount++] = (int) offset;
    }
  }

  // True for code that was executed before and has no translation to jump to yet.
  private boolean wanted(int offset, int mode) {
    if (offset >= PAGE || page == null) {
      return false;
    }
    Block block = page.block(offset);
    return block != null && block.codeSize() == codeSize && find(block, mode) == null;
  }

  private @Nullable Translation find(Block block, int mode) {
    for (Translation t = block.translations; t != null; t = t.next()) {
      if (t.mode() == mode && t.generation() == generation) {
        return t;
      }
    }
    return null;
  }

  private void classify(Step step) {
    Instruction i = step.instruction;
    switch (i.opcode) {
      case JCC, LOOP, LOOPE, LOOPNE, JCXZ -> {
        step.flow = Step.Flow.BRANCH;
        step.targetOffset = step.end() + i.operands[0].value;
      }
      case JMP -> {
        boolean direct = i.operands[0].kind == Kind.RELATIVE;
        step.flow = direct ? Step.Flow.JUMP : Step.Flow.INDIRECT_JUMP;
        step.targetOffset = direct ? step.end() + i.operands[0].value : 0;
      }
      case CALL -> {
        boolean direct = i.operands[0].kind == Kind.RELATIVE;
        step.flow = direct ? Step.Flow.CALL : Step.Flow.INDIRECT_CALL;
        step.targetOffset = direct ? step.end() + i.operands[0].value : 0;
      }
      case RET -> step.flow = Step.Flow.RETURN;
      case SYSCALL -> step.flow = Step.Flow.SYSTEM_CALL;
      case SYSRET -> step.flow = Step.Flow.SYSTEM_RETURN;
      default -> {}
    }
    boolean far =
        (step.flow == Step.Flow.JUMP
                || step.flow == Step.Flow.BRANCH
                || step.flow == Step.Flow.CALL)
            && !Assembler.fits32(step.targetOffset);
    // Its count is changed before the jump, which might fail outside the page.
    far |= i.opcode == Opcode.LOOP && (step.targetOffset < 0 || step.targetOffset >= PAGE);
    if (far || !Support.translatable(i, step.mode)) {
      step.assisted = true;
      step.operation = Binder.bind(i, step.offset);
      boolean ends = step.operation.endsBlock() || Support.changesMode(i);
      step.flow = ends ? Step.Flow.UNKNOWN : Step.Flow.NEXT;
    } else if (Support.changesMode(i)) {
      step.modeAfter = Support.modeAfter(i, step.mode);
    } else if (Reencoding.reencodable(i) || Reencoding.reencodableVex(i)) {
      vectors = true;
    }
  }

  private void connect() {
    for (int i = 0; i < count; i++) {
      Step step = pool[i];
      switch (step.flow) {
        case NEXT -> step.next = at(step.end(), step.modeAfter);
        case BRANCH -> {
          step.next = at(step.end(), step.mode);
          step.target = target(step);
        }
        case JUMP -> step.target = target(step);
        case CALL, INDIRECT_CALL -> {
          Step back = at(step.end(), step.mode);
          if (back != null) {
            back.entry = true;
          }
        }
        default -> {}
      }
    }
    pool[0].leader = true;
    for (int i = 0; i < count; i++) {
      Step step = pool[i];
      boolean follows = i > 0 && pool[i - 1].next == step;
      if (step.entry || !follows) {
        step.leader = true;
      }
      if (step.target != null) {
        step.target.leader = true;
        if (step.target.offset <= step.offset) {
          step.target.loop = true;
        }
      }
      if (step.next != null && (i + 1 >= count || pool[i + 1] != step.next)) {
        step.next.leader = true;
        if (step.next.offset <= step.offset) {
          step.next.loop = true;
        }
      }
    }
  }

  private @Nullable Step target(Step step) {
    return step.targetOffset >= 0 && step.targetOffset < PAGE && (step.mode & Mode.SINGLY) == 0
        ? at((int) step.targetOffset, step.mode)
        : null;
  }

  private @Nullable Step at(int offset, int mode) {
    Step step = offset < PAGE ? byOffset[offset] : null;
    return step != null && step.mode == mode ? step : null;
  }

  // ---- flags ---------------------------------------------------------------------------------

  // Liveness of flags, backwards until nothing changes.
  private void flow() {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int i = count - 1; i >= 0; i--) {
        Step step = pool[i];
        int after = after(step);
        Instruction ins = step.instruction;
        int before =
            step.assisted
                ? Effects.ALL
                : after & ~Effects.flagsKilled(ins) | Support.flagsConsumed(ins);
        if (before != step.liveBefore || after != step.liveAfter) {
          step.liveBefore = before;
          step.liveAfter = after;
          changed = true;
        }
      }
    }
  }

  private int after(Step step) {
    return switch (step.flow) {
      case NEXT -> live(step.next, step.end());
      case BRANCH -> live(step.next, step.end()) | live(step.target, step.targetOffset);
      case JUMP -> live(step.target, step.targetOffset);
      default -> Effects.ALL;
    };
  }

  private int live(@Nullable Step step, long offset) {
    return step != null ? step.liveBefore : liveAt(offset);
  }

  /** Flags that may be read before they are overwritten, from an offset on. */
  int liveAt(long offset) {
    if (offset < 0 || offset >= PAGE) {
      return Effects.ALL;
    }
    Step known = byOffset[(int) offset];
    if (known != null) {
      return known.liveBefore;
    }
    int live = Effects.ALL;
    int read = 0;
    int at = (int) offset;
    for (int i = 0; i < LOOK_AHEAD && at < PAGE; i++) {
      if (decoder.decode(bytes, at, PAGE - at, codeSize, ahead) != Decoder.Status.OK
          || !Support.translatable(ahead, pool[0].mode)) {
        break;
      }
      read |= Support.flagsConsumed(ahead) & live;
      live &= ~Effects.flagsKilled(ahead);
      if (live == 0) {
        return read;
      }
      switch (ahead.opcode) {
        case JCC, LOOP, LOOPE, LOOPNE, JCXZ, JMP, CALL, RET, SYSCALL, SYSRET -> {
          return live | read;
        }
        default -> at += ahead.length;
      }
    }
    return live | read;
  }
}
