// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import dev.malachite.engine.decoder.Opcode;
import dev.malachite.engine.processor.interpreter.core.CodePage;
import dev.malachite.engine.processor.interpreter.core.Operation;
import java.util.Objects;

/** An instruction that the interpreter executes in the middle of translated code. */
final class Assist {
  final Operation operation;
  final CodePage page;
  final int end;
  final int mode;
  final boolean vectors;

  Assist(Step step, CodePage page) {
    operation = Objects.requireNonNull(step.operation);
    this.page = page;
    end = step.end();
    mode = step.mode & ~Mode.SINGLY;
    Opcode.Group group = step.instruction.opcode.group();
    vectors = group != Opcode.Group.INTEGER && group != Opcode.Group.SYSTEM;
  }
}
