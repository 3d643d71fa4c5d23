// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.console;

import dev.malachite.engine.control.KeyboardKeys;
import dev.malachite.engine.control.KeyboardKeys.Stroke;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import javafx.scene.input.KeyEvent;
import org.jspecify.annotations.Nullable;

/**
 * Turns the keys pressed in a window into strokes on the machine's keyboard. On the user
 * interface's thread.
 */
final class Keyboard {
  private static final int CONTROL = 0x1D;
  private static final int ALT = 0x38;
  private static final int DELETE = 0xE053;

  private final @Nullable PhysicalKeys physical;
  private final Consumer<KeyboardKeys> machine;

  // What the machine takes to be down: X11 codes, or scan codes where there are none.
  private BitSet down = new BitSet();
  private int last = ScanCodes.NONE;

  /** Scan codes of keys that were up before their place could be asked for. */
  private final BitSet byName = new BitSet();

  /**
   * A keyboard with no key down.
   *
   * @param machine takes strokes
   */
  Keyboard(@Nullable PhysicalKeys physical, Consumer<KeyboardKeys> machine) {
    this.physical = physical;
    this.machine = machine;
  }

  /** Takes a key event, and consumes it. */
  void handle(KeyEvent event) {
    boolean pressed = event.getEventType() == KeyEvent.KEY_PRESSED;
    if (pressed || event.getEventType() == KeyEvent.KEY_RELEASED) {
      if (physical != null) {
        byPlace(physical.down(), pressed, event);
      } else {
        byName(pressed, event);
      }
    }
    event.consume();
  }

  // Events come later than what they tell of, so other keys may have moved since.
  private void byPlace(BitSet now, boolean pressed, KeyEvent event) {
    List<Stroke> strokes = new ArrayList<>();
    int name = ScanCodes.of(event.getCode());
    BitSet moved = (BitSet) (pressed ? now : down).clone();
    moved.andNot(pressed ? down : now);
    if (!moved.isEmpty()) {
      for (int code : one(moved, name).stream().toArray()) {
        add(strokes, ScanCodes.ofX11(code), pressed);
        down.set(code, pressed);
      }
    } else if (!pressed) {
      if (byName.get(name)) {
        add(strokes, name, false);
        byName.clear(name);
      }
    } else if (last != ScanCodes.NONE && now.intersects(down)) {
      // It repeats.
      add(strokes, last, true);
    } else if (name != ScanCodes.NONE) {
      // It is up again already.
      add(strokes, name, true);
      byName.set(name);
    }
    send(strokes);
  }

  // Of several keys the one with a scan code, if there is one.
  private static BitSet one(BitSet keys, int wanted) {
    BitSet found = new BitSet();
    keys.stream().filter(code -> ScanCodes.ofX11(code) == wanted).forEach(found::set);
    return found.isEmpty() ? keys : found;
  }

  private void byName(boolean pressed, KeyEvent event) {
    int code = ScanCodes.of(event.getCode());
    down.set(code, pressed && code != ScanCodes.NONE);
    List<Stroke> strokes = new ArrayList<>();
    add(strokes, code, pressed);
    send(strokes);
  }

  private void add(List<Stroke> strokes, int code, boolean pressed) {
    if (code != ScanCodes.NONE) {
      strokes.add(new Stroke(code, pressed));
      last = pressed ? code : ScanCodes.NONE;
    }
  }

  /** Lets go of all keys, as when the window loses the keyboard. */
  void releaseAll() {
    List<Stroke> strokes = new ArrayList<>();
    down.stream()
        .forEach(code -> add(strokes, physical != null ? ScanCodes.ofX11(code) : code, false));
    byName.stream().forEach(code -> add(strokes, code, false));
    down = new BitSet();
    byName.clear();
    send(strokes);
  }

  /** Presses Ctrl+Alt+Del. */
  void controlAltDelete() {
    machine.accept(
        new KeyboardKeys(
            List.of(
                new Stroke(CONTROL, true),
                new Stroke(ALT, true),
                new Stroke(DELETE, true),
                new Stroke(DELETE, false),
                new Stroke(ALT, false),
                new Stroke(CONTROL, false))));
  }

  private void send(List<Stroke> strokes) {
    if (!strokes.isEmpty()) {
      machine.accept(new KeyboardKeys(List.copyOf(strokes)));
    }
  }
}
