// Copyright 2026 The Malachite Authors
// SPDX-License-Identifier: Apache-2.0

package dev.malachite.app.cli;

import dev.malachite.engine.catalogue.MachineEntry;
import dev.malachite.engine.control.MachineManager;
import dev.malachite.engine.control.MachineStatus;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A running machine's serial console on this terminal, until Ctrl-A x or the machine's end. */
final class SerialConsole {
  private static final System.Logger LOGGER = System.getLogger(SerialConsole.class.getName());
  private static final int CHUNK = 1 << 12;

  private final PrintWriter err;

  SerialConsole(PrintWriter err) {
    this.err = err;
  }

  /**
   * Attaches it and waits for the end.
   *
   * @return the exit code
   */
  int attach(MachineEntry machine, MachineManager manager) throws IOException {
    MachineStatus status = manager.ask(machine.settings().id(), service -> service.status());
    Path socket =
        status.serial().stream()
            .filter(port -> port.kind().equals("socket"))
            .map(MachineStatus.SerialPort::path)
            .findFirst()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        machine.name()
                            + ": it has no serial port on a socket; set serial.com1=socket"));
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      attach(channel);
    }
    return ExitCodes.DONE;
  }

  private void say(String message) {
    err.println("malachite: " + message);
    err.flush();
  }

  private void attach(SocketChannel channel) throws IOException {
    Terminal terminal = Terminal.isStandardInput() ? Terminal.openRaw() : null;
    Thread hook = Thread.ofPlatform().unstarted(() -> close(terminal));
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      if (terminal != null) {
        say("connected to the serial console; Ctrl-A x leaves");
      }
      Thread.ofPlatform().daemon().start(() -> send(channel, terminal != null));
      receive(channel);
    } finally {
      close(terminal);
      removeHook(hook);
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "the program is ending already", e);
    }
  }

  private static void close(@Nullable Terminal terminal) {
    if (terminal != null) {
      terminal.close();
    }
  }

  private static void receive(SocketChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
    try (OutputStream out = new FileOutputStream(FileDescriptor.out)) {
      while (channel.read(buffer.clear()) >= 0) {
        out.write(buffer.array(), 0, buffer.position());
      }
    } catch (ClosedChannelException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "left", e);
    }
  }

  // On a terminal we see every key; the end of a pipe leaves the connection for output alone.
  private static void send(SocketChannel channel, boolean onTerminal) {
    EscapeKeys keys = new EscapeKeys();
    byte[] bytes = new byte[CHUNK];
    try (InputStream in = new FileInputStream(FileDescriptor.in)) {
      for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
        ByteBuffer typed =
            onTerminal
                ? ByteBuffer.wrap(keys.filter(bytes, length))
                : ByteBuffer.wrap(bytes, 0, length);
        while (typed.hasRemaining()) {
          channel.write(typed);
        }
        if (keys.left()) {
          channel.close();
          return;
        }
      }
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "the machine has gone", e);
    }
  }
}
