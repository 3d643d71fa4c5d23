// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.console;

import dev.malachite.engine.firmware.uefi.call.Arguments;
import dev.malachite.engine.firmware.uefi.call.EfiException;
import dev.malachite.engine.firmware.uefi.call.Status;
import dev.malachite.engine.firmware.uefi.core.Core;
import dev.malachite.engine.firmware.uefi.handle.Protocols;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Simple Text Input (Ex) and Output protocols (UEFI 2.10, sections 12.2 to 12.4). */
public final class ConsoleProtocols {
  private static final int PATIENT_POLLS = 200;
  private static final long NAP = 1_000_000L;
  private static final int MODE_SIZE = 24;
  private static final int MAX_TEXT = 1 << 15;

  private final Core core;
  private final TextConsole console;
  private final KeyQueue keys;
  private final @Nullable SerialTerminal serial;
  private final LongSupplier clock;
  private final long mode;
  private final long out;
  private final long in;
  private final long inEx;
  private int idlePolls;
  private long nextNotify = 1;

  /**
   * Makes the protocols' interfaces.
   *
   * @param serial a terminal that keys come from, or null
   * @param clock nanoseconds
   */
  public ConsoleProtocols(
      Core core,
      TextConsole console,
      KeyQueue keys,
      @Nullable SerialTerminal serial,
      LongSupplier clock) {
    this.core = core;
    this.console = console;
    this.keys = keys;
    this.serial = serial;
    this.clock = clock;
    mode = core.data(new byte[MODE_SIZE]);
    out = core.data(Core.bytes(outTable()));
    long wait = core.events().createCheck(this::ready);
    ByteBuffer simple = Core.table(24);
    simple.putLong(core.simple("ConIn.Reset", a -> resetKeys()));
    simple.putLong(core.simple("ConIn.ReadKeyStroke", this::readKey)).putLong(wait);
    in = core.data(Core.bytes(simple));
    ByteBuffer extended = Core.table(48);
    extended.putLong(core.simple("ConInEx.Reset", a -> resetKeys()));
    extended.putLong(core.simple("ConInEx.ReadKeyStrokeEx", this::readKeyEx)).putLong(wait);
    extended.putLong(core.simple("ConInEx.SetState", a -> Status.SUCCESS));
    extended.putLong(core.simple("ConInEx.RegisterKeyNotify", this::registerNotify));
    extended.putLong(core.simple("ConInEx.UnregisterKeyNotify", a -> Status.SUCCESS));
    inEx = core.data(Core.bytes(extended));
    publish();
  }

  private ByteBuffer outTable() {
    ByteBuffer t = Core.table(80);
    t.putLong(core.simple("ConOut.Reset", this::reset));
    t.putLong(core.simple("ConOut.OutputString", this::output));
    t.putLong(core.simple("ConOut.TestString", a -> Status.SUCCESS));
    t.putLong(core.simple("ConOut.QueryMode", this::queryMode));
    t.putLong(core.simple("ConOut.SetMode", this::setMode));
    t.putLong(core.simple("ConOut.SetAttribute", this::setAttribute));
    t.putLong(core.simple("ConOut.ClearScreen", this::clear));
    t.putLong(core.simple("ConOut.SetCursorPosition", this::setCursor));
    t.putLong(core.simple("ConOut.EnableCursor", this::enableCursor));
    t.putLong(mode);
    return t;
  }

  /** Installs the protocols on a console's handle. */
  public void install(long handle) {
    core.install(handle, Protocols.SIMPLE_TEXT_INPUT, in);
    core.install(handle, Protocols.SIMPLE_TEXT_INPUT_EX, inEx);
    core.install(handle, Protocols.SIMPLE_TEXT_OUTPUT, out);
  }

  /** The input interface. */
  public long input() {
    return in;
  }

  /** The output interface. */
  public long output() {
    return out;
  }

  // The guest reads the console's state in its mode structure.
  private void publish() {
    ByteBuffer t = Core.table(MODE_SIZE);
    t.putInt(TextConsole.MODES.length).putInt(console.mode()).putInt(console.attribute());
    t.putInt(console.column()).putInt(console.row()).put((byte) (console.cursorVisible() ? 1 : 0));
    core.space().memory().write(mode, Core.bytes(t), 0, MODE_SIZE);
  }

  private long done() {
    publish();
    return Status.SUCCESS;
  }

  private long reset(Arguments a) {
    console.attribute(7);
    console.mode(0);
    return done();
  }

  private long output(Arguments a) {
    long at = a.pointer(1);
    String text = core.space().string(at);
    Core.require(text.length() <= MAX_TEXT, Status.DEVICE_ERROR);
    console.write(text);
    return done();
  }

  private long queryMode(Arguments a) {
    long number = a.get(1);
    Core.require(console.supports(number), Status.UNSUPPORTED);
    core.space().u64(a.pointer(2), TextConsole.MODES[(int) number][0]);
    core.space().u64(a.pointer(3), TextConsole.MODES[(int) number][1]);
    return Status.SUCCESS;
  }

  private long setMode(Arguments a) {
    long number = a.get(1);
    Core.require(console.supports(number), Status.UNSUPPORTED);
    console.mode((int) number);
    return done();
  }

  private long setAttribute(Arguments a) {
    long colours = a.get(1);
    Core.require((colours & ~0x7FL) == 0, Status.UNSUPPORTED);
    console.attribute((int) colours);
    return done();
  }

  private long clear(Arguments a) {
    console.clear();
    return done();
  }

  private long setCursor(Arguments a) {
    long column = a.get(1);
    long row = a.get(2);
    Core.require(
        column >= 0 && column < console.columns() && row >= 0 && row < console.rows(),
        Status.UNSUPPORTED);
    console.position((int) column, (int) row);
    return done();
  }

  private long enableCursor(Arguments a) {
    console.cursor(a.flag(1));
    return done();
  }

  // ---- keys ----------------------------------------------------------------------------------

  /** True if a key waits. */
  public boolean ready() {
    SerialTerminal terminal = serial;
    if (terminal != null) {
      terminal.poll(keys, clock.getAsLong());
    }
    return !keys.isEmpty();
  }

  /** The next key, or null. */
  public @Nullable InputKey next() {
    return ready() ? keys.poll() : null;
  }

  private long resetKeys() {
    ready();
    keys.clear();
    return Status.SUCCESS;
  }

  // A guest that asks again and again gets its answer a little later.
  private InputKey take() {
    InputKey key = next();
    if (key == null) {
      if (++idlePolls > PATIENT_POLLS) {
        LockSupport.parkNanos(NAP);
      }
      throw new EfiException(Status.NOT_READY);
    }
    idlePolls = 0;
    return key;
  }

  private long readKey(Arguments a) {
    long target = a.pointer(1);
    InputKey key = take();
    core.space().u16(target, key.scan());
    core.space().u16(target + 2, key.character());
    return Status.SUCCESS;
  }

  private long readKeyEx(Arguments a) {
    long target = a.pointer(1);
    core.space().bytes(target, new byte[12]);
    InputKey key = take();
    core.space().u16(target, key.scan());
    core.space().u16(target + 2, key.character());
    core.space().u32(target + 4, key.shift());
    core.space().u8(target + 8, 0x80);
    return Status.SUCCESS;
  }

  // Hot keys: accepted, but the keys are read in the ordinary way.
  private long registerNotify(Arguments a) {
    a.pointer(1);
    a.pointer(2);
    core.space().u64(a.pointer(3), nextNotify++);
    return Status.SUCCESS;
  }
}
