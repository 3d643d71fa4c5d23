// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.hyperv;

import dev.malachite.engine.memory.GuestMemory;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The registers by which a guest's kernel reports its crash (TLFS, Guest Crash Enlightenment). */
final class CrashRegisters {
  private static final long NOTIFY = 1L << 63;
  private static final long MESSAGE = 1L << 62;
  private static final int MAX_MESSAGE = 4096;

  private final GuestMemory memory;
  private final PartitionEvents events;
  private final long[] parameters = new long[5];

  CrashRegisters(GuestMemory memory, PartitionEvents events) {
    this.memory = memory;
    this.events = events;
  }

  synchronized void reset() {
    Arrays.fill(parameters, 0);
  }

  synchronized long parameter(int index) {
    return parameters[index];
  }

  synchronized void parameter(int index, long value) {
    parameters[index] = value;
  }

  /** What the control register reads as: what can be asked for. */
  long control() {
    return NOTIFY | MESSAGE;
  }

  /** Writes the control register. */
  void control(int processor, long value) {
    if ((value & NOTIFY) == 0) {
      return;
    }
    long[] copy;
    synchronized (this) {
      copy = parameters.clone();
    }
    events.crash(processor, copy, (value & MESSAGE) != 0 ? message(copy[3], copy[4]) : null);
  }

  /** The text at a guest physical address, or null if there is none. */
  private @Nullable String message(long gpa, long length) {
    int size = (int) Math.min(Math.max(length, 0), MAX_MESSAGE);
    if (size == 0 || !memory.covers(gpa, size)) {
      return null;
    }
    byte[] text = new byte[size];
    memory.read(gpa, text, 0, size);
    int end = 0;
    while (end < size && text[end] != 0) {
      end++;
    }
    return new String(text, 0, end, StandardCharsets.UTF_8);
  }

  synchronized void transfer(StateTransfer s) throws StateException {
    s.longs(parameters);
  }
}
