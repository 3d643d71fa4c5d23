// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.engine.serial;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A serial line on a pseudo-terminal of the host, in raw mode. Programs such as {@code screen} open
 * its path; what the guest sends while nobody reads is lost once the host's buffer is full.
 */
public final class PseudoTerminalLine extends SerialLine {
  private static final System.Logger LOGGER = System.getLogger(PseudoTerminalLine.class.getName());
  private static final int CHUNK = 1 << 10;

  private final PseudoTerminal terminal;
  private final Thread reader;

  /**
   * Makes a pseudo-terminal.
   *
   * @param name for the line's threads
   */
  public PseudoTerminalLine(String name) throws IOException {
    super(name);
    terminal = PseudoTerminal.open();
    begin();
    reader = Thread.ofPlatform().daemon().name(name + "-pty").unstarted(this::read);
    reader.start();
  }

  /** Where its other end is. */
  public Path path() {
    return terminal.path();
  }

  @Override
  protected void write(byte[] bytes, int length) throws IOException {
    terminal.write(bytes, length);
  }

  private void read() {
    byte[] bytes = new byte[CHUNK];
    try {
      for (int length = terminal.read(bytes); length >= 0; length = terminal.read(bytes)) {
        if (!offer(bytes, length)) {
          return;
        }
      }
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.WARNING, "{0}: {1}", path(), e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    try {
      super.close();
    } finally {
      terminal.stop();
      try {
        reader.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      terminal.close();
    }
  }
}
