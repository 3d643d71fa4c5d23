// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.call;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a firmware call goes on. */
public sealed interface Outcome {
  /** What comes after a guest function. */
  @FunctionalInterface
  interface Continuation {
    /**
     * Goes on with the firmware call.
     *
     * @param result what the guest function returned
     */
    Outcome resume(long result) throws IOException;
  }

  /**
   * The call returns to the guest.
   *
   * @param value in RAX
   */
  record Done(long value) implements Outcome {}

  /**
   * The call runs a function of the guest and goes on when that returns.
   *
   * @param function its address
   * @param arguments its arguments, Microsoft convention
   * @param owner who may be left by {@link Leave}, or null
   * @param then what comes after it
   */
  record Enter(long function, List<Long> arguments, @Nullable Object owner, Continuation then)
      implements Outcome {}

  /**
   * The call is made again a little later, so that waiting guests don't hold up the machine.
   *
   * @param nanoseconds how long to wait, at most 10 ms
   */
  record Again(long nanoseconds) implements Outcome {}

  /**
   * The function entered for an owner is left at once, whatever it has called since.
   *
   * @param owner whose function
   * @param result what it returns
   */
  record Leave(Object owner, long result) implements Outcome {}
}
