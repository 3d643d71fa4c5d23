// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.input;

import dev.malachite.engine.state.Saveable;
import dev.malachite.engine.state.StateException;
import dev.malachite.engine.state.StateTransfer;
import dev.malachite.engine.time.MachineClock;
import dev.malachite.engine.time.TimerQueue;

/**
 * Types text on a keyboard, US layout, a stroke at a time, once the guest's driver takes keys.
 *
 * <p>Line feed is Enter; backspace, tab and escape are their keys. Any thread.
 */
public final class KeyTyper implements Saveable {
  private static final long STROKE_INTERVAL = 10_000_000L;

  /** How often to look for a driver that isn't there yet. */
  private static final long WAIT_INTERVAL = 100_000_000L;

  private static final int LONGEST = 16 << 20;

  private final KeySink keyboard;
  private final MachineClock clock;
  private final TimerQueue.Timer timer;
  private final StringBuilder waiting = new StringBuilder();

  /** A typer that works on the timers' thread. */
  public KeyTyper(KeySink keyboard, MachineClock clock, TimerQueue timers) {
    this.keyboard = keyboard;
    this.clock = clock;
    timer = timers.timer(this::stroke);
  }

  /**
   * Adds text to what is typed.
   *
   * @throws IllegalArgumentException if a US keyboard has no key for a character; nothing is typed
   */
  public void type(String text) {
    String keys = text.replace("\r\n", "\n").replace('\r', '\n');
    for (int i = 0; i < keys.length(); i++) {
      if (!UsLayout.has(keys.charAt(i))) {
        throw new IllegalArgumentException(
            "can't type '%s' (U+%04X): it is not on a US keyboard"
                .formatted(keys.charAt(i), (int) keys.charAt(i)));
      }
    }
    synchronized (waiting) {
      waiting.append(keys);
    }
    timer.arm(clock.nanoseconds());
  }

  /** True if everything has been typed. */
  public boolean isDone() {
    synchronized (waiting) {
      return waiting.isEmpty();
    }
  }

  private void stroke() {
    char character;
    synchronized (waiting) {
      if (waiting.isEmpty()) {
        return;
      }
      character = waiting.charAt(0);
    }
    boolean typed = keyboard.isConnected() && press(character);
    boolean more;
    synchronized (waiting) {
      if (typed) {
        waiting.deleteCharAt(0);
      }
      more = !waiting.isEmpty();
    }
    if (more) {
      timer.arm(clock.nanoseconds() + (typed ? STROKE_INTERVAL : WAIT_INTERVAL));
    }
  }

  private boolean press(char character) {
    int code = UsLayout.scanCode(character);
    boolean shifted = UsLayout.isShifted(character);
    if (shifted && !keyboard.key(UsLayout.LEFT_SHIFT, true)) {
      return false;
    }
    boolean pressed = keyboard.key(code, true);
    if (pressed) {
      keyboard.key(code, false);
    }
    if (shifted) {
      keyboard.key(UsLayout.LEFT_SHIFT, false);
    }
    return pressed;
  }

  /** Saves or restores what waits to be typed. */
  @Override
  public void transfer(StateTransfer s) throws StateException {
    synchronized (waiting) {
      String text = s.text(waiting.toString(), LONGEST);
      if (s.loading()) {
        waiting.setLength(0);
        for (int i = 0; i < text.length(); i++) {
          if (!UsLayout.has(text.charAt(i))) {
            throw s.impossible("a character that can't be typed");
          }
        }
        waiting.append(text);
      }
    }
    timer.transfer(s);
  }
}
