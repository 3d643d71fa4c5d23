// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.pit;

import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;

/**
 * One counter of the 8254 (Intel data sheet 231164), in ticks of its input clock. Not thread-safe:
 * {@link Pit8254} locks, and says what time it is in every call.
 */
final class Counter {
  /** What {@link #nextRise} says where the output won't rise by itself. */
  static final long NEVER = Long.MAX_VALUE;

  private static final int LOW_BYTE = 1;
  private static final int HIGH_BYTE = 2;

  private int mode = 3;
  private int access = 3;
  private boolean bcd;
  private boolean gate;

  /** Ticks of a whole count; 0 before the first count is written. */
  private int reload;

  /** A count that takes over when the present period ends; 0 for none. */
  private int waiting;

  private boolean triggered;
  private long start;
  private long counted;

  private boolean highByteNext;
  private int lowByte;
  private boolean readHighNext;
  private int latchedCount = -1;
  private int latchedStatus = -1;

  Counter(boolean gate) {
    this.gate = gate;
  }

  /** Writes the control word, of which bits 5 to 0 count. */
  void control(int word, long now) {
    int newAccess = word >> 4 & 3;
    if (newAccess == 0) {
      latchCount(now);
      return;
    }
    access = newAccess;
    int newMode = word >> 1 & 7;
    mode = newMode >= 6 ? newMode - 4 : newMode;
    bcd = (word & 1) != 0;
    reload = 0;
    waiting = 0;
    triggered = false;
    highByteNext = false;
    readHighNext = false;
    latchedCount = -1;
    latchedStatus = -1;
  }

  void latchCount(long now) {
    if (latchedCount < 0) {
      latchedCount = count(now);
      readHighNext = false;
    }
  }

  void latchStatus(long now) {
    if (latchedStatus < 0) {
      boolean unloaded = reload == 0 || waiting != 0;
      latchedStatus =
          (output(now) ? 0x80 : 0)
              | (unloaded ? 0x40 : 0)
              | access << 4
              | mode << 1
              | (bcd ? 1 : 0);
    }
  }

  int read(long now) {
    if (latchedStatus >= 0) {
      int status = latchedStatus;
      latchedStatus = -1;
      return status;
    }
    int value = latchedCount >= 0 ? latchedCount : count(now);
    boolean high = access == HIGH_BYTE || access == 3 && readHighNext;
    if (access == 3) {
      readHighNext = !readHighNext;
    }
    if (access != 3 || high) {
      latchedCount = -1;
    }
    return high ? value >> 8 & 0xFF : value & 0xFF;
  }

  void write(int value, long now) {
    switch (access) {
      case LOW_BYTE -> load(value, now);
      case HIGH_BYTE -> load(value << 8, now);
      default -> {
        if (highByteNext) {
          load(value << 8 | lowByte, now);
        } else {
          lowByte = value;
          if (mode == 0) {
            // The first byte stops the count.
            reload = 0;
          }
        }
        highByteNext = !highByteNext;
      }
    }
  }

  private void load(int written, long now) {
    settle(now);
    int ticks = ticks(written);
    switch (mode) {
      case 0, 4 -> {
        reload = ticks;
        begin(now);
      }
      case 1, 5 -> {
        if (reload == 0 || !triggered) {
          reload = ticks;
        } else {
          waiting = ticks;
        }
      }
      default -> {
        if (reload == 0) {
          reload = ticks;
          begin(now);
        } else {
          waiting = ticks;
        }
      }
    }
  }

  private int ticks(int written) {
    if (!bcd) {
      return written == 0 ? 0x10000 : written;
    }
    int value = 0;
    for (int shift = 12; shift >= 0; shift -= 4) {
      value = value * 10 + Math.min(written >> shift & 15, 9);
    }
    return value == 0 ? 10_000 : value;
  }

  private void begin(long now) {
    start = now;
    counted = 0;
    triggered = true;
  }

  boolean gate() {
    return gate;
  }

  void gate(boolean level, long now) {
    if (level == gate) {
      return;
    }
    settle(now);
    if (!level) {
      counted = elapsed(now);
    } else {
      start = now;
    }
    gate = level;
    if (level && mode != 0 && mode != 4 && reload != 0) {
      // A rising gate starts the count anew.
      if (waiting != 0) {
        reload = waiting;
        waiting = 0;
      }
      begin(now);
    }
  }

  // Gate low stops the count, but not that of the modes which it only triggers.
  private long elapsed(long now) {
    boolean runs = gate || mode == 1 || mode == 5;
    return runs ? counted + Math.max(0, now - start) : counted;
  }

  /** Takes over a waiting count whose moment has come. */
  private void settle(long now) {
    if (waiting == 0 || mode != 2 && mode != 3 || !gate) {
      return;
    }
    long periods = elapsed(now) / reload;
    if (periods > 0) {
      start += periods * reload - counted;
      counted = 0;
      reload = waiting;
      waiting = 0;
    }
  }

  private boolean running() {
    return reload != 0 && triggered;
  }

  /** The output pin. */
  boolean output(long now) {
    settle(now);
    if (!running()) {
      return mode != 0;
    }
    long elapsed = elapsed(now);
    return switch (mode) {
      case 0, 1 -> elapsed >= reload;
      case 2 -> !gate || elapsed % reload != reload - 1;
      case 3 -> !gate || elapsed % reload < (reload + 1) / 2;
      default -> elapsed != reload;
    };
  }

  /** The tick at which the output rises next after {@code now}, or {@link #NEVER}. */
  long nextRise(long now) {
    settle(now);
    if (!running() || !gate && mode != 1 && mode != 5) {
      return NEVER;
    }
    long elapsed = elapsed(now);
    long wait =
        switch (mode) {
          case 0, 1 -> elapsed < reload ? reload - elapsed : -1;
          case 2, 3 -> reload - elapsed % reload;
          default -> elapsed <= reload ? reload + 1 - elapsed : -1;
        };
    return wait < 0 ? NEVER : now + wait;
  }

  /** What the counting element shows. */
  private int count(long now) {
    settle(now);
    if (!running()) {
      return encode(reload);
    }
    long elapsed = elapsed(now);
    int wrap = bcd ? 10_000 : 0x10000;
    return switch (mode) {
      case 2 -> encode((int) (reload - elapsed % reload));
      case 3 -> {
        // Counts by two, twice in a period.
        long into = elapsed % reload;
        int half = (reload + 1) / 2;
        yield encode((int) (reload - 2 * (into < half ? into : into - half)) & -2);
      }
      default -> encode(Math.floorMod(reload - elapsed, wrap));
    };
  }

  private int encode(int value) {
    if (!bcd) {
      return value & 0xFFFF;
    }
    int digits = 0;
    int rest = value % 10_000;
    for (int shift = 0; shift < 16; shift += 4) {
      digits |= rest % 10 << shift;
      rest /= 10;
    }
    return digits;
  }

  void transfer(StateTransfer s, long now) throws StateException {
    mode = s.number(mode, 0, 5);
    access = s.number(access, 1, 3);
    bcd = s.flag(bcd);
    gate = s.flag(gate);
    reload = s.number(reload, 0, 0x10000);
    waiting = s.number(waiting, 0, 0x10000);
    triggered = s.flag(triggered);
    start = s.number(start, -now - 0x10000, now);
    counted = s.number(counted, 0, now);
    highByteNext = s.flag(highByteNext);
    lowByte = s.number(lowByte, 0, 0xFF);
    readHighNext = s.flag(readHighNext);
    latchedCount = s.number(latchedCount, -1, 0xFFFF);
    latchedStatus = s.number(latchedStatus, -1, 0xFF);
    if (waiting != 0 && reload == 0) {
      throw s.impossible("a count waits for the end of none");
    }
  }
}
