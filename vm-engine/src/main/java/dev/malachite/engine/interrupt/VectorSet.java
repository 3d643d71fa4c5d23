// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.interrupt;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A set of interrupt vectors, 0 to 255: the shape of IRR, ISR and TMR (SDM volume 3, section
 * 11.8.4). Every method is atomic and may be called from any thread.
 */
final class VectorSet {
  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] words = new long[4];

  /** Adds a vector; true if it was not in the set. */
  boolean add(int vector) {
    long bit = 1L << vector;
    return ((long) WORD.getAndBitwiseOr(words, vector >> 6, bit) & bit) == 0;
  }

  /** Removes a vector; true if it was in the set. */
  boolean remove(int vector) {
    long bit = 1L << vector;
    return ((long) WORD.getAndBitwiseAnd(words, vector >> 6, ~bit) & bit) != 0;
  }

  boolean contains(int vector) {
    return (word(vector >> 6) >>> vector & 1) != 0;
  }

  /** The highest vector, or -1 if the set is empty. */
  int highest() {
    for (int i = 3; i >= 0; i--) {
      long word = word(i);
      if (word != 0) {
        return i * 64 + 63 - Long.numberOfLeadingZeros(word);
      }
    }
    return -1;
  }

  /** Vectors {@code 32 * index} to {@code 32 * index + 31} as a register shows them. */
  int register(int index) {
    return (int) (word(index >> 1) >>> (index & 1) * 32);
  }

  void clear() {
    for (int i = 0; i < 4; i++) {
      WORD.setVolatile(words, i, 0L);
    }
  }

  private long word(int index) {
    return (long) WORD.getVolatile(words, index);
  }

  void transfer(StateTransfer s) throws StateException {
    for (int i = 0; i < 4; i++) {
      WORD.setVolatile(words, i, s.int64(word(i)));
    }
  }
}
