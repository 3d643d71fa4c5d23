// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.devices.fwcfg;

import dev.malachite.engine.device.PortHandler;
import java.util.function.Consumer;

/** Port 0x402, where SeaBIOS writes what it does; hands it on line by line. Any thread. */
public final class DebugConsole implements PortHandler {
  /** The port. */
  public static final int PORT = 0x402;

  /** What tells firmware that somebody listens. */
  private static final int PRESENT = 0xE9;

  private static final int LONGEST = 1024;

  private final Consumer<String> lines;
  private final StringBuilder line = new StringBuilder();

  /**
   * A console.
   *
   * @param lines takes each line, without its end, on a processor's thread
   */
  public DebugConsole(Consumer<String> lines) {
    this.lines = lines;
  }

  @Override
  public int readPort(int port, int size) {
    return PRESENT;
  }

  @Override
  public void writePort(int port, int size, int value) {
    String finished = null;
    synchronized (line) {
      char c = (char) (value & 0xFF);
      if (c == '\n' || line.length() >= LONGEST) {
        finished = line.toString();
        line.setLength(0);
      }
      if (c >= ' ' && c < 0x7F) {
        line.append(c);
      }
    }
    if (finished != null) {
      lines.accept(finished);
    }
  }
}
