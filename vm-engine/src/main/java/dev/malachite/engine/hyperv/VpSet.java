// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

/**
 * A set of processors, by their numbers. Not thread-safe: it belongs to the processor whose
 * hypercall names the set.
 */
public final class VpSet {
  private final int processors;
  private final long[] words;

  /**
   * An empty set.
   *
   * @param processors how many the machine has; others can't be members
   */
  public VpSet(int processors) {
    this.processors = processors;
    words = new long[(processors + 63) / 64];
  }

  /** Removes all members. */
  public void clear() {
    for (int i = 0; i < words.length; i++) {
      words[i] = 0;
    }
  }

  /** Adds every processor of the machine. */
  public void addAll() {
    for (int i = 0; i < words.length; i++) {
      addBank(i, -1);
    }
  }

  /**
   * Adds up to 64 processors; those the machine doesn't have are passed over.
   *
   * @param bank the first one's number divided by 64
   * @param mask bit 0 is the first one
   */
  public void addBank(int bank, long mask) {
    if (bank >= 0 && bank < words.length) {
      int present = processors - bank * 64;
      words[bank] |= present >= 64 ? mask : mask & (1L << present) - 1;
    }
  }

  /** True if the processor is a member. */
  public boolean contains(int processor) {
    return processor >= 0
        && processor < processors
        && (words[processor >> 6] >>> processor & 1) != 0;
  }

  /** The lowest member not below {@code from}, or -1 if there is none. */
  public int next(int from) {
    if (from < 0 || from >= processors) {
      return -1;
    }
    int i = from >> 6;
    long word = words[i] & -1L << from;
    while (word == 0) {
      if (++i == words.length) {
        return -1;
      }
      word = words[i];
    }
    return i * 64 + Long.numberOfTrailingZeros(word);
  }

  /** True if there is no member. */
  public boolean isEmpty() {
    return next(0) < 0;
  }
}
