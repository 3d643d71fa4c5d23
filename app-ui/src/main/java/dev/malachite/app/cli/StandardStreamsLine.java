// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.engine.serial.SerialLine;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A serial line on the program's standard input and output. A terminal is in raw mode meanwhile,
 * and Ctrl-A x leaves; anything else is passed byte for byte, and its end is no one's end.
 */
final class StandardStreamsLine extends SerialLine {
  private static final int CHUNK = 1 << 10;

  private final InputStream in = new FileInputStream(FileDescriptor.in);
  private final OutputStream out = new FileOutputStream(FileDescriptor.out);
  private final Runnable leave;
  private final @Nullable Terminal terminal;

  /**
   * Takes the streams over.
   *
   * @param leave called when the leaving key is typed
   */
  StandardStreamsLine(Runnable leave) {
    super("com1");
    this.leave = leave;
    terminal = Terminal.isStandardInput() ? Terminal.openRaw() : null;
    begin();
    Thread.ofPlatform().daemon().name("com1-typed").start(this::read);
  }

  /** Whether standard input is a terminal. */
  boolean onTerminal() {
    return terminal != null;
  }

  @Override
  protected void write(byte[] bytes, int length) throws IOException {
    out.write(bytes, 0, length);
  }

  @Override
  public void close() throws IOException {
    try {
      super.close();
    } finally {
      if (terminal != null) {
        terminal.close();
      }
    }
  }

  private void read() {
    byte[] bytes = new byte[CHUNK];
    EscapeKeys keys = new EscapeKeys();
    try {
      for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
        if (terminal == null) {
          if (!offer(bytes, length)) {
            return;
          }
          continue;
        }
        byte[] typed = keys.filter(bytes, length);
        offerNow(typed, typed.length);
        if (keys.left()) {
          leave.run();
          return;
        }
      }
    } catch (IOException e) {
      System.getLogger(StandardStreamsLine.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "standard input can no longer be read: {0}",
              Failures.describe(e));
    }
  }
}
