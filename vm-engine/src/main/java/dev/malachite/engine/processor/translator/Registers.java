// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import dev.malachite.engine.processor.interpreter.core.Frame;

/**
 * Where the guest's general registers are while translated code runs: thirteen in host registers,
 * most in the one of the same name, three in the frame.
 *
 * <p>The host's RAX and R11 are left for translated code's own use, RAX because LAHF and SETO put
 * flags together in it. RSP is the thread's stack.
 */
final class Registers {
  private static final int[] HOST = {
    Assembler.R10, 1, 2, 3, Assembler.R15, 5, 6, 7, 8, 9, -1, -1, 12, 13, 14, -1
  };

  private Registers() {}

  /** The host register that holds a guest's, or -1 if the frame does. */
  static int host(int guest) {
    return HOST[guest];
  }

  /** The host register or place in the frame that holds a guest's register. */
  static long place(int guest) {
    int host = HOST[guest];
    return host >= 0 ? host : Assembler.frame(Frame.GENERAL + 8 * guest);
  }
}
