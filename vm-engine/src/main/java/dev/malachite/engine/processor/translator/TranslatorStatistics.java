// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.processor.translator;

import java.util.concurrent.atomic.LongAdder;

/** What a translator has done so far. Any thread. */
public final class TranslatorStatistics {
  private final LongAdder regions = new LongAdder();
  private final LongAdder instructions = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder links = new LongAdder();
  private final LongAdder invalidations = new LongAdder();
  private final LongAdder emptyings = new LongAdder();
  private volatile long walks;
  private final long[] exits = new long[Stubs.EXITS];

  /** Nothing yet. */
  public TranslatorStatistics() {}

  void translated(int steps, int size, long used) {
    regions.increment();
    instructions.add(steps);
    bytes.add(size);
    TranslatorEvents.Translated event = new TranslatorEvents.Translated();
    if (event.shouldCommit()) {
      event.instructions = steps;
      event.bytes = size;
      event.used = used;
      event.commit();
    }
  }

  void linked() {
    links.increment();
  }

  void invalidated(int entries) {
    invalidations.increment();
    TranslatorEvents.Invalidated event = new TranslatorEvents.Invalidated();
    if (event.shouldCommit()) {
      event.entries = entries;
      event.commit();
    }
  }

  void emptied(long used) {
    emptyings.increment();
    TranslatorEvents.Emptied event = new TranslatorEvents.Emptied();
    event.used = used;
    event.commit();
  }

  void walks(long count) {
    walks = count;
  }

  void exits(int reason, long count) {
    exits[reason] = count;
  }

  /** One line for people. */
  @Override
  public String toString() {
    return regions
        + " regions, "
        + instructions
        + " instructions, "
        + bytes
        + " bytes, "
        + links
        + " links, "
        + invalidations
        + " invalidations, "
        + emptyings
        + " emptyings; exits: "
        + exits[Stubs.LOOK_UP]
        + " look-ups, "
        + exits[Stubs.LINK]
        + " links, "
        + exits[Stubs.SINGLY]
        + " links to single checks, "
        + exits[Stubs.JUMP]
        + " jumps, "
        + exits[Stubs.MISS]
        + " TLB misses ("
        + walks
        + " more walked in place), "
        + exits[Stubs.ASSIST]
        + " assists, "
        + exits[Stubs.INTERPRET]
        + " interpreted";
  }
}
