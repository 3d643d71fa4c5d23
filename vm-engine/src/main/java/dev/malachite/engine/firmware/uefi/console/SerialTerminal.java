// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.firmware.uefi.console;

import dev.malachite.engine.device.IoBus;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A terminal (ECMA-48, UTF-8) on a 16550 serial port, driven through its registers. On the
 * processor's thread.
 */
public final class SerialTerminal implements TextOutput {
  private static final int LINE_CONTROL = 3;
  private static final int MODEM_CONTROL = 4;
  private static final int LINE_STATUS = 5;
  private static final int DATA_READY = 1;
  private static final int MOST_AT_ONCE = 64;

  // Colours of the PC in the order of terminals.
  private static final int[] COLOURS = {0, 4, 2, 6, 1, 5, 3, 7};

  private final IoBus bus;
  private final int port;
  private final TerminalKeys keys = new TerminalKeys();
  private int column = -1;
  private int row = -1;
  private int attribute = -1;
  private boolean shown = true;

  /** A terminal on the port at an address. */
  public SerialTerminal(IoBus bus, int port) {
    this.bus = bus;
    this.port = port;
    // 115200 baud, 8 bits, FIFO on, ready to send.
    bus.writePort(port + LINE_CONTROL, 1, 0x83);
    bus.writePort(port, 1, 1);
    bus.writePort(port + 1, 1, 0);
    bus.writePort(port + LINE_CONTROL, 1, 3);
    bus.writePort(port + 2, 1, 7);
    bus.writePort(port + MODEM_CONTROL, 1, 3);
  }

  private void send(String text) {
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      bus.writePort(port, 1, b & 0xFF);
    }
  }

  private void move(int newColumn, int newRow) {
    if (newColumn == column && newRow == row) {
      return;
    }
    if (newColumn == 0 && newRow == row + 1 && row >= 0) {
      send("\r\n");
    } else if (newColumn == 0 && newRow == row) {
      send("\r");
    } else {
      send("\033[" + (newRow + 1) + ";" + (newColumn + 1) + "H");
    }
    column = newColumn;
    row = newRow;
  }

  private void colour(int wanted) {
    if (attribute != wanted) {
      attribute = wanted;
      send(
          String.format(
              Locale.ROOT,
              "\033[0;%s%d;%dm",
              (wanted & 8) != 0 ? "1;" : "",
              30 + COLOURS[wanted & 7],
              40 + COLOURS[wanted >> 4 & 7]));
    }
  }

  @Override
  public void put(int atColumn, int atRow, int character, int colours) {
    move(atColumn, atRow);
    colour(colours);
    send(new String(Character.toChars(character)));
    column++;
  }

  @Override
  public void clear(int columns, int rows, int colours) {
    attribute = -1;
    colour(colours);
    send("\033[2J\033[1;1H");
    column = 0;
    row = 0;
  }

  @Override
  public void scroll(int columns, int rows, int colours) {
    colour(colours);
    if (row != rows - 1) {
      move(0, rows - 1);
    }
    send("\r\n");
    column = 0;
    row = rows - 1;
  }

  @Override
  public void cursor(int atColumn, int atRow, boolean visible) {
    if (visible != shown) {
      shown = visible;
      send(visible ? "\033[?25h" : "\033[?25l");
    }
    move(atColumn, atRow);
  }

  /** Takes what has arrived and hands keys on. */
  public void poll(KeyQueue queue, long now) {
    for (int i = 0; i < MOST_AT_ONCE; i++) {
      if ((bus.readPort(port + LINE_STATUS, 1) & DATA_READY) == 0) {
        add(queue, keys.idle(now));
        return;
      }
      add(queue, keys.take(bus.readPort(port, 1) & 0xFF, now));
    }
  }

  private static void add(KeyQueue queue, @Nullable InputKey key) {
    if (key != null) {
      queue.add(key);
    }
  }
}
